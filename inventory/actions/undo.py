"""Take back the last scan: a compensating event, never an erased one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit, person
from backoffice.core.models import Site, User
from backoffice.core.transactions import require_transaction
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.status import change_status
from inventory.errors import NothingToUndo, UndoTooLate
from inventory.models import Device, DeviceEvent, Place, Scan
from inventory.states import DeviceStatus
from inventory.verbs import wording

# What may be taken back without a reason: neither proof, check, nor decision.
UNDOABLE = frozenset(
    {
        "received",
        "moved",
        "triage_started",
        "triaged",
        "refurbishment_started",
        "sent_to_quality_check",
    }
)
# Who may not do it any more may not take it back either.
_PERMISSIONS = {
    "received": "inventory.receive_device",
    "moved": "inventory.move_device",
}


@transaction.atomic(durable=True)
def undo_last(
    *,
    device: Device,
    event: DeviceEvent | None = None,
    scan: Scanned | None = None,
    by: Actor,
) -> DeviceEvent:
    """Take back this person's last act on a device, within ten minutes.

    Refused once anything else happened to the device: the last line of its
    history must be the one that is taken back, and `event` where that is named.
    """
    user = person(by)
    device = Device.objects.lock(device.pk)
    last = device.events.order_by("-sequence").first()
    if event is not None and last != event:
        raise UndoTooLate(
            _("Something else has happened to %(device)s since.") % {"device": device},
            advice=_("Look at its history, then record what is true now."),
            device=device.tag,
        )
    if last is None or last.actor_id != user.uuid or last.verb not in UNDOABLE:
        raise _not_undoable(device, last, user=user)
    if timezone.now() - last.recorded_at > dt.timedelta(seconds=settings.UNDO_SECONDS):
        raise UndoTooLate(
            _("The ten minutes are over."),
            advice=_("Record what is true now instead."),
            device=device.tag,
        )
    needed = _PERMISSIONS.get(last.verb, "inventory.refurbish_device")
    permit(by, needed, at=device.site_id)
    undo = _compensate(device, last, by=by)
    keep_scan(scan, device=device, event=undo, by=by)
    return undo


def is_recent(scan: Scan) -> bool:
    """Whether a scan is young enough to be taken back."""
    age = timezone.now() - scan.scanned_at
    return age <= dt.timedelta(seconds=settings.UNDO_SECONDS)


def undo_seconds_left(scan: Scan) -> int:
    """For how long a scan's act may still be taken back; 0 where it cannot be."""
    if scan.event is None or scan.event.verb not in UNDOABLE:
        return 0
    age = timezone.now() - scan.scanned_at
    return max(0, int(settings.UNDO_SECONDS - age.total_seconds()))


def last_undoable(scan: Scan | None) -> bool:
    """Whether a scan's act may still be taken back, for the page's button."""
    return scan is not None and undo_seconds_left(scan) > 0


def _not_undoable(
    device: Device, last: DeviceEvent | None, *, user: User
) -> NothingToUndo:
    if last is not None and last.actor_id == user.uuid and last.verb != "undone":
        done = wording(last.verb).title
        message = _("“%(done)s” is not taken back: it stays in the history.")
        message %= {"done": done}
    else:
        message = _("The last act on %(device)s cannot be taken back by you.")
        message %= {"device": device}
    return NothingToUndo(
        message, advice=_("Record what is true now instead."), device=device.tag
    )


def _compensate(device: Device, last: DeviceEvent, *, by: Actor) -> DeviceEvent:
    require_transaction()
    undone = {"undone": last.sequence, "verb": last.verb}
    if last.verb == "moved":
        return _put_back(device, last.data, undone, by=by)
    was = DeviceStatus(last.data.get("from", DeviceStatus.ANNOUNCED))
    return change_status(device, was, "undone", by=by, data=undone, allowed=True)


def _put_back(
    device: Device,
    moved: Mapping[str, str | None],
    undone: dict[str, object],
    *,
    by: Actor,
) -> DeviceEvent:
    """To where it stood; back to its site, even if it had no place there."""
    require_transaction()
    tag, left = moved["from_place"], device.place
    device.place = Place.objects.get(tag=tag) if tag else None
    if site := moved.get("from_site"):
        device.site = Site.objects.get(uuid=site)
    device.save(update_fields=["place", "site"])
    return DeviceEvent.append(
        device,
        "undone",
        by=by,
        data={**undone, "from_place": left.tag if left else None, "to_place": tag},
    )
