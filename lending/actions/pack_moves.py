"""What happens to the things in a pack when it goes into a person’s hands."""

from __future__ import annotations

from django.utils import timezone

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.actions.status import change_status as move_device
from inventory.actions.status import require_status
from inventory.models import Device
from inventory.states import DeviceStatus
from lending.actions.holding import assign_modem, assign_sim
from lending.actions.status import change_status
from lending.models import Beneficiary, Modem, Pack, PackEvent, SimCard
from lending.states import PACK_NEXT, HandOverMode, PackStatus
from provisioning.actions.assignments import forget_person

# Where a machine is while its pack is ours, or its structure’s.
_WITH_THE_PACK = (DeviceStatus.PACKED, DeviceStatus.IN_TRANSIT)


def hand_pack_over(
    pack: Pack, mode: HandOverMode, person: Beneficiary, by: Actor
) -> None:
    """Put everything in a locked pack into a person’s hands: a step.

    Each machine passes the inventory’s gate once more; cards get their holder. One
    that somebody has, or that is repaired for them, goes to nobody else.
    """
    require_transaction()
    lines = pack.lines.filter(released_at=None)
    lent = mode is HandOverMode.LOAN
    to = DeviceStatus.ON_LOAN if lent else DeviceStatus.HANDED_OVER
    verb = "lent" if lent else "handed_over"
    devices = sorted(lines.exclude(device=None).values_list("device", flat=True))
    for pk in devices:
        device = Device.objects.lock(pk)
        require_status(device, *_WITH_THE_PACK)
        move_device(device, to, verb, by=by, data={"pack": str(pack.uuid)})
        forget_person(device)
    today = timezone.localdate()
    # A card in a hotspot goes with the hotspot.
    cards = SimCard.objects.filter(packed__in=lines, modem=None).order_by("pk")
    for card in cards:
        assign_sim(card, person, today, by)
    for modem in Modem.objects.filter(packed__in=lines).order_by("pk"):
        assign_modem(modem, person, today, by)
    change_status(
        pack,
        PackStatus.HANDED_OVER,
        "handed_over",
        next_after=PACK_NEXT,
        journal=PackEvent,
        by=by,
    )
