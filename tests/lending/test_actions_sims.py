"""SIM cards and modems in stock; their codes are seen by few, and every look is kept."""

from __future__ import annotations

import pytest
from django.db import connection

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from lending import actions
from lending.actions import CardFacts, Codes
from lending.errors import CardKnown, ModemKnown, NoCodesKept, StatusImpossible
from lending.models import Modem, ModemKind, SimCard
from lending.states import SimStatus
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

ICCID = "8933010000000000010"
CODES = Codes(pin="4711", puk="87654321")


def receive(partners: Partners, iccid: str = ICCID, **fields: object) -> SimCard:
    wanted: dict[str, object] = {"site": partners.site, "by": partners.coordinator}
    return actions.receive_sim(iccid=iccid, **{**wanted, **fields})  # type: ignore[arg-type]


def modem(partners: Partners, **fields: object) -> Modem:
    wanted: dict[str, object] = {
        "imei": "350000000000014",
        "kind": ModemKind.HOTSPOT,
        "site": partners.site,
        "by": partners.coordinator,
    }
    return actions.receive_modem(**{**wanted, **fields})  # type: ignore[arg-type]


def test_a_card_comes_in_with_a_tag_and_its_operator(partners: Partners) -> None:
    card = receive(partners, "8933 0100 0000 0000 010", msisdn="+33 6 39 98 00 01")
    assert card.tag.startswith("SM")
    assert (card.operator, card.msisdn) == ("Orange", "+33639980001")
    assert card.status == SimStatus.IN_STOCK
    assert card.events.get().verb == "received"


@pytest.mark.parametrize("again", [ICCID, ICCID[:18], ICCID[:18] + "55"])
def test_one_card_is_received_once_however_it_is_printed(
    partners: Partners, again: str
) -> None:
    receive(partners)
    with refused(CardKnown):
        receive(partners, again)


