"""Radio buttons that show what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html

from backoffice.core.templatetags.rebond import icon
from inventory.models import DeviceKind
from inventory.models.device_kind import VisibleState

KIND_ICONS = {
    DeviceKind.DESKTOP: "device-desktop",
    DeviceKind.LAPTOP: "device-laptop",
    DeviceKind.ALL_IN_ONE: "device-imac",
    DeviceKind.MINI: "cpu",
    DeviceKind.TABLET: "device-tablet",
    DeviceKind.SMARTPHONE: "device-mobile",
    DeviceKind.SCREEN: "device-desktop",
    DeviceKind.PERIPHERAL: "keyboard",
    DeviceKind.MODEM: "router",
    DeviceKind.OTHER: "box",
}
STATE_ICONS = {
    VisibleState.GOOD: "circle-check",
    VisibleState.WORN: "history",
    VisibleState.DAMAGED: "alert-triangle",
    VisibleState.BROKEN: "circle-x",
}


class PictureRadios(forms.RadioSelect):
    """Radio buttons whose labels carry an icon: drawn big by the theme."""

    def __init__(self, icons: Mapping[Any, str]) -> None:
        super().__init__()
        self.icons = icons

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # fmt: skip
        picture = self.icons.get(value)
        drawn = format_html("{}{}", icon(picture), label) if picture else label
        return super().create_option(name, value, drawn, *args, **kwargs)
