"""How machines and times are said, on every board."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agent import wire

CHECKS: Mapping[str, Promise] = {
    wire.Check.KEYBOARD: gettext_lazy("Keyboard"),
    wire.Check.SCREEN: gettext_lazy("Screen"),
    wire.Check.SPEAKERS: gettext_lazy("Speakers"),
    wire.Check.MICROPHONE: gettext_lazy("Microphone"),
    wire.Check.CAMERA: gettext_lazy("Camera"),
    wire.Check.USB_PORTS: gettext_lazy("USB ports"),
    wire.Check.WIFI: gettext_lazy("Wi-Fi"),
    wire.Check.TOUCHPAD: gettext_lazy("Touchpad"),
    wire.Check.MEMORY: gettext_lazy("Memory"),
    wire.Check.CPU_LOAD: gettext_lazy("Processor under load"),
    wire.Check.DRIVE_SELF_TEST: gettext_lazy("Drives, by their own test"),
    wire.Check.CLOCK: gettext_lazy("Clock"),
    wire.Check.BATTERY_DISCHARGE: gettext_lazy("Battery"),
}


def no_news(minutes: int) -> str:
    if minutes >= 120:
        hours = minutes // 60
        return ngettext(
            "No news for %(count)s hour", "No news for %(count)s hours", hours
        ) % {"count": hours}
    return ngettext(
        "No news for %(count)s minute", "No news for %(count)s minutes", minutes
    ) % {"count": minutes}


def left_in_words(seconds: int) -> str:
    """How long something may still take, as people say it."""
    minutes = -(-seconds // 60)
    if minutes <= 1:
        return _("less than a minute left")
    if minutes >= 120:
        hours = round(minutes / 60)
        return ngettext(
            "about %(count)s hour left", "about %(count)s hours left", hours
        ) % {"count": hours}
    return ngettext(
        "about %(count)s minute left", "about %(count)s minutes left", minutes
    ) % {"count": minutes}
