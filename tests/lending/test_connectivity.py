"""What a machine is told of the card of its pack, and what it is never told."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from agent import wire
from agent.connected import (
    CONNECTIVITY_PATH,
    Addresses,
    Asks,
    CardSeen,
    Connection,
    Connectivity,
    Driver,
    ModemSeen,
    Verdict,
)
from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from lending import actions
from lending.actions import ApnFacts, Codes, PlanFacts
from lending.actions.apns import apn_of
from lending.actions.sims import hidden
from lending.apns import shipped
from lending.errors import ApnKnown
from lending.models import ApnAuth, ApnIp, ApnProfile, PinPolicy, SimCard, SimEvent
from provisioning.actions import end_assignment
from provisioning.models import Agent, Assignment
from tests.provisioning.assigned import assigned
from tests.provisioning.machines import FakeMachine, drive
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
ICCID = "8933010000000000010"
ORANGE = ApnFacts(
    operator="Orange",
    name="Orange",
    apn="orange",
    network="20801",
    username="orange",
    password="mot-de-passe",
    is_usual=True,
)
PROVIDERS = """<?xml version="1.0"?>
<!DOCTYPE serviceproviders SYSTEM "serviceproviders.2.dtd">
<serviceproviders format="2.0">
<country code="fr"><provider><name>Exemple</name><gsm>
  <network-id mcc="208" mnc="99"/>
  <apn value="exemple.fr"><usage type="internet"/><name>Tous</name>
    <username>u</username><password>p</password></apn>
  <apn value="mms.exemple.fr"><usage type="mms"/></apn>
</gsm></provider></country>
<country code="it"><provider><name>Esempio</name><gsm>
  <apn value="esempio.it"><usage type="internet"/></apn>
