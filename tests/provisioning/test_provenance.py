"""Where each value of a device comes from: a person, a report, or a rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from agent import wire
from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import (
    ChecksMissing,
    DrivesUnknown,
    NoDifference,
    NotHere,
    SerialKnown,
)
from inventory.models import Device, DeviceHardware, DeviceKind, Storage
from inventory.provenance import Source, Value, differences, values_of
from inventory.states import DataState, DeviceStatus
from provisioning.actions import rebuild_agent
from tests.provisioning.hardware import FILLER, Box, agent, box, report, started
from tests.provisioning.machines import FakeMachine
from tests.unchanged import refused_and_kept
from tests.world import GIB, World, make_world

pytestmark = pytest.mark.django_db
DESKTOP = wire.Chassis.DESKTOP


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def blank(world: World) -> Device:
    """A device that nobody could read anything on."""
    return world.receive(
        drives=(), make="", model="", serial="", no_serial_reason="unreadable"
    )


@pytest.fixture
def typed(world: World) -> Device:
    return world.receive(drives=(), make="Dell", model="Latitude 7400", serial="DL-1")


def dell(**fields: object) -> Box:
    wanted: dict[str, object] = {
        "make": "Dell Inc.",
        "model": "Latitude 7410",
        "serial": "DL-1",
        **fields,
    }
    return box(1).with_(
        machine=dataclasses.replace(box(1).machine, **wanted)  # type: ignore[arg-type]
    )


def fresh(device: Device) -> Device:
    return Device.objects.get(pk=device.pk)


def value(device: Device, name: str) -> Value:
    return next(each for each in values_of(fresh(device)) if each.name == name)


def test_a_report_fills_what_nobody_has_said(world: World, blank: Device) -> None:
    started(world, dell(), blank)
    assert fresh(blank).title == "Dell Inc. Latitude 7410"
    assert fresh(blank).serial == "DL-1"
    assert value(blank, "model").source is Source.REPORT
    assert value(blank, "model").at is not None


def test_what_a_report_filled_is_found_by_searching(
    world: World, blank: Device
) -> None:
    started(world, dell(), blank)
    assert list(Device.objects.search("7410")) == [blank]


def test_a_report_changes_nothing_that_a_person_typed(
    world: World, typed: Device
) -> None:
    started(world, dell(serial="OTHER-9"), typed)
    now = fresh(typed)
    assert (now.make, now.model, now.serial) == ("Dell", "Latitude 7400", "DL-1")
    assert {each.name for each in differences(now)} == {"model", "serial"}


def test_another_writing_of_the_same_is_no_difference(
    world: World, typed: Device
) -> None:
    started(world, dell(model="LATITUDE 7400", serial="dl 1"), typed)
    assert differences(fresh(typed)) == []


def test_another_kind_is_a_difference(world: World, typed: Device) -> None:
    started(world, dell(chassis=wire.Chassis.DESKTOP), typed)
    assert value(typed, "kind").differs
    assert fresh(typed).kind == "laptop"


def desktop(world: World, device: Device) -> FakeMachine:
    """A machine of this device that says that it is a desktop."""
    return started(world, dell(chassis=DESKTOP), device)


def test_another_kind_is_accepted_and_followed(world: World, typed: Device) -> None:
    fake = desktop(world, typed)
    actions.accept_difference(device=typed, name="kind", by=world.technician)
    assert fresh(typed).kind == "desktop"
    assert value(typed, "kind").source is Source.REPORT
    assert fresh(typed).tag == typed.tag
    report(fake, dell(chassis=wire.Chassis.MINI))
    assert fresh(typed).kind == "mini"


def test_an_estimate_follows_the_kind_and_what_was_weighed_does_not(
    world: World, typed: Device
) -> None:
    weighed = world.receive(drives=(), mass_grams=1900)
    desktop(world, typed)
    started(world, box(2).with_(machine=dell(chassis=DESKTOP).machine), weighed)
    for device in (typed, weighed):
        actions.accept_difference(device=device, name="kind", by=world.technician)
    assert fresh(typed).mass_grams == 9000
    assert fresh(weighed).mass_grams == 1900


def test_another_kind_is_not_believed_and_not_listed_again(
    world: World, typed: Device
) -> None:
    fake = desktop(world, typed)
    actions.keep_mine(device=typed, name="kind", by=world.technician)
    assert not value(typed, "kind").differs
    assert fresh(typed).kind == "laptop"
    report(fake, dell(chassis=wire.Chassis.MINI))
    assert value(typed, "kind").differs


def peripheral(world: World) -> Device:
    """A computer that somebody took for a thing without data."""
    return actions.receive_device(
        lot=world.lot,
        kind=DeviceKind.PERIPHERAL,
        make="Dell",
        model="X",
        serial="EX-K1",
        by=world.technician,
    )


@pytest.mark.parametrize("answer", [actions.accept_difference, actions.keep_mine])
def test_a_computer_that_shows_no_drive_is_opened_before_it_leaves(
    world: World, answer: Callable[..., Device]
) -> None:
    device = peripheral(world)
    assert device.data_state == DataState.NO_STORAGE
    started(world, dell(chassis=DESKTOP).with_(drives=()), device)
    answer(device=device, name="kind", by=world.technician)
    now = fresh(device)
    assert (now.storage, now.data_state) == (Storage.UNKNOWN, DataState.UNKNOWN)
    now = world.to_check(now)
    with refused_and_kept(DrivesUnknown, "pass_quality_check"):
        actions.pass_quality_check(
            device=now,
            lines=world.good_lines(now),  # type: ignore[arg-type]
            by=world.technician,
        )


def test_one_on_the_shelf_is_held_once_it_shows_to_be_a_computer(world: World) -> None:
    device = world.to_check(peripheral(world))
    actions.pass_quality_check(
        device=device,
        lines=world.good_lines(device),  # type: ignore[arg-type]
        by=world.technician,
    )
    actions.declare_ready(device=device, by=world.technician)
    started(world, dell(chassis=DESKTOP).with_(drives=()), device)
    now = fresh(device)
    assert (now.status, now.is_held) == (DeviceStatus.TO_PROCESS, True)
    assert now.data_state == DataState.UNKNOWN


def test_a_released_kind_follows_its_reports(world: World, typed: Device) -> None:
    fake = started(world, dell(chassis=wire.Chassis.LAPTOP), typed)
    actions.release_value(device=typed, name="kind", by=world.technician)
    report(fake, dell(chassis=wire.Chassis.DESKTOP))
    assert fresh(typed).kind == "desktop"


def checked_desktop(world: World) -> tuple[Device, FakeMachine]:
    """Checked as a desktop, and its machine says that it is a laptop."""
    device = world.ready(kind=DeviceKind.DESKTOP)
    laptop = box(1).with_(
        machine=dataclasses.replace(box(1).machine, chassis=wire.Chassis.LAPTOP),
        drives=(),
    )
    return device, started(world, laptop, device)


def test_a_checked_device_becomes_no_kind_that_has_more_to_check(world: World) -> None:
    device, _fake = checked_desktop(world)
    for act in (actions.accept_difference, actions.release_value):
        with pytest.raises(ChecksMissing) as refused:
            act(device=device, name="kind", by=world.lead)
    assert "battery" in str(refused.value.facts["lines"])
    assert (fresh(device).kind, fresh(device).mass_grams) == ("desktop", 9000)
    assert value(device, "kind").source is Source.PERSON


def test_sent_back_to_the_bench_it_becomes_that_kind(world: World) -> None:
    device, _fake = checked_desktop(world)
    actions.send_back_to_workshop(device=device, by=world.lead)
    actions.accept_difference(device=device, name="kind", by=world.lead)
    assert fresh(device).kind == "laptop"


def test_of_a_device_that_is_gone_no_word_is_taken(world: World, typed: Device) -> None:
    desktop(world, typed)
    world.erase(fresh(typed).drives.get())
    actions.return_to_donor(device=typed, by=world.lead)
    for act in (actions.accept_difference, actions.keep_mine, actions.release_value):
        with pytest.raises(NotHere):
            act(device=typed, name="kind", by=world.lead)
    assert fresh(typed).kind == "laptop"
    assert value(typed, "kind").differs


def test_placeholders_fill_nothing(world: World, blank: Device) -> None:
    started(world, box(1).with_(machine=FILLER), blank)
    assert fresh(blank).title == ""
    assert value(blank, "serial").source is Source.NOBODY


def test_an_estimated_mass_comes_from_a_rule(world: World, typed: Device) -> None:
    assert value(typed, "mass").source is Source.RULE
    weighed = world.receive(mass_grams=1900)
    assert value(weighed, "mass").source is Source.PERSON


def test_what_a_report_filled_follows_the_next_report(
    world: World, blank: Device
) -> None:
    fake = started(world, dell(), blank)
    report(fake, dell(model="Latitude 7420"))
    assert fresh(blank).model == "Latitude 7420"


def test_what_a_person_corrects_is_theirs_again(world: World, blank: Device) -> None:
    fake = started(world, dell(), blank)
    actions.describe_device(
        device=blank,
        make="Dell Inc.",
        model="Latitude 7400",
        serial="DL-1",
        by=world.technician,
    )
    report(fake, dell(model="Latitude 7420"))
    assert fresh(blank).model == "Latitude 7400"
    assert value(blank, "make").source is Source.REPORT


def test_a_difference_is_accepted(world: World, typed: Device) -> None:
    started(world, dell(), typed)
    actions.accept_difference(device=typed, name="model", by=world.technician)
    assert fresh(typed).model == "Latitude 7410"
    assert value(typed, "model").source is Source.REPORT
    assert differences(fresh(typed)) == []


def test_where_nothing_differs_nothing_is_accepted(world: World, typed: Device) -> None:
    started(world, dell(), typed)
    for name in ("serial", "mass", "status"):
        with pytest.raises(NoDifference):
            actions.accept_difference(device=typed, name=name, by=world.technician)
    assert fresh(typed).serial == "DL-1"


def test_a_difference_that_was_answered_is_not_listed_again(
    world: World, typed: Device
) -> None:
    fake = started(world, dell(), typed)
    actions.keep_mine(device=typed, name="model", by=world.technician)
    report(fake, dell())
    assert differences(fresh(typed)) == []
    report(fake, dell(model="Latitude 5490"))
    assert [each.said for each in differences(fresh(typed))] == ["Latitude 5490"]


def test_nothing_is_kept_where_nothing_differs(world: World, typed: Device) -> None:
    with pytest.raises(NoDifference):
        actions.keep_mine(device=typed, name="model", by=world.technician)
    assert not DeviceHardware.objects.exists()


def test_a_released_value_follows_its_reports(world: World, typed: Device) -> None:
    fake = started(world, dell(model="Latitude 7400"), typed)
    actions.release_value(device=typed, name="model", by=world.technician)
    report(fake, dell(model="Latitude 7420"))
    assert fresh(typed).model == "Latitude 7420"


def test_nothing_is_released_to_a_machine_that_says_nothing(
    world: World, typed: Device
) -> None:
    with pytest.raises(NoDifference):
        actions.release_value(device=typed, name="model", by=world.technician)
    assert value(typed, "model").source is Source.PERSON


def test_a_serial_that_another_device_has_is_not_taken(
    world: World, typed: Device, blank: Device
) -> None:
    started(world, dell(make="Dell"), blank)
    assert fresh(blank).serial == ""
    assert fresh(blank).model == "Latitude 7410"


def test_a_serial_that_another_device_has_is_not_accepted(
    world: World, typed: Device
) -> None:
    second = world.receive(drives=(), make="Dell", model="Latitude", serial="DL-2")
    started(world, dell(make="Dell"), second)
    with pytest.raises(SerialKnown):
        actions.accept_difference(device=second, name="serial", by=world.technician)
    assert fresh(second).serial == "DL-2"


def test_who_may_not_describe_may_not_answer(world: World, typed: Device) -> None:
    started(world, dell(), typed)
    for act in (actions.accept_difference, actions.keep_mine, actions.release_value):
        with pytest.raises(NotPermitted):
            act(device=typed, name="model", by=world.officer)
    assert value(typed, "model").differs


def test_what_a_device_is_made_of_is_made_anew_from_reports(
    world: World, typed: Device
) -> None:
    fake = started(world, dell(), typed)
    report(fake, dell())
    kept = DeviceHardware.objects.values().get()
    DeviceHardware.objects.update(facts={}, report=None, reported_at=None)
    rebuild_agent(agent=agent(fake))
    assert DeviceHardware.objects.values().get() == kept


def test_the_memory_of_a_machine_stands_apart_from_its_other_facts(
    world: World, typed: Device
) -> None:
    fake = started(world, dell(), typed)
    assert DeviceHardware.objects.get().memory_bytes is None
    fake.send(memory=wire.Memory(total_bytes=8 * GIB), machine=dell().machine)
    assert DeviceHardware.objects.get().memory_bytes == 8 * GIB


def test_a_report_that_says_the_same_writes_nothing(
    world: World, typed: Device
) -> None:
    fake = started(world, dell(), typed)
    first = DeviceHardware.objects.get().report
    report(fake, dell())
    assert DeviceHardware.objects.get().report == first
