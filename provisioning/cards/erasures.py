"""The rows of the erasures' board: one for each drive, in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.actions.evidence import SUCCESSES
from inventory.methods import ErasureClass
from inventory.models import Device, Erasure, ErasureResult, StorageDrive
from inventory.states import DriveStatus, OrderFall, ProofRefusal
from provisioning.cards.rooms import Room, room_at
from provisioning.cards.words import left_in_words
from provisioning.models import ErasureRun, RunState
from provisioning.models.erasure_run import on_board_of

MEGABYTE = 10**6
UNPROVEN = frozenset({DriveStatus.FAILED, DriveStatus.AWAITING_ERASURE})
_BY_ITSELF = gettext_lazy("The drive erases itself")
# What a machine says that it is doing with a drive, in its own words of a step.
STEPS: Mapping[str, Promise] = {
    "waiting": gettext_lazy("Another process of the machine is still at it"),
    "look": gettext_lazy("Is being looked at"),
    "markers": gettext_lazy("Markers are planted"),
    **dict.fromkeys(("overwrite", "areas"), gettext_lazy("Is being overwritten")),
    "sleep": gettext_lazy("The machine sleeps, to thaw it"),
    "replug": gettext_lazy("Is to be unplugged and plugged in again, to thaw it"),
    "verify": gettext_lazy("Is being read back"),
    **dict.fromkeys(("sanitize", "security_erase", "format", "emmc"), _BY_ITSELF),
}
SPOKEN_AT_MOST = 5


class Group(models.TextChoices):
    """The parts of the board, what needs somebody first."""

    WAITING = "waiting", gettext_lazy("Wait for approval or confirmation")
    RUNNING = "running", gettext_lazy("At work")
    VERIFY = "verify", gettext_lazy("To verify by a second person")
    FAILED = "failed", gettext_lazy("Not erased")
    DONE = "done", gettext_lazy("Erased")


# Which of a machine’s drives speaks for it.
_FIRST = (Group.FAILED, Group.WAITING, Group.VERIFY, Group.RUNNING, Group.DONE)


@dataclasses.dataclass(frozen=True)
class Row:
    """One drive: its order, or what a machine reported without one (`erasure` alone)."""

    drive: StorageDrive
    device: Device
    run: ErasureRun | None = None
    reported: Erasure | None = None

    @property
    def erasure(self) -> Erasure | None:
        return self.run.erasure if self.run else self.reported

    @cached_property
    def is_of_now(self) -> bool:
        """Whether what came of its order is still how its drive stands.

        The drive may have come back since, or somebody wrote down another attempt.
        """
        drive, erasure, run = self.drive, self.erasure, self.run
        if run is not None and run.is_open:
            return True
        if erasure is None:
            return run is None or run.cycle == drive.cycle
        if erasure.cycle != drive.cycle:
            return False
        if drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE:
            return erasure.result == ErasureResult.ERASED_WITH_EXCEPTIONS
        if erasure.result in SUCCESSES:
            return erasure.pk == drive.proof_id
        return drive.proof_id is None and drive.status in UNPROVEN

    @cached_property
    def group(self) -> Group:
        run = self.run
        if run is not None and run.is_open:
            under_way = {RunState.RUNNING, RunState.CONFIRMED}
            return Group.RUNNING if run.state in under_way else Group.WAITING
        status = self.drive.status
        if status == DriveStatus.EXCEPTIONS_TO_APPROVE:
            return Group.VERIFY
        is_proof = self.erasure is not None and self.erasure.pk == self.drive.proof_id
        settled = status in {DriveStatus.DESTROYED, DriveStatus.ERASED}
        return Group.DONE if is_proof or settled else Group.FAILED

    @property
    def family(self) -> str:
        if self.is_amiss:
            return "blocked"
        return {
            Group.WAITING: "waiting",
            Group.RUNNING: "progress",
            Group.VERIFY: "waiting",
            Group.FAILED: "blocked",
            Group.DONE: "done",
        }[self.group]

    @property
    def is_amiss(self) -> bool:
        """Whether somebody should look though the machine is at work."""
        run = self.run
        return run is not None and bool(run.silent_minutes or self.stuck_minutes)

    @property
    def stuck_minutes(self) -> int:
        since = self.run.stuck_at if self.run else None
        if since is None:
            return 0
        return max(1, int((timezone.now() - since).total_seconds() // 60))

    @cached_property
    def state(self) -> str:
        """One sentence, or its beginning: what is the matter with the drive."""
        run = self.run
        if run is None:
            return _("Erased without an order")
        if run.silent_minutes:
            return ngettext(
                "No news for %(count)s minute",
                "No news for %(count)s minutes",
                run.silent_minutes,
            ) % {"count": run.silent_minutes}
        if self.stuck_minutes:
            return ngettext(
                "Stuck for %(count)s minute",
                "Stuck for %(count)s minutes",
                self.stuck_minutes,
            ) % {"count": self.stuck_minutes}
        if run.is_open:
            return self._open(run)
        if not self.is_of_now:
            return str(self.drive.get_status_display())
        return self._over(run)

    def _open(self, run: ErasureRun) -> str:
        is_leaving = run.job is not None and run.job.cancel_asked_at is not None
        if is_leaving or run.stop_asked_at is not None:
            return _("Is being stopped")
        if run.state == RunState.CONFIRMED:
            return _("Confirmed: the machine begins")
        if run.state == RunState.RUNNING and run.step in STEPS:
            return str(STEPS[run.step])
        return str(run.get_state_display())

    def _over(self, run: ErasureRun) -> str:
        if run.refused:
            return _("Does not count: %(why)s") % {
                "why": ProofRefusal(run.refused).label
            }
        if run.fall:
            return _("Not begun: %(why)s") % {"why": OrderFall(run.fall).label}
        if self.drive.status == DriveStatus.CLASS_TOO_LOW:
            return str(self.drive.get_status_display())
        return str(run.get_result_display())

    @property
    def percent(self) -> int | None:
        running = self.run is not None and self.run.state == RunState.RUNNING
        return self.run.percent if self.run and running else None

    @property
    def far(self) -> str:
        """How far, how fast, how long, how warm: what the bar says in words."""
        run = self.run
        if run is None:
            return ""
        said = [_("%(percent)s%%") % {"percent": run.percent}]
        if run.seconds_left is not None and not self.is_amiss:
            said.append(left_in_words(run.seconds_left))
        if run.bytes_per_second:
            rate = number_format(run.bytes_per_second / MEGABYTE, decimal_pos=0)
            said.append(_("%(rate)s MB/s") % {"rate": rate})
        if run.celsius is not None:
            said.append(_("%(degrees)s °C") % {"degrees": run.celsius})
        return " · ".join(said)

    @property
    def method(self) -> str:
        """How it was erased, and what that is worth; before, what its plan begins with."""
        erasure = self.erasure if self.is_of_now else self.drive.proof
        if erasure is not None:
            worth = erasure.get_erasure_class_display()
            said = erasure.get_technique_display()
            return f"{said} ({worth})" if worth else said
        if not self.is_of_now:
            return ""
        # After the drive itself comes what is done first, or why nothing is.
        first = self.run.plan[:2][-1:] if self.run else []
        return first[0].removeprefix("1. ") if first else ""

    @property
    def terms(self) -> str:
        """What the order says beside its class, while it is open."""
        run = self.run
        if run is None or not run.is_open:
            return ""
        said = []
        if run.not_below:
            least = ErasureClass(run.least).label
            said.append(_("nothing less than %(least)s") % {"least": least})
        if run.may_sleep:
            said.append(_("the machine may sleep"))
        return ", ".join(said)

    @property
    def may_be_confirmed(self) -> bool:
        return self.run is not None and self.run.state == RunState.APPROVED

    @property
    def may_be_left(self) -> bool:
        run = self.run
        return run is not None and run.is_open and run.stop_asked_at is None

    @property
    def also(self) -> str:
        """What else was reported, and why it counts for nothing."""
        run = self.run
        if run is None or not run.also_refused:
            return ""
        return _("A further result was refused: %(why)s") % {
            "why": ProofRefusal(run.also_refused).label
        }


@dataclasses.dataclass(frozen=True)
class Machine:
    """The drives of one device that are at one step, with what may be done there."""

    device: Device
    rows: Sequence[Row]

    @property
    def room(self) -> Room:
        return room_at(self.device.place)

    @property
    def family(self) -> str:
        families = [row.family for row in self.rows]
        return "blocked" if "blocked" in families else families[0]

    @property
    def first(self) -> ErasureRun | None:
        """The run by which its order is named."""
        return next((row.run for row in self.rows if row.run and row.run.is_open), None)

    @property
    def is_asked(self) -> bool:
        return self.first is not None and self.first.state == RunState.ASKED

    @property
    def is_approved(self) -> bool:
        return self.first is not None and self.first.state == RunState.APPROVED

    @property
    def may_stop(self) -> bool:
        job = self.first.job if self.first else None
        return self.first is not None and (job is None or job.cancel_asked_at is None)

    @property
    def is_several(self) -> bool:
        """Whether more than one drive is open here: each has buttons of its own then."""
        return sum(row.run is not None and row.run.is_open for row in self.rows) > 1

    @property
    def key(self) -> str:
        """Part of the ids on the page: a device may stand in two groups."""
        return f"{self.rows[0].group}-{self.device.tag}"


def rows_of(devices: Collection[int]) -> dict[int, list[Row]]:
    """What the board says of these devices, by their keys, in one statement."""
    found: dict[int, list[Row]] = {}
    for run in on_board_of(devices):
        found.setdefault(run.device_id, []).append(Row(run.drive, run.device, run=run))
    return found


def worst_of(rows: Iterable[Row]) -> Row:
    """The row of a machine that somebody should see before the others."""
    return min(rows, key=lambda row: (not row.is_amiss, _FIRST.index(row.group)))


def grouped(rows: Iterable[Row]) -> list[tuple[Group, list[Machine]]]:
    """The machines of each part of the board that has some, by room and tag."""
    found = list(rows)
    parts = []
    for group in Group:
        of_group: dict[int, list[Row]] = {}
        for row in found:
            if row.group is group:
                of_group.setdefault(row.device.pk, []).append(row)
        machines = [Machine(each[0].device, each) for each in of_group.values()]
        machines.sort(key=lambda machine: (machine.room.name, machine.device.tag))
        if machines:
            parts.append((group, machines))
    return parts


def news(rows: Sequence[Row], since: dt.datetime | None) -> str:
    """What is read aloud: which drives began, passed a quarter or ended since then."""
    if since is None:
        return ""
    fresh = [row for row in rows if row.run and row.run.quarter_at > since]
    if len(fresh) > SPOKEN_AT_MOST:
        return ngettext(
            "%(count)s erasure went on.", "%(count)s erasures went on.", len(fresh)
        ) % {"count": len(fresh)}
    return " ".join(_spoken(row) for row in fresh)


def _spoken(row: Row) -> str:
    said = {"name": row.device, "drive": row.drive, "state": row.state}
    quarter = (row.percent or 0) // 25 * 25
    if not quarter:
        return _("%(name)s, %(drive)s: %(state)s.") % said
    return _("%(name)s, %(drive)s: %(percent)s%% erased.") % {
        **said,
        "percent": quarter,
    }