</gsm></provider></country>
</serviceproviders>"""


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def card(world: World) -> SimCard:
    coordinator = person(Role.COORDINATOR, site=world.site)
    return actions.receive_sim(
        iccid=ICCID,
        site=world.site,
        codes=Codes(pin="4711", puk="87654321"),
        by=coordinator,
    )


@pytest.fixture
def apn(world: World) -> ApnProfile:
    return actions.add_apn(facts=ORANGE, by=person(Role.COORDINATOR))


@pytest.fixture
def machine(world: World, card: SimCard) -> FakeMachine:
    machine = FakeMachine()
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    machine.join(world, world.lead, device)
    asked = assigned(world, device)
    asked.iccid = card.iccid
    asked.save()
    return machine


def ask(machine: FakeMachine) -> Any:
    headers = {"Authorization": f"Bearer {machine.token}"}
    return Client().get(CONNECTIVITY_PATH, headers=headers)


def told(machine: FakeMachine) -> Connectivity:
    answer = ask(machine)
    assert answer.status_code == 200, answer.content
    return Connectivity.from_bytes(answer.content)


def says_locked(
    machine: FakeMachine, iccid: str = ICCID, lock: str = "sim-pin"
) -> None:
    modem = ModemSeen(driver=Driver.AT, card=CardSeen(iccid=iccid, lock=lock))
    said = Connection(verdict=Verdict.LOCKED, modems=(modem,))
    machine.send(drive(), kind=wire.Kind.CONNECTION, connection=said)


def let(card: SimCard) -> None:
    officer = person(Role.COORDINATOR, site=card.site)
    actions.let_pin_be_entered(card=card, policy=PinPolicy.BY_MACHINE, by=officer)


def test_a_machine_is_told_the_access_point_of_its_packs_card(
    machine: FakeMachine, apn: ApnProfile
) -> None:
    answer = ask(machine)
    assert answer.headers["Cache-Control"] == "no-store"
    said = Connectivity.from_bytes(answer.content)
    assert (said.iccid, said.apn, said.username) == (ICCID, "orange", "orange")
    assert (said.password, said.pin) == ("mot-de-passe", None)
    assert (said.auth, said.ip_type) == (Asks.ANY, Addresses.BOTH)
    assert said.page.endswith("/health/")


@pytest.mark.parametrize("auth", ApnAuth)
@pytest.mark.parametrize("ip_type", ApnIp)
def test_all_that_is_kept_of_an_access_point_has_a_word_on_the_wire(
    machine: FakeMachine, apn: ApnProfile, auth: ApnAuth, ip_type: ApnIp
) -> None:
    ApnProfile.objects.update(auth=auth, ip_type=ip_type)
    said = told(machine)
    assert (said.auth, said.ip_type) == (auth.value, ip_type.value)


@pytest.mark.parametrize("field", ["iccid", "password"])
def test_what_no_machine_could_read_is_told_to_none(
    machine: FakeMachine, apn: ApnProfile, card: SimCard, field: str
) -> None:
    if field == "iccid":
        SimCard.objects.update(iccid="123456789012345678")
    else:
        with transaction.atomic():
            ApnProfile.objects.update(password_encrypted=hidden("mot\x07de passe"))
    answer = ask(machine)
    assert (answer.status_code, answer.json()["code"]) == (409, "line_malformed")
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert field in answer.json()["title"]
    assert b"mot" not in answer.content
    assert not SimEvent.objects.filter(verb="told_to_machine").exists()


def test_each_telling_is_written_down_without_the_secret(
    machine: FakeMachine, apn: ApnProfile, card: SimCard
) -> None:
    let(card)
    says_locked(machine)
    for _time in range(2):
        assert told(machine).pin == "4711"
    events = SimEvent.objects.filter(subject=card, verb="told_to_machine")
    assert [event.data["with_pin"] for event in events] == [True, True]
    assert {event.agent for event in events} == {str(machine.agent.uuid)}  # type: ignore[union-attr]
    assert "4711" not in str(list(events.values("data")))


@pytest.mark.parametrize("case", ["policy", "silent", "open", "other", "puk"])
def test_the_pin_is_told_only_where_this_card_asks_for_it(
    machine: FakeMachine, apn: ApnProfile, card: SimCard, case: str
) -> None:
    if case != "policy":
        let(card)
    if case == "open":
        says_locked(machine, lock="none")
    elif case == "other":
        says_locked(machine, iccid="8933010000000000994")
    elif case == "puk":
        says_locked(machine, lock="sim-puk")
    elif case == "policy":
        says_locked(machine)
    assert told(machine).pin is None


def test_the_puk_is_told_to_no_machine(
    machine: FakeMachine, apn: ApnProfile, card: SimCard
) -> None:
    let(card)
    says_locked(machine)
    assert b"87654321" not in ask(machine).content


@pytest.mark.parametrize("case", ["stranger", "unpacked", "no card", "unapproved"])
def test_a_machine_without_a_packs_card_is_told_nothing(
    machine: FakeMachine, apn: ApnProfile, world: World, case: str
) -> None:
    assert machine.agent is not None
    if case == "stranger":
        machine.token = "rbd_somebody-else-altogether"
    elif case == "unpacked":
        asked = Assignment.objects.get()
        with transaction.atomic():
            end_assignment(asked.device, by=world.lead)
    elif case == "no card":
        Assignment.objects.update(iccid="")
    else:
        Agent.objects.update(approved_at=None)
    assert ask(machine).status_code == (401 if case == "stranger" else 404)
    assert not SimEvent.objects.filter(verb="told_to_machine").exists()


def test_a_card_without_an_access_point_is_said_so(machine: FakeMachine) -> None:
    answer = ask(machine)
    assert (answer.status_code, answer.json()["code"]) == (409, "apn_unknown")
    assert not SimEvent.objects.filter(verb="told_to_machine").exists()


# ------------------------------------------------------------------ access points


def test_the_plans_access_point_comes_before_the_operators(
    apn: ApnProfile, card: SimCard
) -> None:
    by = person(Role.COORDINATOR)
    other = ApnFacts(operator="Orange", name="Pro", apn="internet-entreprise")
    pro = actions.add_apn(facts=other, by=by)
    assert apn_of(card) == apn
    plan = actions.add_plan(facts=PlanFacts("Orange", "Pro", apn=pro), by=by)
    card.plan = plan
    assert apn_of(card) == pro
    actions.retire_apn(profile=pro, by=by)
    plan.refresh_from_db()
    assert apn_of(card) == apn


def test_an_operator_has_one_usual_access_point(apn: ApnProfile) -> None:
    second = ApnFacts(operator="Orange", name="Autre", apn="x", is_usual=True)
    with refused(ApnKnown):
        actions.add_apn(facts=second, by=person(Role.COORDINATOR))


def test_an_access_point_that_bears_its_operators_name_says_it_once() -> None:
    assert str(ApnProfile(operator="Orange", name="Orange")) == "Orange"
    assert str(ApnProfile(operator="Orange", name="Orange Pro")) == "Orange Pro"
    assert str(ApnProfile(operator="Orange", name="Internet")) == "Orange Internet"


def test_only_who_may_writes_access_points(world: World) -> None:
    with pytest.raises(NotPermitted):
        actions.add_apn(facts=ORANGE, by=world.technician)
    assert not ApnProfile.objects.exists()


def test_an_empty_password_keeps_the_one_there_is(apn: ApnProfile) -> None:
    kept = bytes(apn.password_encrypted)
    facts = ApnFacts(operator="Orange", name="Orange", apn="orange.fr")
    changed = actions.amend_apn(profile=apn, facts=facts, by=person(Role.COORDINATOR))
    assert (changed.apn, bytes(changed.password_encrypted)) == ("orange.fr", kept)


def test_passwords_are_not_readable_in_the_database(apn: ApnProfile) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password_encrypted FROM lending_apnprofile")
        (kept,) = cursor.fetchone()
    assert b"mot-de-passe" not in bytes(kept)


def test_what_people_wrote_is_not_seeded_over(apn: ApnProfile, tmp_path: Path) -> None:
    file = tmp_path / "serviceproviders.xml"
    file.write_text(PROVIDERS)
    call_command("load_apns", file, stdout=io.StringIO())
    profiles = ApnProfile.objects
    assert profiles.get(operator="Orange", name="Orange").apn == "orange"
    seeded = profiles.get(operator="Exemple")
    assert (seeded.apn, seeded.network) == ("exemple.fr", "20899")
    assert not seeded.is_usual
    assert not profiles.filter(operator="Esempio").exists()
    count = profiles.count()
    actions.seed_apns(published=shipped())
    assert profiles.count() == count == len(shipped()) + 1


def test_a_file_that_is_none_is_refused_whole(db: None, tmp_path: Path) -> None:
    file = tmp_path / "serviceproviders.xml"
    file.write_text("<half")
    with pytest.raises(CommandError):
        call_command("load_apns", file)
    assert not ApnProfile.objects.exists()


def test_access_points_are_written_on_their_page(client: Client, world: World) -> None:
    client.force_login(person(Role.COORDINATOR))
    said = {"operator": "Orange", "name": "Orange", "apn": "orange", "network": "20801"}
    wrong = client.post(reverse("lending:apn-add"), {**said, "network": "orange"})
    assert wrong.status_code == 400
    said |= {"auth": "any", "ip_type": "ipv4v6", "password": "mot-de-passe"}
    client.post(reverse("lending:apn-add"), said)
    profile = ApnProfile.objects.get()
    page = client.get(reverse("lending:apn-amend", args=[profile.uuid]))
    assert "mot-de-passe" not in page.content.decode()
    assert "orange" in client.get(reverse("lending:apn-list")).content.decode()
    client.post(reverse("lending:apn-retire", args=[profile.uuid]))
    profile.refresh_from_db()
    assert not profile.is_active
