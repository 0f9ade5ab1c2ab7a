"""Cards and hotspots that do not come back with what they were lent with."""

from __future__ import annotations

from django.db.models import QuerySet

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from lending.actions.status import change_status
from lending.models import Modem, ModemEvent, PackLine, SimCard, SimEvent
from lending.states import SIM_NEXT, SimStatus


def lose_connections(lines: QuerySet[PackLine], by: Actor) -> None:
    """Write the cards and hotspots of these lines down as lost: a step.

    A card in a hotspot goes with it. Who holds a card stays written until it ends.
    """
    require_transaction()
    modems = Modem.objects.filter(packed__in=lines)
    cards = SimCard.objects.filter(packed__in=lines).values_list("pk", flat=True)
    inside = modems.filter(sim__isnull=False).values_list("sim", flat=True)
    for pk in sorted({*cards, *inside}):
        _lose(SimCard.objects.lock(pk), SimEvent, by)
    for pk in modems.order_by("pk").values_list("pk", flat=True):
        _lose(Modem.objects.lock(pk), ModemEvent, by)


def _lose(
    thing: SimCard | Modem, journal: type[SimEvent | ModemEvent], by: Actor
) -> None:
    """One at its end already, or lost before, stays as it is."""
    if SimStatus.LOST in SIM_NEXT[SimStatus(thing.status)]:
        change_status(
            thing, SimStatus.LOST, "lost", next_after=SIM_NEXT, journal=journal, by=by
        )
