from __future__ import annotations

import pytest
from django.test import Client

from backoffice.core.roles import Role
from inventory.health import BatteryFacts, Checked, CheckFacts, Facts
from inventory.models import Device, DeviceKind
from inventory.models.quality import checklist
from inventory.states import DeviceStatus
from tests.inventory.health.devices import known
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


@pytest.fixture
def device(world: World) -> Device:
    received = world.receive()
    world.erase(received.drives.get())
    return world.to_check(received)


def said(device: Device, outcome: str, **lines: str) -> dict[str, str]:
    every = {subject.value: outcome for subject in checklist(device.kind)}
    return {**every, **lines}


def check(client: Client, device: Device, decision: str, lines: dict[str, str]):
    address = f"/d/{device.tag}/check/"
    return client.post(address, {**lines, "decision": decision})


def test_a_device_passes_line_by_line(here: Client, device: Device) -> None:
    check(here, device, "pass", said(device, "ok", camera="absent"))
    assert device.checks.get().passed
    assert device.checks.get().lines["camera"] == "absent"


def test_one_button_says_that_all_works(here: Client, device: Device) -> None:
    check(here, device, "all_good", said(device, "not_tested"))
    assert set(device.checks.get().lines.values()) == {"ok"}


def test_what_was_not_tested_does_not_pass(here: Client, device: Device) -> None:
    response = check(here, device, "pass", said(device, "ok", battery="not_tested"))
    assert response.status_code == 409
    assert "Not good yet: Battery and charger" in response.content.decode()
    assert not device.checks.exists()


def test_faults_send_it_back_to_the_bench(here: Client, device: Device) -> None:
    check(here, device, "fail", said(device, "ok", screen="faulty"))
    device.refresh_from_db()
    assert device.status == DeviceStatus.IN_REFURBISHMENT
    assert not device.checks.get().passed


def test_an_unproven_drive_is_named(here: Client, world: World) -> None:
    device = world.to_check(world.receive())
    response = check(here, device, "all_good", said(device, "ok"))
    assert response.status_code == 409
    assert device.drives.get().serial in response.content.decode()
    assert not device.checks.exists()


def test_each_kind_has_its_own_list(here: Client, world: World) -> None:
    screen = world.receive(kind=DeviceKind.SCREEN, serial="EX-S-1")
    form = here.get(f"/d/{screen.tag}/check/").context["form"]
    assert list(form.fields) == ["starts", "screen", "ports", "clean"]


def test_what_was_found_last_is_kept_for_the_next_look(
    here: Client, world: World, device: Device
) -> None:
    check(here, device, "fail", said(device, "ok", screen="faulty"))
    world_form = here.get(f"/d/{device.tag}/check/").context["form"]
    assert world_form["screen"].value() == "faulty"
    assert world_form["keyboard"].value() == "ok"


def test_a_device_elsewhere_is_shown_and_not_checked(
    here: Client, world: World
) -> None:
    device = world.receive()
    text = here.get(f"/d/{device.tag}/check/").content.decode()
    assert "not in the quality check now" in text
    assert check(here, device, "fail", said(device, "ok")).status_code == 409


@pytest.mark.parametrize("outcome", ["", "fine", "\x00", "x" * 4000])
def test_an_answer_that_makes_no_sense_changes_nothing(
    here: Client, device: Device, outcome: str
) -> None:
    before = rows()
    assert check(here, device, "pass", said(device, outcome)).status_code == 422
    assert rows() == before


def test_a_mediator_checks_nothing(
    client: Client, world: World, device: Device
) -> None:
    client.force_login(person(Role.MEDIATOR, site=world.site))
    assert check(client, device, "all_good", said(device, "ok")).status_code == 403


def test_what_the_machine_said_stands_beside_the_line_it_concerns(
    here: Client, world: World
) -> None:
    deaf = CheckFacts("microphone", Checked.FAIL, "Nothing was heard.")
    battery = BatteryFacts("BAT0", 75, 100)
    device = known(world, Facts(batteries=(battery,), tests=(deaf,)))
    form = here.get(f"/d/{device.tag}/check/").context["form"]
    assert "Microphone – Nothing was heard." in form["sound"].help_text
    assert "75, less than 80" in form["battery"].help_text
    assert form["camera"].help_text == ""


def test_a_hint_is_no_gate(here: Client, world: World) -> None:
    broken = CheckFacts("camera", Checked.FAIL, "Only black.")
    device = known(world, Facts(tests=(broken,)))
    world.erase(device.drives.get())
    world.to_check(device)
    check(here, device, "pass", said(device, "ok"))
    assert device.checks.get().passed


def test_words_of_a_machine_are_text_beside_the_line(
    here: Client, world: World
) -> None:
    bad = CheckFacts("camera", Checked.FAIL, "<img src=x onerror=alert(1)>")
    device = known(world, Facts(tests=(bad,)))
    text = here.get(f"/d/{device.tag}/check/").content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