def test_codes_are_not_readable_in_the_database(partners: Partners) -> None:
    card = receive(partners, codes=CODES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pin_encrypted, puk_encrypted FROM lending_simcard")
        kept = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"4711" not in kept
    assert b"87654321" not in kept
    assert "4711" not in f"{CODES!r}{card.events.get().data}"


def test_a_look_at_the_codes_is_kept(partners: Partners) -> None:
    card = receive(partners, codes=CODES)
    assert actions.see_sim_codes(card=card, by=partners.coordinator) == CODES
    look = card.events.latest("sequence")
    assert (look.verb, look.actor, look.data) == (
        "codes_seen",
        partners.coordinator,
        {},
    )


def test_a_card_is_corrected_and_codes_left_empty_stay(partners: Partners) -> None:
    card, by = receive(partners, codes=CODES), partners.coordinator
    facts = CardFacts(iccid="8933010000000000028", operator="Orange", imsi="2" * 15)
    card = actions.amend_sim(card=card, facts=facts, by=by)
    assert (card.iccid_key, card.imsi) == ("893301000000000002", "2" * 15)
    assert actions.see_sim_codes(card=card, by=by) == CODES
    said = card.events.get(verb="amended")
    assert said.data == {"fields": ["iccid", "imsi"]}
    count = card.events.count()
    actions.amend_sim(card=card, facts=facts, by=by)
    assert card.events.count() == count


def test_new_codes_are_hidden_from_the_journal(partners: Partners) -> None:
    card, by = receive(partners), partners.coordinator
    facts = CardFacts(iccid=ICCID, operator="Orange", codes=CODES)
    actions.amend_sim(card=card, facts=facts, by=by)
    told = "".join(f"{event.data}" for event in card.events.all())
    assert not {code for code in ("4711", "87654321") if code in f"{told}{facts!r}"}


def test_a_card_takes_no_other_cards_number_and_none_once_in_use(
    partners: Partners,
) -> None:
    card, by = receive(partners), partners.coordinator
    other = receive(partners, "8933010000000000028")
    with refused(CardKnown):
        actions.amend_sim(card=other, facts=CardFacts(iccid=ICCID), by=by)
    actions.follow_sim(card=card, to=SimStatus.LOST, by=by)
    with refused(StatusImpossible):
        actions.amend_sim(card=card, facts=CardFacts(iccid=ICCID[:18]), by=by)
    with refused(NotPermitted):
        technician = person(Role.TECHNICIAN)
        actions.amend_sim(card=other, facts=CardFacts(iccid=ICCID), by=technician)


def test_codes_are_shown_to_few(partners: Partners) -> None:
    card = receive(partners, codes=CODES)
    elsewhere = person(Role.MEDIATOR, site=Site.objects.create(name="Ailleurs"))
    for by in (person(Role.TECHNICIAN), person(Role.WORKSHOP_LEAD), elsewhere):
        with refused(NotPermitted):
            actions.see_sim_codes(card=card, by=by)


def test_a_card_without_codes_shows_none(partners: Partners) -> None:
    card = receive(partners)
    with refused(NoCodesKept):
        actions.see_sim_codes(card=card, by=partners.coordinator)


def test_a_card_is_followed_and_does_not_come_back_from_its_end(
    partners: Partners,
) -> None:
    card = receive(partners)
    lost = actions.follow_sim(card=card, to=SimStatus.LOST, by=partners.coordinator)
    assert lost.status == SimStatus.LOST
    with refused(StatusImpossible):
        actions.follow_sim(card=card, to=SimStatus.ACTIVATED, by=partners.coordinator)


@pytest.mark.parametrize("to", [SimStatus.RESERVED, SimStatus.ASSIGNED])
def test_what_packs_and_hand_overs_write_is_not_written_by_hand(
    partners: Partners, to: SimStatus
) -> None:
    card = receive(partners)
    with refused(StatusImpossible):
        actions.follow_sim(card=card, to=to, by=partners.coordinator)


def test_a_modem_comes_in_once_and_keeps_its_passphrase_hidden(
    partners: Partners,
) -> None:
    hotspot = modem(partners, network_name="Rebond-014", passphrase="deux mots faciles")
    assert b"faciles" not in bytes(hotspot.passphrase_encrypted)
    with refused(ModemKnown):
        modem(partners)


def test_a_passphrase_is_shown_to_few_and_the_look_is_kept(partners: Partners) -> None:
    hotspot, by = modem(partners, passphrase="deux mots faciles"), partners.coordinator
    with refused(NotPermitted):
        actions.see_modem_passphrase(modem=hotspot, by=person(Role.WORKSHOP_LEAD))
    assert actions.see_modem_passphrase(modem=hotspot, by=by) == "deux mots faciles"
    look = hotspot.events.latest("sequence")
    assert (look.verb, look.data) == ("passphrase_seen", {})
    plain = modem(partners, imei="350000000000022")
    with refused(NoCodesKept):
        actions.see_modem_passphrase(modem=plain, by=by)


def test_a_hotspot_is_followed_by_who_may(partners: Partners) -> None:
    hotspot, by = modem(partners), partners.coordinator
    with refused(NotPermitted):
        technician = person(Role.TECHNICIAN)
        actions.follow_modem(modem=hotspot, to=SimStatus.LOST, by=technician)
    with refused(StatusImpossible):
        actions.follow_modem(modem=hotspot, to=SimStatus.ASSIGNED, by=by)
    lost = actions.follow_modem(modem=hotspot, to=SimStatus.LOST, by=by)
    assert lost.status == SimStatus.LOST


def test_a_technician_receives_no_card(partners: Partners) -> None:
    with refused(NotPermitted):
        receive(partners, by=person(Role.TECHNICIAN))
    with refused(NotPermitted):
        modem(partners, by=person(Role.TECHNICIAN))


def test_cards_are_seen_at_their_site(partners: Partners) -> None:
    card = receive(partners)
    here = person(Role.TECHNICIAN, site=partners.site)
    there = person(Role.TECHNICIAN, site=Site.objects.create(name="Ailleurs"))
    assert card in SimCard.objects.visible_to(here)
    assert card not in SimCard.objects.visible_to(there)
    assert card not in SimCard.objects.visible_to(partners.admin)
