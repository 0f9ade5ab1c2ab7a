"""Pass, warn, unknown, fail; and what was found, with the numbers behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """From best to worst: an unknown has to be cleared by a person."""

    PASS = "pass", _("In order")  # a verdict, no secret
    WARN = "warn", _("To watch")
    UNKNOWN = "unknown", _("Unknown")
    FAIL = "fail", _("Not in order")

    @property
    def rank(self) -> int:
        return list(Verdict).index(self)


class Item(models.TextChoices):
    """What a finding is about."""

    DRIVES = "drives", _("Drives")
    DRIVE = "drive", _("Drive")
    DRIVE_TEMPERATURE = "drive_temperature", _("Drive temperature")
    DRIVE_SELF_TEST = "drive_self_test", _("Drive self-test")
    BATTERY = "battery", _("Battery")
    CLOCK = "clock", _("Clock")
    LOCKS = "locks", _("Locks")
    TEST = "test", _("Test")


@dataclasses.dataclass(frozen=True)
class Finding:
    """One verdict. `about` names the part (a drive's key, a test), "" for the machine.

    `reason` is a code, `numbers` what it was judged on; `words.sentence` says both.
    `detail` is the tester's own sentence, where a test gave one.
    """

    item: Item
    about: str
    verdict: Verdict
    reason: str
    numbers: Mapping[str, int | float] = dataclasses.field(default_factory=dict)
    detail: str = ""

    @property
    def is_untested(self) -> bool:
        """Nobody tested it, and nobody said why."""
        return self.reason == "not_tested" and not self.detail


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict of all together: the worst. Nothing found is unknown."""
    verdicts = [finding.verdict for finding in findings]
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)
