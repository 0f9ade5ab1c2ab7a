"""Units going into a line of a pack and out of it: the steps of packing.

The partial unique constraints decide who has a unit; what is asked before only finds
the words. A device's state goes by the inventory's own step, in the same act.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, person
from backoffice.core.transactions import require_transaction
from inventory import gate
from inventory.actions.status import change_status as change_device_status
from inventory.cards.next_step import next_step
from inventory.models import Device, DeviceEvent, StorageDrive
from inventory.states import AWAY, DeviceStatus
from lending.actions.counted import move_counted
from lending.actions.fitting import Unit, named
from lending.actions.holding import (
    free_modem,
    free_sim,
    reserve_modem,
    reserve_sim,
)
from lending.errors import UnitElsewhere, UnitNotReady, UnitTaken
from lending.models import (
    CountedKind,
    Modem,
    MovementReason,
    Pack,
    PackLine,
    SimCard,
)
from lending.states import PACK_OPEN, SimStatus, SubstitutionReason

_HOLDS = ("device", "sim", "modem", "counted_kind")


def lock_unit(unit: Unit) -> Unit:
    """The same unit, locked and read anew; a counted kind has no row of its own to lock."""
    require_transaction()
    match unit:
        case Device():
            return Device.objects.lock(unit.pk)
        case SimCard():
            return SimCard.objects.lock(unit.pk)
        case Modem():
            return Modem.objects.lock(unit.pk)
    return unit


def put_unit(
    line: PackLine,
    unit: Unit,
    *,
    count: int = 1,
    substitution: SubstitutionReason | None = None,
    by: Actor,
) -> None:
    """Fill an empty line of a locked pack with a locked unit: a step.

    Refuses, in words, what is not ready, not here, or another pack's.
    """
    require_transaction()
    if isinstance(unit, CountedKind):
        _put_counted(line, unit, count, substitution, by=by)
        return
    column = _column(unit)
    refuse_unusable(unit, line.pack)
    setattr(line, column, unit)
    line.quantity = 1
    try:
        with transaction.atomic(savepoint=True):
            _save_filled(line, substitution, by=by)
    except IntegrityError as taken:
        raise _taken(unit, line.pack) from taken
    _reserve(unit, line.pack, by=by)


def refuse_taken(unit: Unit, pack: Pack) -> None:
    """Raise where a locked unit is in a pack already, this one or another."""
    if not isinstance(unit, CountedKind) and holder_of(unit) is not None:
        raise _taken(unit, pack)


def refuse_unusable(unit: Unit, pack: Pack) -> None:
    """Raise why a locked unit can go into no line of this pack: elsewhere, taken, unready."""
    if isinstance(unit, CountedKind):
        return
    _refuse_elsewhere(unit, pack)
    refuse_taken(unit, pack)
    _refuse_unready(unit)


def take_unit(line: PackLine, *, by: Actor) -> None:
    """Free what a line of a locked pack holds, and keep the trace: a step."""
    require_transaction()
    line.released_at = timezone.now()
    line.save(update_fields=["released_at"])
    pack = line.pack
    if line.device is not None:
        free_device(Device.objects.lock(line.device.pk), pack, by=by)
    if line.sim is not None:
        free_sim(line.sim, by)
    if line.modem is not None:
        free_modem(line.modem, by)
    if line.counted_kind is not None and line.quantity:
        move_counted(
            kind=line.counted_kind,
            site=pack.site,
            change=line.quantity,
            reason=MovementReason.OUT_OF_PACK,
            pack=pack.uuid,
            by=by,
        )


def free_device(device: Device, pack: Pack, *, by: Actor) -> None:
    """Give a locked device back to the shelf, or to the workshop if it may not leave.

    What became of it otherwise stays: a machine that went missing is missing. A step.
    """
    require_transaction()
    if device.status not in {DeviceStatus.RESERVED, DeviceStatus.PACKED}:
        return
    blocked = gate.blockers(device, StorageDrive.objects.lock_inside(device))
    to = DeviceStatus.TO_PROCESS if blocked else DeviceStatus.READY
    change_device_status(device, to, "freed_from_pack", by=by, data={"pack": pack.tag})
    if blocked:
        device.checks.filter(void=False).update(void=True)


def move_devices(
    pack: Pack, to: DeviceStatus, verb: str, *, back: bool = False, by: Actor
) -> list[DeviceEvent]:
    """Move every device of a locked pack to a state, in the order of their rows: a step.

    `back` takes the last step of the pack back, as its act knows. The gate of the
    inventory refuses what may not leave.
    """
    require_transaction()
    return [
        change_device_status(
            device, to, verb, by=by, data={"pack": pack.tag}, allowed=back or None
        )
        for device in locked_devices(pack)
        if device.status != to
    ]


def locked_devices(pack: Pack) -> list[Device]:
    """The devices in a locked pack, locked: a step."""
    require_transaction()
    held = pack.lines.filter(released_at=None, device__isnull=False)
    keys = sorted(held.values_list("device", flat=True))
    return [Device.objects.lock(pk) for pk in keys]


def holder_of(unit: Device | SimCard | Modem) -> Pack | None:
    """The pack that has a unit now, if one has."""
    line = (
        PackLine.objects.filter(released_at=None, **{_column(unit): unit})
        .select_related("pack__request")
        .first()
    )
    return line.pack if line else None


def _put_counted(
    line: PackLine,
    kind: CountedKind,
    count: int,
    substitution: SubstitutionReason | None,
    *,
    by: Actor,
) -> None:
    require_transaction()
    more = max(1, min(count, line.wanted.quantity - line.quantity))
    move_counted(
        kind=kind,
        site=line.pack.site,
        change=-more,
        reason=MovementReason.INTO_PACK,
        pack=line.pack.uuid,
        by=by,
    )
    line.counted_kind = kind
    line.quantity += more
    if line.quantity >= line.wanted.quantity:
        _save_filled(line, substitution, by=by)
    else:
        line.substitution = substitution or ""
        line.save(update_fields=["counted_kind", "quantity", "substitution"])


def _save_filled(
    line: PackLine, substitution: SubstitutionReason | None, *, by: Actor
) -> None:
    line.filled_at = timezone.now()
    line.filled_by = person(by)
    line.substitution = substitution or line.substitution
    line.save(
        update_fields=[*_HOLDS, "quantity", "filled_at", "filled_by", "substitution"]
    )


def _reserve(unit: Device | SimCard | Modem, pack: Pack, *, by: Actor) -> None:
    require_transaction()
    if isinstance(unit, Device):
        facts = {"pack": pack.tag}
        change_device_status(
            unit, DeviceStatus.RESERVED, "put_in_pack", by=by, data=facts
        )
    elif isinstance(unit, SimCard):
        reserve_sim(unit, by)
    else:
        reserve_modem(unit, by)


def _refuse_elsewhere(unit: Device | SimCard | Modem, pack: Pack) -> None:
    if unit.site_id != pack.site_id:
        raise UnitElsewhere(
            _("%(unit)s is at %(there)s; this pack is made at %(here)s.")
            % {"unit": named(unit), "there": unit.site, "here": pack.site},
            advice=_("Have it brought here first, or take another one."),
        )


def _refuse_unready(unit: Device | SimCard | Modem) -> None:
    """Raise why a free unit cannot go into a pack: its data first, then its state."""
    if isinstance(unit, Device):
        if unit.status not in AWAY:
            inside = StorageDrive.objects.lock_inside(unit)
            for blocker in gate.blockers(unit, inside):
                raise blocker.error
        if unit.status == DeviceStatus.READY:
            return
        ready = _("Only what is on the ready shelf goes into a pack.")
        advice = next_step(unit) or ready
    elif unit.status == SimStatus.IN_STOCK:
        return
    else:
        advice = _("Only what is in stock goes into a pack.")
    raise UnitNotReady(
        _("%(unit)s is “%(now)s”.")
        % {"unit": named(unit), "now": unit.get_status_display()},
        advice=advice,
        status=unit.status,
    )


def _taken(unit: Device | SimCard | Modem, pack: Pack) -> UnitTaken:
    """Who has it, named: the request before the pack, since that is who waits for it."""
    holder = holder_of(unit)
    if holder is None:
        return UnitTaken(_("%(unit)s is in another pack.") % {"unit": named(unit)})
    if holder.pk == pack.pk:
        return UnitTaken(
            _("%(unit)s is in this pack already.") % {"unit": named(unit)},
            pack=holder.tag,
        )
    request = holder.request
    if request is not None and holder.status in PACK_OPEN:
        return UnitTaken(
            _("%(unit)s is reserved for the request %(request)s, in the pack %(pack)s.")
            % {"unit": named(unit), "request": request, "pack": holder},
            advice=_("Take another one."),
            pack=holder.tag,
            request=str(request),
        )
    return UnitTaken(
        _("%(unit)s is in the pack %(pack)s.") % {"unit": named(unit), "pack": holder},
        advice=_("Take another one, or take it out of that pack first."),
        pack=holder.tag,
    )


def _column(unit: Device | SimCard | Modem) -> str:
    if isinstance(unit, Device):
        return "device"
    return "sim" if isinstance(unit, SimCard) else "modem"
