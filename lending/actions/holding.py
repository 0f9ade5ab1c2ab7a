"""Who has a card or a hotspot: reserved for a pack, with a person, come back.

The steps here are what packs and hand-overs are made of. A hotspot takes its card with
it. Every card that goes to a person opens a line of the register of holders, and every
card that comes back ends it; nothing removes one (Belgium asks for it, S42).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from lending.actions.plans import last_day
from lending.actions.status import change_status
from lending.errors import CardInModem, ModemHasCard, StatusImpossible
from lending.models import (
    Beneficiary,
    Modem,
    ModemEvent,
    SimCard,
    SimEvent,
    SimHolding,
)
from lending.states import SIM_NEXT, SimStatus

MANAGE = "lending.manage_sim"
# From here a card does not come back into use: its paper trail ends, its state stays.
_ENDED = frozenset({SimStatus.EXPIRED, SimStatus.TERMINATED})


def reserve_sim(card: SimCard, by: Actor) -> SimCard:
    """Keep a free card for a pack: a step. A card in a hotspot goes with the hotspot."""
    card = SimCard.objects.lock(card.pk)
    _refuse_inside(card)
    _move_card(card, SimStatus.RESERVED, "reserved", by)
    return card


def free_sim(card: SimCard, by: Actor) -> SimCard:
    """Give a card back to the stock: a step. Lost or blocked meanwhile, it stays so."""
    card = SimCard.objects.lock(card.pk)
    if card.status == SimStatus.RESERVED:
        _move_card(card, SimStatus.IN_STOCK, "freed", by)
    return card


def assign_sim(card: SimCard, person: Beneficiary, on: dt.date, by: Actor) -> SimCard:
    """Give a reserved card to a person: a step; the register says from which day.

    The plan that it came with begins on that day.
    """
    card = SimCard.objects.lock(card.pk)
    if card.plan is not None and card.plan_starts_on is None:
        card.plan_starts_on, card.plan_ends_on = on, last_day(card.plan, on)
        card.save(update_fields=["plan_starts_on", "plan_ends_on"])
    _move_card(card, SimStatus.ASSIGNED, "assigned", by)
    SimHolding.objects.create(sim=card, beneficiary=person, since_on=on)
    return card


def take_sim_back(card: SimCard, on: dt.date, by: Actor) -> SimCard:
    """Take a card back from whoever has it: a step; the register says until which day."""
    card = SimCard.objects.lock(card.pk)
    if card.status not in _ENDED:
        _move_card(card, SimStatus.RETURNED, "returned", by)
    end_holding(card, on)
    return card


def end_holding(card: SimCard, on: dt.date) -> None:
    """Nobody holds the card after this day: a step."""
    require_transaction()
    held = card.holdings.filter(until_on=None).first()
    if held is not None:
        held.until_on = max(on, held.since_on)
        held.save(update_fields=["until_on"])


def reserve_modem(modem: Modem, by: Actor) -> Modem:
    """Keep a free hotspot, and the card in it, for a pack: a step."""
    modem = Modem.objects.lock(modem.pk)
    _move_modem(modem, SimStatus.RESERVED, "reserved", by)
    if card := _card_in(modem):
        _move_card(card, SimStatus.RESERVED, "reserved", by)
    return modem


def free_modem(modem: Modem, by: Actor) -> Modem:
    """Give a hotspot and its card back to the stock: a step."""
    modem = Modem.objects.lock(modem.pk)
    if modem.status == SimStatus.RESERVED:
        _move_modem(modem, SimStatus.IN_STOCK, "freed", by)
    if card := _card_in(modem):
        free_sim(card, by)
    return modem


def assign_modem(modem: Modem, person: Beneficiary, on: dt.date, by: Actor) -> Modem:
    """Give a reserved hotspot to a person, and the card in it: a step."""
    modem = Modem.objects.lock(modem.pk)
    _move_modem(modem, SimStatus.ASSIGNED, "assigned", by)
    if card := _card_in(modem):
        assign_sim(card, person, on, by)
    return modem


def take_modem_back(modem: Modem, on: dt.date, by: Actor) -> Modem:
    """Take a hotspot back, and the card in it: a step."""
    modem = Modem.objects.lock(modem.pk)
    if modem.status not in _ENDED:
        _move_modem(modem, SimStatus.RETURNED, "returned", by)
    if card := _card_in(modem):
        take_sim_back(card, on, by)
    return modem


@transaction.atomic(durable=True)
def shelve_sim(*, card: SimCard, by: Actor) -> SimCard:
    """Put a card that came back among those that are free again."""
    card = SimCard.objects.lock(card.pk)
    permit(by, MANAGE, at=card.site_id)
    _refuse_unless_returned(card)
    _move_card(card, SimStatus.IN_STOCK, "shelved", by)
    return card


@transaction.atomic(durable=True)
def shelve_modem(*, modem: Modem, by: Actor) -> Modem:
    """Put a hotspot that came back, and its card, among those that are free again."""
    modem = Modem.objects.lock(modem.pk)
    permit(by, MANAGE, at=modem.site_id)
    _refuse_unless_returned(modem)
    _move_modem(modem, SimStatus.IN_STOCK, "shelved", by)
    card = _card_in(modem)
    if card is not None and card.status == SimStatus.RETURNED:
        _move_card(card, SimStatus.IN_STOCK, "shelved", by)
    return modem


@transaction.atomic(durable=True)
def put_sim_in_modem(*, card: SimCard, modem: Modem, by: Actor) -> Modem:
    """Put a free card into a free hotspot of the same site: from now on they go together."""
    modem = Modem.objects.lock(modem.pk)
    card = SimCard.objects.lock(card.pk)
    permit(by, MANAGE, at=modem.site_id)
    permit(by, MANAGE, at=card.site_id)
    _refuse_inside(card)
    if modem.sim_id is not None:
        raise ModemHasCard(_("There is a card in %(modem)s.") % {"modem": modem})
    _refuse_unless_both_free(modem, card)
    modem.sim = card
    modem.save(update_fields=["sim"])
    ModemEvent.append(modem, "card_in", by=by, data={"card": card.tag})
    SimEvent.append(card, "into_modem", by=by, data={"modem": modem.tag})
    return modem


@transaction.atomic(durable=True)
def take_sim_out_of_modem(*, modem: Modem, by: Actor) -> Modem:
    """Take the card out of a free hotspot: each goes its own way again."""
    modem = Modem.objects.lock(modem.pk)
    permit(by, MANAGE, at=modem.site_id)
    card = _card_in(modem)
    if card is None:
        raise ModemHasCard(_("There is no card in %(modem)s.") % {"modem": modem})
    if modem.status not in {SimStatus.IN_STOCK, SimStatus.RETURNED}:
        raise _not_free(modem)
    modem.sim = None
    modem.save(update_fields=["sim"])
    ModemEvent.append(modem, "card_out", by=by, data={"card": card.tag})
    SimEvent.append(card, "out_of_modem", by=by, data={"modem": modem.tag})
    return modem


def _card_in(modem: Modem) -> SimCard | None:
    """The locked card in a hotspot: after the hotspot's own row, always in this order."""
    return None if modem.sim_id is None else SimCard.objects.lock(modem.sim_id)


