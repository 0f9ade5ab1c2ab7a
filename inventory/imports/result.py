"""One drive in another tool’s report, and why it may prove nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.methods import Technique, Verification


class Weakness(models.TextChoices):
    """Why a line is no proof: by itself, by the rules, or for want of a drive."""

    NOT_ERASED = "not_erased", _("The tool does not say that the drive was erased")
    ERRORS_COUNTED = "errors_counted", _("The tool counted errors, or did not count")
    NOT_VERIFIED = "not_verified", _("The whole drive was not read back afterwards")
    NOTHING_WRITTEN = "nothing_written", _("The drive was only read: nothing written")
    METHOD_UNKNOWN = "method_unknown", _("What was done is not named, or not known")
    BYTES_UNSAID = (
        "bytes_unsaid",
        _("It is not said how many bytes were erased, or how many the drive has"),
    )
    BYTES_DIFFER = "bytes_differ", _("The bytes erased are not the drive’s size")
    DATE_UNKNOWN = "date_unknown", _("When it ended is not said")
    NO_DRIVE = "no_drive", _("No drive here has this serial number")
    NONE_OF_THESE = "none_of_these", _("Somebody said that it is none of these drives")
    NEWER_ATTEMPT = "newer_attempt", _("A newer attempt on this drive is known")
    EVIDENCE_USED = "evidence_used", _("This very file has proved this drive before")
    EVIDENCE_INCOMPLETE = "evidence_incomplete", _("Less than this drive’s proof asks")
    DATE_IMPOSSIBLE = (
        "date_impossible",
        _("It ended before the drive came in, or in the future"),
    )
    TECHNIQUE_UNFIT = "technique_unfit", _("This method does not exist for the drive")
    DRIVE_IN_USE = "drive_in_use", _("The drive is in use in the machine that shows it")
    DRIVE_DESTROYED = "drive_destroyed", _("The drive’s destruction is recorded")
    NOT_HERE = "not_here", _("The drive’s device is not in the workshop")


class Hidden(models.TextChoices):
    """What the tool says of an area that the drive may hide."""

    NONE = "none"
    LEFT = "left"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True)
class Result:
    """What a report says of one drive. Sizes in bytes.

    `started` and `ended` are by our clock where the tool says its zone, else by its own,
    which is taken for ours. `run` is the same for
    what was erased at once. `weakness` is "" where the line holds by itself. Of a
    machine that never joined our own agent tells what it `executed`, as
    `Erasure.details` keeps it, and its `exceptions`; `ran_by` is the person (uuid) who
    had it erase, if they have an account here.
    """

    tool: str
    tool_version: str
    run: int
    said: str
    method: str
    model: str
    serial: str
    size_bytes: int | None
    bytes_erased: int | None
    technique: Technique | None
    verification: Verification
    started: dt.datetime | None
    ended: dt.datetime | None
    through_bridge: bool
    hidden: Hidden
    weakness: str
    exceptions: tuple[str, ...] = ()
    executed: dict[str, Any] | None = None
    ran_by: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether our own agent says it, with all that it did."""
        return self.executed is not None

    @property
    def facts(self) -> dict[str, Any]:
        """The same as JSON keeps it; `from_facts` is the way back."""
        moments = {
            name: moment.isoformat() if moment else None
            for name, moment in (("started", self.started), ("ended", self.ended))
        }
        return {**dataclasses.asdict(self), **moments}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        moments = {
            name: dt.datetime.fromisoformat(facts[name]) if facts[name] else None
            for name in ("started", "ended")
        }
        technique = Technique(facts["technique"]) if facts["technique"] else None
        return cls(
            **{
                **facts,
                **moments,
                "technique": technique,
                "verification": Verification(facts["verification"]),
                "hidden": Hidden(facts["hidden"]),
                "exceptions": tuple(facts.get("exceptions", ())),
            }
        )


def moment(text: str, *shapes: str) -> dt.datetime | None:
    """A time as one of these shapes writes it, without its zone."""
    for shape in shapes:
        try:
            return dt.datetime.strptime(text.strip(), shape)  # noqa: DTZ007 - it has none
        except ValueError:
            continue
    return None
