"""What an agent could not see, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agent import wire
from provisioning.cards.words import CHECKS

_SUBJECTS: Mapping[wire.Subject, Promise] = {
    wire.Subject.MACHINE: _("What the machine is"),
    wire.Subject.FIRMWARE: _("Firmware"),
    wire.Subject.TPM: _("Security chip (TPM)"),
    wire.Subject.LOCKS: _("Locks"),
    wire.Subject.CPU: _("Processor"),
    wire.Subject.MEMORY: _("Memory"),
    wire.Subject.MODULES: _("Memory modules"),
    wire.Subject.DRIVES: _("Drives"),
    wire.Subject.DRIVE_USE: _("Whether a drive is in use"),
    wire.Subject.DRIVE_IDENTITY: _("Identity of a drive"),
    wire.Subject.DRIVE_HEALTH: _("Health of a drive"),
    wire.Subject.DRIVE_ABILITIES: _("What a drive can do to erase itself"),
    wire.Subject.BATTERIES: _("Batteries"),
    wire.Subject.NETWORK: _("Network"),
    wire.Subject.SCREENS: _("Screens"),
    wire.Subject.GRAPHICS: _("Graphics"),
    wire.Subject.AUDIO: _("Sound"),
    wire.Subject.CAMERAS: _("Cameras"),
    wire.Subject.OPTICAL: _("Optical drives"),
    wire.Subject.MODEMS: _("Modems"),
    wire.Subject.SENSORS: _("Temperatures"),
    wire.Subject.SYSTEM: _("Operating system"),
    wire.Subject.CLOCK: _("Clock"),
    wire.Subject.UNKNOWN: _("Something newer than this server"),
}
_WHY: Mapping[wire.Why, Promise] = {
    wire.Why.NOT_OFFERED: _("this machine does not show it"),
    wire.Why.TOOL_MISSING: _("a tool is missing on it"),
    wire.Why.PERMISSION: _("the agent was not allowed to look"),
    wire.Why.TIMEOUT: _("no answer in time"),
    wire.Why.TOOL_FAILED: _("the tool failed"),
    wire.Why.UNREADABLE: _("what it says cannot be read"),
    wire.Why.HIDDEN: _("something stands in front of it"),
    wire.Why.UNKNOWN: _("for a reason newer than this server"),
}


# Family of the chip, and the word in it; what was not tested is never a pass.
_RESULTS: Mapping[wire.Result, tuple[str, Promise]] = {
    wire.Result.PASS: ("done", pgettext_lazy("one test", "Good")),
    wire.Result.WARN: ("waiting", pgettext_lazy("one test", "Mediocre")),
    wire.Result.FAIL: ("blocked", pgettext_lazy("one test", "Bad")),
    wire.Result.NOT_TESTED: ("out", pgettext_lazy("one test", "Not tested")),
    wire.Result.UNKNOWN: ("out", pgettext_lazy("one test", "Unknown")),
}


def test_sentences(report: wire.Report) -> list[tuple[str, str, str, str]]:
    """(what was tried, family of the chip, what came of it, why) for each test."""
    return [
        (
            str(CHECKS.get(test.name, _("Something newer than this server"))),
            _RESULTS[test.result][0],
            str(_RESULTS[test.result][1]),
            test.reason,
        )
        for test in report.tests
    ]


def unseen_sentences(report: wire.Report) -> list[tuple[str, str, str]]:
    """(what, why, about which part and the tool's own word) for each thing not seen."""
    return [
        (
            str(_SUBJECTS[unseen.subject]),
            str(_WHY[unseen.why]),
            " · ".join(part for part in (unseen.about, unseen.detail) if part),
        )
        for unseen in report.unseen
    ]
