"""The pages of cards, hotspots and plans; what is secret leaves by none of them."""

from __future__ import annotations

import json
import logging
import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from backoffice.core.models import User
from backoffice.core.roles import Role
from lending import actions
from lending.actions import PlanFacts, holding
from lending.models import (
    ApnProfile,
    Modem,
    Plan,
    SimCard,
    SimEvent,
    TopUp,
    TopUpRules,
)
from tests.lending.test_actions_beneficiaries import open_file
from tests.lending.test_actions_sims import CODES, ICCID, modem, receive
from tests.lending.world import Partners
from tests.unchanged import rows
from tests.world import person

BAD_LUHN = "8933010000000000011"
TYPED = {"iccid": "8933 0100 0000 0000 010", "msisdn": "+33 6 39 98 00 01"}


@pytest.fixture
def desk(partners: Partners, client: Client) -> Client:
    client.force_login(partners.coordinator)
    return client


@pytest.fixture
def typed(partners: Partners) -> dict[str, str]:
    return TYPED | {"site": str(partners.site.uuid)}


def lend(partners: Partners, card: SimCard) -> SimCard:
    somebody = open_file(partners)
    with transaction.atomic():
        holding.reserve_sim(card, partners.coordinator)
        return holding.assign_sim(
            card, somebody, timezone.localdate(), partners.coordinator
        )


def test_cards_are_received_one_after_another(
    desk: Client, partners: Partners, typed: dict[str, str]
) -> None:
    facts = PlanFacts(operator="Orange", name="Mobicarte")
    plan = actions.add_plan(facts=facts, by=partners.coordinator)
    told = typed | {"operator": "Orange", "plan": str(plan.uuid), "pin": "4711"}
    answer = desk.post("/sims/receive/", told, follow=True)
    card = SimCard.objects.get()
    assert (card.iccid, card.plan, card.msisdn) == (ICCID, plan, "+33639980001")
    page = answer.content.decode()
    assert f'value="{plan.uuid}" selected' in page
    assert 'value="Orange"' in page
    assert str(card) in page
    assert "4711" not in page + answer.redirect_chain[0][0]


