"""The one function that writes a device's state, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory import gate
from inventory.actions.drive_cycle import open_cycle
from inventory.errors import NotHere, WrongStatus
from inventory.models import Device, DeviceEvent, Storage, StorageDrive
from inventory.states import (
    FALLS_BACK,
    NEXT,
    OUT,
    SAFE,
    DeviceStatus,
    HoldReason,
    comes_back,
)


def change_status(
    device: Device,
    to: DeviceStatus,
    verb: str,
    *,
    by: Actor,
    data: Mapping[str, object] | None = None,
    allowed: bool | None = None,
) -> DeviceEvent:
    """Move a locked device to another state and log it: the step acts are made of.

    Exits pass the gate, and whatever comes back from other hands starts anew.
    `allowed` replaces the table's answer where an act knows better (taking back the
    last change); the gate it never replaces.
    """
    require_transaction()
    was = DeviceStatus(device.status)
    if not (to in NEXT[was] if allowed is None else allowed):
        raise WrongStatus(
            _("%(device)s is “%(now)s”: it cannot become “%(wanted)s”.")
            % {"device": device, "now": was.label, "wanted": to.label},
            device=device.tag,
            status=was.value,
            wanted=to.value,
        )
    if was is DeviceStatus.IN_SUPPORT and to in OUT:
        _refuse_to_another(device, to)
    inside = StorageDrive.objects.lock_inside(device)
    gate.refuse_unless_safe(device, inside, to)
    device.status = to
    device.status_since = timezone.now()
    device.save(update_fields=["status", "status_since"])
    event = DeviceEvent.append(
        device, verb, by=by, data={"from": was.value, "to": to.value, **(data or {})}
    )
    if comes_back(was, to):
        _doubt_storage(device, inside, was, by=by)
    return event


def _refuse_to_another(device: Device, to: DeviceStatus) -> None:
    """From a repair a device goes back to who brought it, as it was with them.

    To anybody else it goes by the workshop, where its drives start anew.
    """
    into = device.events.filter(data__to=DeviceStatus.IN_SUPPORT.value).last()
    if into is not None and into.data["from"] != to:
        raise WrongStatus(
            _("%(device)s was “%(before)s” before its repair: it goes back as that.")
            % {"device": device, "before": DeviceStatus(into.data["from"]).label},
            advice=_("For somebody else, send it to the workshop: it is erased there."),
            device=device.tag,
            status=device.status,
            wanted=to.value,
        )


def _doubt_storage(
    device: Device, inside: Sequence[StorageDrive], was: DeviceStatus, *, by: Actor
) -> None:
    """Every drive of a locked device starts anew; none inside has to be seen again."""
    require_transaction()
    why = "found_again" if was is DeviceStatus.MISSING else "came_back"
    for drive in inside:
        open_cycle(drive, by=by, why=why)
    if device.storage == Storage.NONE:
        device.storage, device.storage_seen_by = Storage.UNKNOWN, None
        device.save(update_fields=["storage", "storage_seen_by"])
    refresh_data_state(device, by=by, drives=inside)


def require_status(device: Device, *wanted: DeviceStatus) -> None:
    """Refuse an act that only makes sense in some states."""
    if device.status not in wanted:
        raise WrongStatus(
            _("%(device)s is “%(now)s”: this is for “%(wanted)s”.")
            % {
                "device": device,
                "now": device.get_status_display(),
                "wanted": "”, “".join(str(status.label) for status in wanted),
            },
            device=device.tag,
            status=device.status,
        )


def require_here(device: Device) -> None:
    """Refuse an act on a locked device that is out of the workshop’s hands."""
    if device.status in OUT:
        raise NotHere(
            _("%(device)s is not here any more: “%(now)s”.")
            % {"device": device, "now": device.get_status_display()},
            advice=_("If it stands in front of you, ask the workshop lead."),
            device=device.tag,
            status=device.status,
        )


def refresh_data_state(
    device: Device,
    *,
    by: Actor,
    drives: Sequence[StorageDrive] | None = None,
    surprise: bool = False,
) -> None:
    """Recompute what is known of the data in a locked device after its drives changed.

    A device that was safe and is not any more is held where it was promised to
    somebody already, or where that comes as a surprise (an agent saw a drive that
    nobody had declared); from the ready shelf it goes back to the workshop. A hold
    that a person put keeps its reason.
    """
    require_transaction()
    inside = StorageDrive.objects.lock_inside(device) if drives is None else drives
    now_known = gate.data_state(device, inside)
    if now_known == device.data_state:
        return
    was = device.data_state
    lost = was in SAFE and now_known not in SAFE
    device.data_state = now_known
    if device.is_held or not (lost and (surprise or _promised(device))):
        device.save(update_fields=["data_state"])
        return
    put_hold(device, HoldReason.UNPROVEN_DRIVE, by=by, with_data_state=True)


def put_hold(
    device: Device, reason: HoldReason, *, by: Actor, with_data_state: bool = False
) -> None:
    """Hold a locked device; from the ready shelf it goes back to the workshop."""
    require_transaction()
    was = DeviceStatus(device.status)
    changed = ["hold_reason", "held_at", "held_by"]
    if with_data_state:
        changed.append("data_state")
    device.hold_reason = reason
    device.held_at = timezone.now()
    device.held_by = by.user
    if was in FALLS_BACK:
        # State and hold change together: the database refuses a ready device
        # that is held, even for the moment between two statements.
        device.status = DeviceStatus.TO_PROCESS
        device.status_since = device.held_at
        changed += ["status", "status_since"]
    device.save(update_fields=changed)
    data: dict[str, object] = {"reason": reason.value}
    if was in FALLS_BACK:
        data |= {"from": was.value, "to": device.status}
        device.checks.filter(void=False).update(void=True)
    DeviceEvent.append(device, "held", by=by, data=data)


def _promised(device: Device) -> bool:
    return device.status in {
        DeviceStatus.READY,
        DeviceStatus.RESERVED,
        DeviceStatus.PACKED,
        DeviceStatus.IN_TRANSIT,
    }