def _move_card(card: SimCard, to: SimStatus, verb: str, by: Actor) -> None:
    change_status(card, to, verb, next_after=SIM_NEXT, journal=SimEvent, by=by)


def _move_modem(modem: Modem, to: SimStatus, verb: str, by: Actor) -> None:
    change_status(modem, to, verb, next_after=SIM_NEXT, journal=ModemEvent, by=by)


def _refuse_inside(card: SimCard) -> None:
    modem = Modem.objects.filter(sim=card).first()
    if modem is not None:
        raise CardInModem(
            _("%(card)s is in %(modem)s.") % {"card": card, "modem": modem},
            advice=_("Scan the hotspot: its card goes with it."),
            modem=modem.tag,
        )


def _refuse_unless_both_free(modem: Modem, card: SimCard) -> None:
    for each in (modem, card):
        if each.status != SimStatus.IN_STOCK:
            raise _not_free(each)
    if modem.site_id != card.site_id:
        raise StatusImpossible(
            _("%(card)s is at %(site)s.") % {"card": card, "site": card.site},
            advice=_("Take a card of the same site."),
        )


def _refuse_unless_returned(thing: SimCard | Modem) -> None:
    if thing.status != SimStatus.RETURNED:
        raise _not_free(thing)


def _not_free(thing: SimCard | Modem) -> StatusImpossible:
    return StatusImpossible(
        _("%(thing)s is “%(now)s”: this is not done now.")
        % {"thing": thing, "now": thing.get_status_display()},
        status=thing.status,
    )
