"""Cards and hotspots with packs and people; the register of who holds which card."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from lending import actions
from lending.actions import holding
from lending.errors import CardInModem, ModemHasCard, StatusImpossible
from lending.models import Beneficiary, Modem, SimCard, SimHolding
from lending.states import SimStatus
from tests.lending.test_actions_beneficiaries import open_file
from tests.lending.test_actions_sims import modem, receive
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

MONDAY = dt.date(2026, 11, 23)
FRIDAY = dt.date(2026, 11, 27)


def given(
    partners: Partners, card: SimCard | None = None, on: dt.date = MONDAY
) -> SimCard:
    """A card with a person, since Monday unless said."""
    card, by = card or receive(partners), partners.coordinator
    somebody = open_file(partners)
    with transaction.atomic():
        holding.reserve_sim(card, by)
        return holding.assign_sim(card, somebody, on, by)


def loaded(partners: Partners) -> tuple[Modem, SimCard]:
    """A hotspot with a card in it."""
    hotspot, card = modem(partners), receive(partners)
    actions.put_sim_in_modem(card=card, modem=hotspot, by=partners.coordinator)
    return hotspot, card


def test_a_card_goes_to_a_person_and_the_register_says_since_when(
    partners: Partners,
) -> None:
    card = given(partners)
    held = SimHolding.objects.get()
    assert (card.status, held.sim) == (SimStatus.ASSIGNED, card)
    assert (held.since_on, held.until_on) == (MONDAY, None)
    verbs = list(card.events.oldest_first().values_list("verb", flat=True))
    assert verbs == ["received", "reserved", "assigned"]


def test_a_card_that_comes_back_ends_its_line_and_can_be_shelved(
    partners: Partners,
) -> None:
    card = given(partners)
    with transaction.atomic():
        holding.take_sim_back(card, FRIDAY, partners.coordinator)
    assert SimHolding.objects.get().until_on == FRIDAY
    back = actions.shelve_sim(card=card, by=partners.coordinator)
    assert back.status == SimStatus.IN_STOCK
    given(partners, back)
    assert SimHolding.objects.count() == 2


def test_a_free_card_is_not_given_without_being_reserved(partners: Partners) -> None:
    card, amina = receive(partners), open_file(partners)
    with refused(StatusImpossible), transaction.atomic():
        holding.assign_sim(card, amina, MONDAY, partners.coordinator)


def test_two_packs_do_not_reserve_one_card(partners: Partners) -> None:
    card, by = receive(partners), partners.coordinator
    with transaction.atomic():
        holding.reserve_sim(card, by)
    with refused(StatusImpossible), transaction.atomic():
        holding.reserve_sim(card, by)
    with transaction.atomic():
        assert holding.free_sim(card, by).status == SimStatus.IN_STOCK


def test_a_card_lost_in_its_pack_stays_lost_when_the_pack_is_taken_apart(
    partners: Partners,
) -> None:
    card, by = receive(partners), partners.coordinator
    with transaction.atomic():
        holding.reserve_sim(card, by)
    actions.follow_sim(card=card, to=SimStatus.LOST, by=by)
    with transaction.atomic():
        assert holding.free_sim(card, by).status == SimStatus.LOST


def test_a_card_at_its_end_has_no_holder(partners: Partners) -> None:
    card = given(partners)
    actions.follow_sim(card=card, to=SimStatus.TERMINATED, by=partners.coordinator)
    assert SimHolding.objects.get().until_on is not None
    with transaction.atomic():
        back = holding.take_sim_back(card, FRIDAY, partners.coordinator)
    assert back.status == SimStatus.TERMINATED


def test_nothing_shortens_or_rewrites_the_register(partners: Partners) -> None:
    given(partners)
    held = SimHolding.objects.get()
    other = open_file(partners)
    for change in (
        lambda: held.delete(),
        lambda: SimHolding.objects.update(since_on=FRIDAY),
        lambda: SimHolding.objects.update(beneficiary=other),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    SimHolding.objects.update(until_on=FRIDAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        SimHolding.objects.update(until_on=None)


def test_a_hotspot_takes_its_card_with_it(partners: Partners) -> None:
    hotspot, card = loaded(partners)
    by, amina = partners.coordinator, open_file(partners)
    states = []
    with transaction.atomic():
        for step in (
            lambda: holding.reserve_modem(hotspot, by),
            lambda: holding.assign_modem(hotspot, amina, MONDAY, by),
            lambda: holding.take_modem_back(hotspot, FRIDAY, by),
        ):
            moved = step()
            card.refresh_from_db()
            states.append((moved.status, card.status))
    assert states == [(s, s) for s in ("reserved", "assigned", "returned")]
    assert SimHolding.objects.get().beneficiary == Beneficiary.objects.get()
    actions.shelve_modem(modem=hotspot, by=by)
    assert SimCard.objects.free().get() == card


def test_a_hotspot_of_a_pack_taken_apart_is_free_with_its_card(
    partners: Partners,
) -> None:
    hotspot, card = loaded(partners)
    with transaction.atomic():
        holding.reserve_modem(hotspot, partners.coordinator)
        holding.free_modem(hotspot, partners.coordinator)
    assert (Modem.objects.free().get(), SimCard.objects.free().get()) == (hotspot, card)


def test_a_card_in_a_hotspot_is_not_packed_alone(partners: Partners) -> None:
    _, card = loaded(partners)
    with refused(CardInModem), transaction.atomic():
        holding.reserve_sim(card, partners.coordinator)


def test_a_card_goes_in_and_out_of_a_free_hotspot_only(partners: Partners) -> None:
    (hotspot, _), by = loaded(partners), partners.coordinator
    other = receive(partners, "8933010000000000028")
    with refused(ModemHasCard):
        actions.put_sim_in_modem(card=other, modem=hotspot, by=by)
    with transaction.atomic():
        holding.reserve_modem(hotspot, by)
    with refused(StatusImpossible):
        actions.take_sim_out_of_modem(modem=hotspot, by=by)
    with transaction.atomic():
        holding.free_modem(hotspot, by)
    actions.take_sim_out_of_modem(modem=hotspot, by=by)
    with refused(ModemHasCard):
        actions.take_sim_out_of_modem(modem=hotspot, by=by)


def test_cards_are_shelved_at_ones_own_site(partners: Partners) -> None:
    card, hotspot = receive(partners), modem(partners)
    elsewhere = person(Role.COORDINATOR, site=Site.objects.create(name="Ailleurs"))
    with refused(NotPermitted):
        actions.shelve_sim(card=card, by=elsewhere)
    with refused(NotPermitted):
        actions.put_sim_in_modem(card=card, modem=hotspot, by=elsewhere)
    with refused(StatusImpossible):
        actions.shelve_sim(card=card, by=partners.coordinator)
