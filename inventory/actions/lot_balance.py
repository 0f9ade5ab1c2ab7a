"""Which drives ever were in which machines, and which machines nobody looked into."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from inventory.documents.drives import drive_line
from inventory.documents.lot import Machines
from inventory.models import (
    Certificate,
    Device,
    DriveEvent,
    Lot,
    Storage,
    StorageDrive,
)
from inventory.states import DeviceStatus, DriveStatus

# Names a machine that a drive which is no more was seen in: another drive, it may be.
NOT_INSIDE = "seen_since_destroyed"
# What of a line is news to a donor where it changes.
TOLD = ("machine", "serial", "status", "proven", "class")


def ever_inside(machines: Iterable[Device]) -> QuerySet[DriveEvent, int]:
    """The keys of the drives whose journals name one of these machines."""
    tags = {tag for machine in machines for tag in _records(machine)}
    return _named(tags).values_list("subject_id", flat=True)


def balance_of(machines: Sequence[Device], drives: Sequence[StorageDrive]) -> Machines:
    """How many machines hold or held drives of these, and why the others do not."""
    records = [_records(machine) for machine in machines]
    named = _named({tag for chain in records for tag in chain})
    held = {drive.last_host.tag for drive in drives}
    held |= set(named.values_list("data__device", flat=True))
    bare = [list(chain.values())[-1] for chain in records if not held & chain.keys()]
    without = sum(
        each.storage == Storage.NONE and each.storage_seen_by_id is not None
        for each in bare
    )
    no_data = sum(each.storage == Storage.NOT_APPLICABLE for each in bare)
    return Machines(
        received=len(machines),
        without_drives=without,
        no_data=no_data,
        unseen=len(bare) - without - no_data,
    )


def machines_of(lot: Lot) -> list[Device]:
    """What came in with a lot."""
    return list(lot.devices.exclude(status=DeviceStatus.ANNOUNCED))


def drives_of_lot(lot: Lot, machines: Sequence[Device]) -> list[StorageDrive]:
    of_lot = Q(last_host__lot=lot) | Q(erasures__device__lot=lot)
    return drives_that_count(of_lot, machines)


def drives_that_count(of: Q, machines: Sequence[Device]) -> list[StorageDrive]:
    """The drives that count of these, and all that were ever in these machines.

    One that was plugged in elsewhere before it was erased is still the donor’s.
    """
    drives = (
        StorageDrive.objects.gated()
        .filter(of | Q(pk__in=ever_inside(machines)))
        .exclude(status=DriveStatus.WITHDRAWN)
        .select_related("last_host", "proof__drive")
        .prefetch_related("destructions", "certificates__document")
        .distinct()
        .order_by("last_host__tag", "pk")
    )
    return list(drives)


@dataclasses.dataclass(frozen=True)
class Outlook:
    """What a lot’s summary would say now: a line per drive, and of its machines."""

    lines: Sequence[dict[str, Any]]
    machines: Machines

    @property
    def drives(self) -> int:
        return len(self.lines)

    @property
    def unproven(self) -> int:
        return sum(not line["proven"] for line in self.lines)

    def differs_from(self, summary: Certificate) -> bool:
        """Whether what its donor was told is not how the drives stand any more."""
        told = summary.document.content
        if told.get("unseen", 0) != self.machines.unseen:
            return True
        return _told(told["drives"]) != _told(self.lines)


def outlook_of(lot: Lot) -> Outlook:
    """Read, never written: in as many statements for three hundred drives as for one."""
    machines = machines_of(lot)
    drives = drives_of_lot(lot, machines)
    lines = [drive_line(drive, "") for drive in drives]
    return Outlook(lines, balance_of(machines, drives))


def _told(lines: Sequence[dict[str, Any]]) -> list[tuple[object, ...]]:
    """What a donor reads of each drive; that it has a certificate since is no news."""
    return [tuple(line.get(key) for key in TOLD) for line in lines]


def _named(tags: set[str]) -> QuerySet[DriveEvent]:
    events = DriveEvent.objects.filter(data__device__in=tags, subject__gated=True)
    living = events.exclude(subject__status=DriveStatus.WITHDRAWN)
    return living.exclude(verb=NOT_INSIDE).order_by()


def _records(machine: Device) -> dict[str, Device]:
    """A machine by its tag, then every record that it was merged into: the last is it."""
    found = {machine.tag: machine}
    while machine.merged_into is not None:
        machine = machine.merged_into
        found[machine.tag] = machine
    return found
