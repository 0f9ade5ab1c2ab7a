"""Two records that are one device, or one that is two: the steps on devices.

No event is rewritten: each record keeps its journal, and what moves is said in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drive_cycle import drop_weak_proof
from inventory.actions.drive_moves import move_in
from inventory.actions.search import index_device
from inventory.actions.status import put_hold, refresh_data_state, require_here
from inventory.errors import WrongStatus
from inventory.models import (
    Device,
    DeviceAlias,
    DeviceEvent,
    Storage,
    StorageDrive,
)
from inventory.models.device_kind import DeviceKind, NoSerialReason
from inventory.models.tag_counter import next_tag
from inventory.states import AWAY, DeviceStatus, HoldReason, comes_back

PROMISED = frozenset(
    {DeviceStatus.RESERVED, DeviceStatus.PACKED, DeviceStatus.IN_TRANSIT}
)


def lock_both(one: Device, other: Device) -> tuple[Device, Device]:
    """Hold two devices in the order of their keys, merged or not: a step."""
    require_transaction()
    held = Device.objects.select_for_update(of=("self",)).order_by("pk")
    found = {each.pk: each for each in held.filter(pk__in=[one.pk, other.pk])}
    return found[one.pk], found[other.pk]


def refuse_unsettled(device: Device) -> None:
    """Refuse what is in other hands, or promised: its records are not touched."""
    require_here(device)
    if device.status in AWAY:
        raise WrongStatus(
            _("%(device)s has been in other hands: “%(now)s”.")
            % {"device": device, "now": device.get_status_display()},
            advice=_("Record first that it is back in the workshop."),
            device=device.tag,
            status=device.status,
        )
    if device.status in PROMISED:
        raise WrongStatus(
            _("%(device)s is promised to somebody: “%(now)s”.")
            % {"device": device, "now": device.get_status_display()},
            advice=_("Take it back to the workshop first."),
            device=device.tag,
            status=device.status,
        )


def merge_into(kept: Device, gone: Device, *, by: Actor) -> dict[str, Any]:
    """Make a held record a second one of another held record: a step.

    Its drives go over, and the gate asks all of them together: a proof below what the
    stricter of both donors asks falls. What nobody looked into under either record
    has to be opened. Its tag, its serial and its codes lead
    to the kept one. Returns what it takes to part them again.
    """
    require_transaction()
    storage = {"kept": kept.storage, "gone": gone.storage}
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    _forget_unseen(kept, gone)
    drives = _move_drives(StorageDrive.objects.lock_inside(gone), kept, "merged", by=by)
    if gone.is_held and not kept.is_held:
        put_hold(kept, HoldReason(gone.hold_reason), by=by)
    moved, added = _move_codes(gone, kept)
    DeviceEvent.append(gone, "merged_into", by=by, data={"device": kept.tag})
    DeviceEvent.append(kept, "merged_with", by=by, data={"device": gone.tag})
    return {"drives": drives, "storage": storage, "codes": moved, "added": added}


def part_again(kept: Device, gone: Device, moved: dict[str, Any], *, by: Actor) -> None:
    """Make a held second record one of its own again, with what came from it: a step.

    A drive that has left since stays where it is.
    """
    require_transaction()
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    kept.aliases.filter(code_key__in=moved["added"]).delete()
    kept.aliases.filter(code_key__in=moved["codes"]).update(device=gone)
    inside = StorageDrive.objects.lock_inside(kept)
    back = [drive for drive in inside if str(drive.uuid) in moved["drives"]]
    away = _was_away_since(kept, gone)
    if not _move_drives(back, gone, "parted", by=by):
        _be_as_before(gone, moved["storage"]["gone"], away=away)
    if len(back) == len(inside) and kept.storage != Storage.NONE:
        _be_as_before(kept, moved["storage"]["kept"], away=away)
    for device, other in ((gone, kept), (kept, gone)):
        index_device(device)
        refresh_data_state(device, by=by)
        data = {"device": other.tag, **({"was_away": True} if away else {})}
        DeviceEvent.append(device, "parted_from", by=by, data=data)


def split_off(device: Device, drives: Iterable[StorageDrive], *, by: Actor) -> Device:
    """Give a second machine of one held record its own record and tag: a step.

    It starts as received, in the same lot and place, with those held drives; what it
    is called, its labels and its reports say.
    """
    require_transaction()
    now = timezone.now()
    new = Device.objects.create(
        tag=next_tag(DeviceKind(device.kind).tag_kind),
        kind=device.kind,
        no_serial_reason=NoSerialReason.NONE_VISIBLE,
        lot=device.lot,
        site_id=device.site_id,
        place=device.place,
        status=DeviceStatus.RECEIVED,
        status_since=now,
        received_at=device.received_at or now,
    )
    index_device(new, aliases=[])
    lot = {"lot": device.lot.code, "kind": device.kind}
    data = {"device": device.tag, "to": new.status, **lot}
    DeviceEvent.append(new, "split_from", by=by, data=data)
    DeviceEvent.append(device, "split", by=by, data={"device": new.tag})
    _move_drives(drives, new, "split_off", by=by)
    device.refresh_from_db()
    return new


def _forget_unseen(kept: Device, gone: Device) -> None:
    """Two records are one thing: it was opened only if both of them were."""
    require_transaction()
    unseen = gone.storage == Storage.UNKNOWN
    if unseen and kept.storage in {Storage.NONE, Storage.NOT_APPLICABLE}:
        kept.storage = Storage.UNKNOWN
        kept.save(update_fields=["storage"])


def _be_as_before(device: Device, storage: str, *, away: bool) -> None:
    """Have a locked record without drives say again what it said before a merge.

    That it was seen to be empty counts no more once it was in other hands.
    """
    require_transaction()
    forgotten = storage == Storage.LISTED or (storage == Storage.NONE and away)
    device.storage = Storage.UNKNOWN if forgotten else storage
    device.save(update_fields=["storage"])


def _was_away_since(kept: Device, gone: Device) -> bool:
    """Whether a device came back from other hands since another was merged into it.

    It may have done so under a third record: the parting from that one tells.
    """
    events = kept.events.order_by("-sequence")
    merged = events.filter(verb="merged_with", data__device=gone.tag).first()
    since = events.filter(sequence__gt=merged.sequence if merged else 0)
    steps = since.filter(data__has_keys=["from", "to"]).values_list("data", flat=True)
    return since.filter(data__was_away=True).exists() or any(
        comes_back(DeviceStatus(step["from"]), DeviceStatus(step["to"]))
        for step in steps
    )


def _move_drives(
    drives: Iterable[StorageDrive], to: Device, verb: str, *, by: Actor
) -> list[str]:
    require_transaction()
    moved = []
    for drive in drives:
        move_in(drive, to, by=by, verb=verb)
        moved.append(str(drive.uuid))
    if moved and to.storage != Storage.LISTED:
        to.storage = Storage.LISTED
        to.save(update_fields=["storage"])
    inside = StorageDrive.objects.lock_inside(to)
    for drive in inside:
        drop_weak_proof(drive, by=by, why=verb)
    refresh_data_state(to, by=by, drives=inside, surprise=bool(moved))
    return moved


def _move_codes(gone: Device, kept: Device) -> tuple[list[str], list[str]]:
    """Let every code of one record lead to another; (those moved, those added)."""
    require_transaction()
    moved = list(gone.aliases.values_list("code_key", flat=True))
    gone.aliases.update(device=kept)
    added = []
    for code in (gone.tag, gone.serial):
        key = codes.serial_key(code)
        taken = not key or DeviceAlias.objects.filter(code_key=key).exists()
        if not taken and key != kept.serial_key:
            DeviceAlias.objects.create(device=kept, code=code, code_key=key)
            added.append(key)
    index_device(kept)
    return moved, added
