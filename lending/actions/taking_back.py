"""What happens to each thing of a pack that comes back, or does not: steps."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.actions.status import change_status as change_device_status
from inventory.models import Device
from inventory.states import DeviceStatus
from lending.actions.counted import move_counted
from lending.actions.holding import take_modem_back, take_sim_back
from lending.actions.losing import lose_connections
from lending.documents.returning import Back
from lending.errors import ConditionsUnsaid, LineForeign, NothingCameBack
from lending.models import MovementReason, Pack, PackLine
from lending.states import Condition
from provisioning.actions import end_assignment

# What goes among the things that may be given out again.
_USABLE = frozenset({Condition.GOOD, Condition.WORN})


def things_out(pack: Pack) -> list[PackLine]:
    """The lines of a pack that somebody could bring back, in the order of its sheet."""
    holds = Q(device__isnull=False) | Q(sim__isnull=False) | Q(modem__isnull=False)
    lines = pack.lines.filter(
        holds | Q(counted_kind__isnull=False, quantity__gt=0), released_at=None
    )
    return list(
        lines.select_related("wanted", "device", "sim", "modem__sim", "counted_kind")
    )


def said_of(
    lines: Iterable[PackLine],
    conditions: Mapping[uuid.UUID, Condition],
    counts: Mapping[uuid.UUID, int],
) -> list[Back]:
    """How each line came back; refuses one that nobody spoke of, or a foreign one.

    `counts` says how many of a counted thing; all of them where it says nothing.
    """
    lines = list(lines)
    known = {line.uuid: line for line in lines}
    if not set(conditions) | set(counts) <= set(known):
        raise LineForeign(_("Something was ticked that is not out with this pack."))
    unsaid = [str(line.wanted) for line in lines if line.uuid not in conditions]
    if unsaid:
        raise ConditionsUnsaid(
            _("Nothing is said of: %(things)s.") % {"things": ", ".join(unsaid)},
            advice=_("Say how each thing came back, or that it is missing."),
        )
    back = [_back(line, conditions[line.uuid], counts) for line in lines]
    if not any(each.count for each in back):
        raise NothingCameBack(
            _("Everything is missing: nothing came back."),
            advice=_("Say that the loan is lost or stolen instead."),
        )
    return back


def take_lines_back(
    pack: Pack, things: Iterable[Back], *, lent: bool, by: Actor
) -> None:
    """Everything of a locked pack goes where it belongs: a step.

    A machine that came back starts anew, its data to be erased; a counted thing that
    can be given out again is stock. What is missing stays with the pack, so that it is
    known where it belongs if it is found.
    """
    require_transaction()
    things = list(things)
    here = [each for each in things if each.count]
    gone = [each for each in things if not each.count]
    _take_devices(pack, things, lent=lent, by=by)
    _take_connections([each.line for each in here], by)
    kept = [each.line.pk for each in gone]
    if lent:
        lose_connections(pack.lines.filter(pk__in=kept), by)
    _take_counted(pack, here, by)
    done = [each.line.pk for each in things if each.line.pk not in kept]
    pack.lines.filter(pk__in=done).update(released_at=timezone.now())


def _back(
    line: PackLine, condition: Condition, counts: Mapping[uuid.UUID, int]
) -> Back:
    most = line.quantity if line.counted_kind_id else 1
    count = 0 if condition is Condition.MISSING else counts.get(line.uuid, most)
    if not 0 <= count <= most:
        raise ConditionsUnsaid(
            _("%(thing)s: %(count)s of them went out.")
            % {"thing": line.wanted, "count": most},
            advice=_("No more can come back than went out."),
        )
    return Back(line, condition if count else Condition.MISSING, count)


def _take_devices(pack: Pack, things: Iterable[Back], *, lent: bool, by: Actor) -> None:
    """In the order of their rows, as everything else locks them."""
    held = {each.line.device_id: each for each in things if each.line.device_id}
    for pk in sorted(held):
        device, each = Device.objects.lock(pk), held[pk]
        data = {"pack": pack.tag, "condition": each.condition.value}
        if each.count:
            change_device_status(device, _home(device), "came_back", by=by, data=data)
            end_assignment(device, by=by)
        elif lent and device.status == DeviceStatus.ON_LOAN:
            change_device_status(device, DeviceStatus.LOST, "lost", by=by, data=data)


def _home(device: Device) -> DeviceStatus:
    """What is in repair for the person is with us already: it goes on to the bench."""
    in_support = device.status == DeviceStatus.IN_SUPPORT
    return DeviceStatus.TO_PROCESS if in_support else DeviceStatus.RETURNED


def _take_connections(lines: Iterable[PackLine], by: Actor) -> None:
    today = timezone.localdate()
    lines = list(lines)
    cards = [line.sim for line in lines if line.sim is not None]
    for card in sorted(cards, key=lambda card: card.pk):
        take_sim_back(card, today, by)
    modems = [line.modem for line in lines if line.modem is not None]
    for modem in sorted(modems, key=lambda modem: modem.pk):
        take_modem_back(modem, today, by)


def _take_counted(pack: Pack, here: Iterable[Back], by: Actor) -> None:
    counted = [each for each in here if each.line.counted_kind_id]
    for each in sorted(counted, key=lambda each: each.line.counted_kind_id or 0):
        kind = each.line.counted_kind
        if kind is not None and each.condition in _USABLE:
            move_counted(
                kind=kind,
                site=pack.site,
                change=each.count,
                reason=MovementReason.RETURNED,
                pack=pack.uuid,
                by=by,
            )