def test_a_wrong_check_digit_is_a_warning_and_no_refusal(
    desk: Client, typed: dict[str, str]
) -> None:
    answer = desk.post("/sims/receive/", typed | {"iccid": BAD_LUHN}, follow=True)
    assert SimCard.objects.get().iccid == BAD_LUHN
    assert "does not fit the others" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("iccid", "89330100000000000", "18 to 22 digits"),
        ("iccid", "8" * 23, "18 to 22 digits"),
        ("iccid", "8" * 4000, "18 to 22 digits"),
        ("iccid", "\x00\x1b", "cannot be printed"),
        ("msisdn", "06 39 98 00 01", "with its country"),
        ("pin", "47xy", "4 to 8 digits"),
        ("puk", "8765432", "8 digits"),
        ("imsi", "20801", "15 digits"),
        ("plan", "99999999", "Choose one of the list."),
        ("site", "\x00", "Choose one of the list."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_received(
    desk: Client, typed: dict[str, str], field: str, value: str, words: str
) -> None:
    answer = desk.post("/sims/receive/", typed | {field: value})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    assert value not in page or field not in {"pin", "puk"}
    assert not SimCard.objects.exists()


@pytest.mark.parametrize("digits", [18, 19, 20, 22])
def test_a_number_of_any_usual_length_is_read(
    desk: Client, typed: dict[str, str], digits: int
) -> None:
    desk.post("/sims/receive/", typed | {"iccid": (ICCID + "000")[:digits]})
    assert len(SimCard.objects.get().iccid) == digits


def test_a_card_that_is_here_is_named_and_its_codes_are_not_repeated(
    desk: Client, partners: Partners, typed: dict[str, str]
) -> None:
    card = receive(partners)
    answer = desk.post("/sims/receive/", typed | {"pin": "4711", "puk": "87654321"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert str(card) in page
    assert "4711" not in page
    assert "87654321" not in page


def test_codes_are_shown_once_by_a_button_and_the_look_is_kept(
    desk: Client, partners: Partners
) -> None:
    card = receive(partners, codes=CODES)
    address = f"/sims/{card.tag}/"
    assert "4711" not in desk.get(address).content.decode()
    assert desk.get(f"{address}codes/")["Location"] == address
    nonce = {"once": str(uuid.uuid4())}
    answer = desk.post(f"{address}codes/", nonce)
    assert "4711" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    again = desk.post(f"{address}codes/", nonce, follow=True)
    assert "4711" not in again.content.decode()
    assert SimEvent.objects.filter(verb="codes_seen").count() == 1
    assert "PIN and PUK shown" in desk.get(address).content.decode()


def test_codes_leave_neither_by_logs_nor_by_journals_nor_by_the_database(
    desk: Client,
    partners: Partners,
    typed: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"pin": "90714711", "puk": "87654321"}
    desk.post("/sims/receive/", typed | secret | {"iccid": "1"})
    desk.post("/sims/receive/", typed | secret)
    card = SimCard.objects.get()
    desk.post(f"/sims/{card.tag}/change/", typed | secret | {"imsi": "x"})
    desk.post(f"/sims/{card.tag}/change/", typed | secret | {"imsi": "2" * 15})
    desk.post(f"/sims/{card.tag}/codes/")
    kept = json.dumps(rows(), default=repr) + caplog.text + repr(card)
    assert not {code for code in secret.values() if code in kept}


def test_who_may_not_see_people_does_not_see_the_holder(
    client: Client, partners: Partners
) -> None:
    card = lend(partners, receive(partners))
    client.force_login(person(Role.WORKSHOP_LEAD, site=partners.site))
    page = client.get(f"/sims/{card.tag}/").content.decode()
    assert "With a person" in page
    assert "Amina" not in page
    client.force_login(partners.coordinator)
    assert "Amina" in client.get(f"/sims/{card.tag}/").content.decode()


def test_a_top_up_above_the_cap_says_what_is_left_and_a_reason_goes_beyond(
    desk: Client, partners: Partners
) -> None:
    card = lend(partners, receive(partners))
    said = {"value_cents": "20,00", "made_on": timezone.localdate().isoformat()}
    address = f"/sims/{card.tag}/top-up/"
    assert desk.post(address, said).status_code == 302
    answer = desk.post(address, said)
    assert answer.status_code == 409
    assert "10.00\u202f€ are left" in answer.content.decode()
    desk.post(address, said | {"override_reason": "Entretien en visio"})
    assert TopUp.objects.filter(override_reason="Entretien en visio").exists()


@pytest.mark.parametrize("value", ["", "-1", "501", "1e9", "NaN", "1,234", "douze"])
def test_an_amount_that_cannot_be_is_refused_in_the_form(
    desk: Client, partners: Partners, value: str
) -> None:
    card = lend(partners, receive(partners))
    said = {"value_cents": value, "made_on": timezone.localdate().isoformat()}
    assert desk.post(f"/sims/{card.tag}/top-up/", said).status_code == 400
    assert not TopUp.objects.exists()


def test_nobody_is_topped_up_where_nobody_holds_the_card(
    desk: Client, partners: Partners
) -> None:
    card = receive(partners)
    said = {"value_cents": "20", "made_on": timezone.localdate().isoformat()}
    assert desk.post(f"/sims/{card.tag}/top-up/", said).status_code == 409
    desk.post(f"/sims/{card.tag}/renew/")
    assert not TopUp.objects.exists()


def test_a_card_is_followed_shelved_and_given_a_plan_from_its_page(
    desk: Client, partners: Partners
) -> None:
    card, by = lend(partners, receive(partners)), partners.coordinator
    plan = actions.add_plan(facts=PlanFacts("Orange", "Mobicarte", days=30), by=by)
    address = f"/sims/{card.tag}/"
    today = timezone.localdate().isoformat()
    desk.post(f"{address}plan/", {"plan": str(plan.uuid), "starts_on": today})
    assert desk.get("/sims/ending/").content.decode().count(card.tag) == 1
    assert desk.post(f"{address}follow/", {"to": "in_stock"}).status_code == 400
    desk.post(f"{address}follow/", {"to": "activated"})
    with transaction.atomic():
        holding.take_sim_back(card, timezone.localdate(), by)
    desk.post(f"{address}shelve/")
    card.refresh_from_db()
    assert (card.status, card.plan) == ("in_stock", plan)


def test_the_list_finds_a_card_by_what_is_printed_on_it(
    desk: Client, partners: Partners
) -> None:
    card = receive(partners, msisdn="+33639980001")
    other = receive(partners, "8933100000000000020")
    for typed in (str(card), "8933 0100", "39980001"):
        page = desk.get("/sims/", {"q": typed}).content.decode()
        assert card.tag in page
        assert f"/sims/{other.tag}/" not in page
    for nonsense in ("\x00", "x" * 4000, "%"):
        assert desk.get("/sims/", {"q": nonsense, "site": "1"}).status_code == 200


def test_the_register_is_kept_where_the_country_asks_for_it(
    desk: Client, partners: Partners
) -> None:
    card = lend(partners, receive(partners))
    assert card.tag not in desk.get("/sims/holders/").content.decode()
    partners.site.country = "BE"
    partners.site.save()
    assert card.tag in desk.get("/sims/holders/").content.decode()
    with transaction.atomic():
        holding.take_sim_back(card, timezone.localdate(), partners.coordinator)
    assert card.tag not in desk.get("/sims/holders/").content.decode()
    assert card.tag in desk.get("/sims/holders/?who=all").content.decode()
    lines = b"".join(desk.get("/sims/holders/export/")).decode().splitlines()
    assert "Amina" in lines[1]
    assert "Camille Coordination" in lines[2]


def test_a_hotspot_is_received_and_takes_a_card_by_its_label(
    desk: Client, partners: Partners
) -> None:
    told = {"site": str(partners.site.uuid), "kind": "hotspot"}
    refused = told | {"imei": "35000000000001", "passphrase": "deux mots faciles"}
    answer = desk.post("/modems/receive/", refused)
    assert (answer.status_code, b"faciles" in answer.content) == (400, False)
    desk.post("/modems/receive/", refused | {"imei": "350000000000014"})
    hotspot, card = Modem.objects.get(), receive(partners)
    address = f"/modems/{hotspot.tag}/"
    assert desk.post(f"{address}card/", {"code": "nothing"}).status_code == 400
    desk.post(f"{address}card/", {"code": str(card)})
    assert str(card) in desk.get(address).content.decode()
    assert desk.post(f"{address}card/", {"code": ICCID}).status_code == 409
    desk.post(f"{address}card/out/")
    assert b"faciles" in desk.post(f"{address}passphrase/").content
    assert desk.get(f"{address}passphrase/")["Location"] == address
    assert desk.post(f"{address}follow/", {"to": "assigned"}).status_code == 400
    desk.post(f"{address}follow/", {"to": "lost"})
    kept = Modem.objects.get()
    assert (kept.sim, kept.status) == (None, "lost")


def test_a_hotspot_of_another_site_is_not_found(
    client: Client, partners: Partners
) -> None:
    there: User = partners.admin
    client.force_login(there)
    assert client.get(f"/modems/{modem(partners).tag}/").status_code == 403


def test_plans_and_rules_are_changed_on_their_pages(desk: Client, db: None) -> None:
    told = {"operator": "Orange", "name": "20 Go", "data_gb": "20", "days": "30"}
    desk.post("/plans/new/", told)
    plan = Plan.objects.get()
    assert (plan.data_mb, plan.days, plan.price_cents) == (20480, 30, 0)
    assert desk.post("/plans/new/", told).status_code == 409
    desk.post(f"/plans/{plan.uuid}/", told | {"price_cents": "12,99"})
    desk.post(f"/plans/{plan.uuid}/retire/")
    plan.refresh_from_db()
    assert (plan.price_cents, plan.is_active) == (1299, False)
    rules = {"monthly_cap_cents": "25", "months": "6", "renewals": "2"}
    desk.post("/plans/rules/FR/", rules)
    changed = TopUpRules.objects.get(country="FR")
    assert (changed.monthly_cap_cents, changed.keeps_holders) == (2500, False)
    assert desk.get("/plans/rules/XX/").status_code == 404


@pytest.mark.parametrize(
    "apn", ["orange; reboot $(x)", 'orange","x', "orange.", "-orange", "inter net"]
)
def test_an_access_point_that_no_network_has_is_told_to_no_machine(
    desk: Client, db: None, apn: str
) -> None:
    told = {"operator": "Orange", "name": "Net", "auth": "any", "ip_type": "ipv4"}
    answer = desk.post("/access-points/new/", told | {"apn": apn})
    assert answer.status_code == 400
    assert "Letters, digits, dots and hyphens only" in answer.content.decode()
    assert not ApnProfile.objects.exists()
    desk.post("/access-points/new/", told | {"apn": "Web_be.internet-1"})
    assert ApnProfile.objects.get().apn == "Web_be.internet-1"
