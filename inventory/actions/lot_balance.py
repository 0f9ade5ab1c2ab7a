"""Which drives ever were in which machines, and which machines nobody looked into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from inventory.documents.lot import Machines
from inventory.models import Device, DriveEvent, Storage, StorageDrive
from inventory.states import DriveStatus

# Names a machine that a drive which is no more was seen in: another drive, it may be.
NOT_INSIDE = "seen_since_destroyed"


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
