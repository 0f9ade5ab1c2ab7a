"""Which system is on a machine: seen by a person or by itself, and never guessed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agent import wire
from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory.models import Device
from inventory.states import DeviceStatus
from provisioning import actions
from provisioning.cards.fleet import Look, counts, without_any
from provisioning.models import SystemKind, SystemSeen
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
DEBIAN = wire.System(id="debian", name="Debian GNU/Linux 12 (bookworm)")


@pytest.fixture
def world() -> World:
    return make_world()


def lent(world: World, serial: str = "EX-DISK-1") -> Device:
    """A machine with a person, on which nothing of ours was ever seen."""
    device = world.ready(world.drive(serial=serial))
    Device.objects.filter(pk=device.pk).update(status=DeviceStatus.ON_LOAN)
    return device


def on(world: World, look: Look) -> list[Device]:
    return list(without_any(world.lead, look))


def test_what_a_person_saw_is_in_its_own_list(world: World) -> None:
    ten, eleven, unseen = lent(world), lent(world, "EX-2"), lent(world, "EX-3")
    by = world.technician
    actions.note_system(device=ten, system=SystemKind.WINDOWS_10, by=by)
    actions.note_system(device=eleven, system=SystemKind.WINDOWS_11, by=by)
    assert on(world, Look.WINDOWS_10) == [ten]
    assert on(world, Look.UNSEEN) == [unseen]
    told = {each["look"]: each["count"] for each in counts(world.lead)}
    assert (told[Look.NONE], told[Look.WINDOWS_10], told[Look.UNSEEN]) == (3, 1, 1)


def test_what_was_erased_since_is_no_more_and_nobody_knows_what_came_after(
    world: World,
) -> None:
    device = world.receive(world.drive())
    actions.note_system(
        device=device, system=SystemKind.WINDOWS_10, by=world.technician
    )
    world.erase(device.drives.get())
    Device.objects.filter(pk=device.pk).update(status=DeviceStatus.ON_LOAN)
    assert on(world, Look.WINDOWS_10) == []
    assert on(world, Look.UNSEEN) == [device]
    actions.note_system(
        device=device, system=SystemKind.WINDOWS_10, by=world.technician
    )
    assert on(world, Look.WINDOWS_10) == [device]


def test_the_newest_word_stands_and_the_journal_keeps_each(world: World) -> None:
    device = lent(world)
    for system in (SystemKind.WINDOWS_10, SystemKind.NONE):
        actions.note_system(device=device, system=system, by=world.technician)
    seen = SystemSeen.objects.get()
    assert (seen.system, seen.seen_by, seen.report) == ("none", world.technician, None)
    told = device.events.filter(verb="system_seen").order_by("pk")
    assert [each.data["system"] for each in told] == ["windows_10", "none"]


def test_who_receives_nothing_says_nothing_of_it(world: World) -> None:
    device = lent(world)
    officer = person(Role.AUDITOR)
    with pytest.raises(NotPermitted):
        actions.note_system(device=device, system=SystemKind.WINDOWS_10, by=officer)
    assert not SystemSeen.objects.exists()
    assert not device.events.filter(verb="system_seen").exists()


def at_the_bench(world: World) -> FakeMachine:
    machine = FakeMachine()
    machine.join(world, world.lead, world.receive(drives=()))
    return machine


def test_a_machine_says_what_it_runs_from_a_drive_of_its_own(world: World) -> None:
    machine = at_the_bench(world)
    for _time in range(2):
        machine.send(drive(boot_medium=True), system=DEBIAN)
    seen = SystemSeen.objects.get()
    assert (seen.system, seen.name) == (SystemKind.LINUX, DEBIAN.name)
    assert seen.report is not None
    assert seen.device.events.filter(verb="system_seen").count() == 1


@pytest.mark.parametrize(
    "drives",
    [
        (drive(),),
        (drive(), drive(name="sdb", bus=wire.Bus.USB, boot_medium=True)),
        (drive(boot_medium=True, removable=True),),
    ],
    ids=["over the network", "from a stick", "from a card"],
)
def test_a_system_that_came_with_the_agent_says_nothing_of_the_machines_own(
    world: World, drives: tuple[wire.Drive, ...]
) -> None:
    at_the_bench(world).send(*drives, system=DEBIAN)
    assert not SystemSeen.objects.exists()


def test_the_device_asks_and_the_list_says_it(world: World, client: Client) -> None:
    device = lent(world)
    client.force_login(world.lead)
    page = reverse("provisioning:device-machine", args=[device.tag])
    assert "nobody saw it" in client.get(page).content.decode()
    address = reverse("provisioning:system-note", args=[device.tag])
    assert client.post(address, {"system": "beos"}).status_code == 400
    assert not SystemSeen.objects.exists()
    assert client.post(address, {"system": "windows_10"}).status_code == 302
    listed = reverse("provisioning:environment-machines")
    shown = client.get(listed, {"look": "windows-10"}).content.decode()
    assert "Windows 10" in shown
    assert f"/d/{device.tag}/" in shown
    assert "nobody saw it" not in client.get(page).content.decode()
