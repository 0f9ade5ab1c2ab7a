"""How machines and times are said, on every board."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agent import wire
from provisioning.environments.words import title_of
from provisioning.models import Job, fleet

_ROOM = 64

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


def installing_step(job: Job) -> str:
    """What a machine that installs is at, as `3/12 Printer`, in the reader’s language.

    It says so in the language of its order, by the title or the short name of the step.
    """
    asked = wire.JobArgs.from_json(job.args).profile
    count, _blank, name = job.step.partition(" ")
    if asked is None or not name:
        return job.step
    profile = fleet.profile_with(asked.sha256)
    for step in profile.steps.values() if profile else ():
        known = (step.title.fr, step.title.en) if step.title else ()
        # The wire has room for so much of it.
        if any(f"{count} {each}"[:_ROOM] == job.step for each in (step.id, *known)):
            return f"{count} {title_of(step)}"
    return job.step


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
