from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core.models import Site
from backoffice.core.roles import Role
from provisioning import actions
from provisioning.models import Agent, JoinCode
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    fake = FakeMachine()
    fake.join(world, world.technician)
    fake.send(drive(in_use=True))
    return fake


def page_of(machine: FakeMachine, name: str = "machine-detail") -> str:
    assert machine.agent is not None
    return reverse(f"provisioning:{name}", args=[machine.agent.uuid])


def test_a_machine_that_reported_is_seen(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    page = client.get(reverse("provisioning:machine-list"))
    assert "Exemple Portable 14" in page.content.decode()


def test_one_scan_binds_a_machine_to_a_device(
    client: Client, world: World, machine: FakeMachine
) -> None:
    device = world.receive(drives=())
    client.force_login(world.technician)
    answer = client.post(page_of(machine, "machine-bind"), {"tag": str(device)})
    assert answer.status_code == 302
    assert Agent.objects.get().device == device
    assert device.drives.get().in_use
    title = client.get(page_of(machine)).content.decode().partition("</title>")[0]
    assert str(device) in title


@pytest.mark.parametrize(
    "tag", ["", "PC000001", "PC999999X", "x" * 5000, "\x00", "'; --", "http://a/t/b"]
)
def test_a_tag_that_is_none_is_said_so_and_binds_nothing(
    client: Client, world: World, machine: FakeMachine, tag: str
) -> None:
    client.force_login(world.technician)
    answer = client.post(page_of(machine, "machine-bind"), {"tag": tag})
    assert answer.status_code == 400
    assert Agent.objects.get().device is None


def test_a_device_that_has_its_machine_takes_no_other(
    client: Client, world: World, machine: FakeMachine
) -> None:
    device = world.receive()
    FakeMachine().join(world, world.technician, device)
    client.force_login(world.technician)
    answer = client.post(page_of(machine, "machine-bind"), {"tag": device.tag})
    assert answer.status_code == 409
    assert "already" in answer.content.decode()


def test_another_make_or_model_is_asked_about_before_it_is_bound(
    client: Client, world: World, machine: FakeMachine
) -> None:
    device = world.receive(drives=(), make="Autre", model="Tour 3")
    client.force_login(world.technician)
    answer = client.post(page_of(machine, "machine-bind"), {"tag": str(device)})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Is this machine really" in shown
    assert "Tour 3" in shown
    assert Agent.objects.get().device is None


def test_a_person_who_looked_binds_another_make(
    client: Client, world: World, machine: FakeMachine
) -> None:
    device = world.receive(drives=(), make="Autre", model="Tour 3")
    client.force_login(world.technician)
    said = {"tag": device.tag, "sure": device.tag}
    answer = client.post(page_of(machine, "machine-bind"), said)
    assert answer.status_code == 302
    assert Agent.objects.get().device == device


def test_to_be_sure_of_one_device_says_nothing_of_another(
    client: Client, world: World, machine: FakeMachine
) -> None:
    device, other = (world.receive(drives=(), make="Autre") for _each in range(2))
    client.force_login(world.technician)
    said = {"tag": device.tag, "sure": other.tag}
    answer = client.post(page_of(machine, "machine-bind"), said)
    assert answer.status_code == 409
    assert Agent.objects.get().device is None


def test_a_record_that_waits_for_a_merge_is_asked_about(
    client: Client, world: World, machine: FakeMachine
) -> None:
    device, other = (world.receive(drives=()) for _each in range(2))
    actions.propose_merge(
        device=other, other=device, reason="One label fell off", by=world.technician
    )
    client.force_login(world.technician)
    answer = client.post(page_of(machine, "machine-bind"), {"tag": device.tag})
    assert answer.status_code == 409
    assert "are one device waits for a second person" in answer.content.decode()
    assert Agent.objects.get().device is None


def test_no_code_is_made_for_a_device_that_has_its_machine(
    client: Client, world: World
) -> None:
    device = world.receive(drives=())
    FakeMachine().join(world, world.technician, device)
    made = JoinCode.objects.count()
    client.force_login(world.technician)
    answer = client.post(
        reverse("provisioning:join-code-create"),
        {"site": world.site.pk, "tag": device.tag},
    )
    assert answer.status_code == 409
    assert "is already the machine" in answer.content.decode()
    assert JoinCode.objects.count() == made


def test_a_join_code_is_shown_once(client: Client, world: World) -> None:
    client.force_login(world.technician)
    answer = client.post(
        reverse("provisioning:join-code-create"), {"site": world.site.pk}
    )
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())
    assert code
    assert "no-store" in answer.headers["Cache-Control"]
    # What would lose the code is not offered beside it; its command names this server.
    assert 'name="language"' not in answer.content.decode()
    assert "--server http://testserver" in answer.content.decode()
    assert JoinCode.objects.count() == 1


def test_the_address_of_a_form_alone_leads_to_the_form(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    join = client.get(reverse("provisioning:join-code-create"))
    bind = client.get(page_of(machine, "machine-bind"))
    assert join.headers["Location"] == reverse("provisioning:machine-list")
    assert bind.headers["Location"] == page_of(machine)
    assert not Agent.objects.bound().exists()


def test_the_machine_page_says_what_was_seen_and_what_was_not(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    page = client.get(page_of(machine)).content.decode()
    assert "/dev/sda" in page
    assert "In use" in page


def test_a_machine_of_another_site_is_not_there(
    client: Client, machine: FakeMachine
) -> None:
    elsewhere = Site.objects.create(name="Rive droite")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    assert client.get(page_of(machine)).status_code == 404
    assert client.post(page_of(machine, "machine-unbind")).status_code == 404


def test_the_raw_report_comes_to_the_byte(
    client: Client, world: World, machine: FakeMachine
) -> None:
    assert machine.agent is not None
    report = machine.agent.reports.get()
    client.force_login(world.technician)
    answer = client.get(reverse("provisioning:report-raw", args=[report.report_id]))
    assert answer.content == bytes(report.payload)


def test_only_a_lead_revokes_a_machine(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    assert client.post(page_of(machine, "machine-revoke")).status_code == 403
    assert Agent.objects.get().revoked_at is None
    client.force_login(world.lead)
    assert client.post(page_of(machine, "machine-revoke")).status_code == 302
    assert Agent.objects.get().revoked_at is not None
