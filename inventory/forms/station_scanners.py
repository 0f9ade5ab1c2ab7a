"""Which scanner may post to a station."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import Site, User


class ScannerForm(forms.Form):
    """A station by its name, as its own page has it, at one site."""

    station = Line(label=_("Name of the station"), max_length=40)
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        rows = Site.objects.visible_to(user)
        sites = user.site_ids("inventory.join_scanner")
        field.queryset = rows if sites is None else rows.filter(pk__in=sites)
        if len(field.queryset) == 1:
            self.initial.setdefault("site", field.queryset[0].uuid)
