"""What a bound machine says of its health is judged, and what was tested is kept."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agent import wire
from inventory.health import Facts, Finding, Verdict, kept
from inventory.models import Device, DeviceHealth
from provisioning import actions
from provisioning.actions import accept_report
from provisioning.models import Agent
from tests.provisioning.machines import FakeMachine, drive, years_ago
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
# What one report may cost, whatever the machine's past.
MOST = 15
GOOD = wire.Health(
    protocol="ATA", passed=True, attributes=20, reallocated_sectors=0, pending_sectors=0
)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


@pytest.fixture
def machine(world: World, device: Device) -> FakeMachine:
    joined = FakeMachine()
    joined.join(world, world.lead, device)
    return joined


def found(device: Device, item: str) -> list[Finding]:
    health = DeviceHealth.objects.get(device=device)
    return [finding for finding in health.found if finding.item == item]


def tried(name: wire.Check, result: wire.Result) -> wire.Test:
    return wire.Test(
        name=name, result=result, by=wire.Judge.MEASURED, at=timezone.now()
    )


def test_a_failing_drive_is_said_with_its_number_and_the_rules_version(
    machine: FakeMachine, device: Device
) -> None:
    bad = wire.Health(
        protocol="ATA", passed=True, attributes=20, reallocated_sectors=387
    )
    machine.send(drive(health=bad))
    health = DeviceHealth.objects.select_related("rules").get(device=device)
    assert (health.verdict, health.rules.number) == ("fail", 2)
    (finding,) = found(device, "drive")
    assert (finding.reason, finding.numbers["value"]) == ("reallocated_sectors", 387)
    assert device.events.filter(verb="health_judged").count() == 1


def test_passed_alone_is_no_pass(machine: FakeMachine, device: Device) -> None:
    machine.send(drive(health=wire.Health(protocol="ATA", passed=True)))
    (finding,) = found(device, "drive")
    assert finding.verdict is Verdict.UNKNOWN


def test_what_was_not_tested_is_shown_and_is_not_good(
    machine: FakeMachine, device: Device
) -> None:
    machine.send(drive(health=GOOD))
    names = {finding.about for finding in found(device, "test")}
    assert {"memory", "cpu_load", "clock"} <= names
    assert DeviceHealth.objects.get(device=device).verdict == "unknown"


def test_tests_stand_beside_the_inventory_whichever_comes_first(
    machine: FakeMachine, device: Device
) -> None:
    machine.send(
        kind=wire.Kind.TESTS, tests=(tried(wire.Check.MEMORY, wire.Result.PASS),)
    )
    machine.send(drive(health=GOOD))
    verdicts = {one.about: one.verdict for one in found(device, "test")}
    assert verdicts["memory"] is Verdict.PASS
    assert verdicts["cpu_load"] is Verdict.UNKNOWN


def test_another_drive_opens_its_self_test_again_and_no_other_test(
    machine: FakeMachine, device: Device
) -> None:
    machine.send(drive(health=GOOD))
    tests = (
        tried(wire.Check.DRIVE_SELF_TEST, wire.Result.PASS),
        tried(wire.Check.CPU_LOAD, wire.Result.PASS),
    )
    machine.send(kind=wire.Kind.TESTS, tests=tests)
    machine.send(drive(health=GOOD, serial="EX-OTHER-0002"))
    verdicts = {one.about: one.verdict for one in found(device, "test")}
    assert verdicts["drive_self_test"] is Verdict.UNKNOWN
    assert verdicts["cpu_load"] is Verdict.PASS


def test_a_stick_is_not_judged_as_a_part_of_the_machine(
    machine: FakeMachine, device: Device
) -> None:
    machine.send(drive(bus=wire.Bus.USB, removable=True, serial="EX-STICK-1"))
    assert found(device, "drive") == []


def test_a_clock_years_off_is_a_flat_battery_to_watch(
    machine: FakeMachine, device: Device
) -> None:
    machine.send(drive(health=GOOD), taken_at=years_ago(17))
    (finding,) = found(device, "clock")
    assert finding.verdict is Verdict.WARN


def test_energy_and_charge_are_not_added_up(
    machine: FakeMachine, device: Device
) -> None:
    batteries = (
        wire.Battery(
            name="BAT0",
            unit=wire.Charge.MICROWATT_HOURS,
            full=30_000_000,
            design=50_000_000,
        ),
        wire.Battery(
            name="BAT1", unit=wire.Charge.MICROAMPERE_HOURS, full=1_000, design=1_000
        ),
    )
    machine.send(drive(health=GOOD), batteries=batteries)
    (finding,) = found(device, "battery")
    assert finding.numbers["value"] == 80


def test_a_machine_that_nobody_bound_is_not_judged(world: World) -> None:
    stranger = FakeMachine()
    stranger.join(world, world.lead)
    stranger.send(drive(health=GOOD))
    assert not DeviceHealth.objects.exists()


def test_the_newest_report_is_judged_when_the_machine_is_bound(world: World) -> None:

    machine, device = FakeMachine(), world.receive()
    agent = machine.join(world, world.lead)
    machine.send(drive(health=GOOD))
    agent.refresh_from_db()
    actions.bind_agent(agent=agent, device=device, by=world.lead)
    (finding,) = found(device, "drive")
    assert finding.verdict is Verdict.PASS


def judgement(device: Device) -> object:
    return DeviceHealth.objects.filter(device=device).values(
        *("verdict", "rules", "facts", "findings", "seen_at")
    )[0]


def reported_and_tested(machine: FakeMachine) -> None:
    machine.send(drive(health=GOOD))
    tests = (
        tried(wire.Check.DRIVE_SELF_TEST, wire.Result.PASS),
        tried(wire.Check.CPU_LOAD, wire.Result.WARN),
    )
    machine.send(kind=wire.Kind.TESTS, tests=tests)
    machine.send(drive(health=GOOD, serial="EX-OTHER-0002"))
    machine.send(
        kind=wire.Kind.TESTS, tests=(tried(wire.Check.WIFI, wire.Result.PASS),)
    )


def test_health_made_anew_from_the_reports_equals_what_is_there(
    machine: FakeMachine, device: Device
) -> None:
    reported_and_tested(machine)
    before, events = judgement(device), device.events.count()
    call_command("rebuild_read_model")
    assert judgement(device) == before
    DeviceHealth.objects.filter(device=device).update(facts=kept.of_facts(Facts()))
    call_command("rebuild_read_model")
    assert judgement(device) == before
    assert device.events.count() == events


def test_health_that_another_key_spoke_of_too_is_not_made_anew_from_one(
    machine: FakeMachine, device: Device, world: World
) -> None:
    reported_and_tested(machine)
    actions.revoke_agent(agent=Agent.objects.get(), by=world.lead)
    again = FakeMachine()
    again.join(world, world.lead, device)
    again.send(drive(health=GOOD, serial="EX-OTHER-0002"))
    before = judgement(device)
    call_command("rebuild_read_model")
    assert judgement(device) == before


def test_the_sixtieth_report_of_a_bound_machine_costs_fifteen_statements(
    machine: FakeMachine,
) -> None:
    for number in range(59):
        machine.send(drive(health=dataclasses.replace(GOOD, power_on_hours=number)))
    worn = dataclasses.replace(GOOD, power_on_hours=60, pending_sectors=3)
    envelope = machine.seal(machine.report(drive(health=worn)))
    agent = Agent.objects.get()
    with CaptureQueriesContext(connection) as statements:
        accept_report(agent=agent, envelope=envelope)
    asked = [sql for each in statements if "SAVEPOINT" not in (sql := each["sql"])]
    assert len(asked) <= MOST, [sql[:90] for sql in asked]


def test_tests_made_before_the_machine_was_bound_are_read_with_it(world: World) -> None:
    machine, device = FakeMachine(), world.receive()
    agent = machine.join(world, world.lead)
    machine.send(drive(health=GOOD))
    names = (wire.Check.KEYBOARD, wire.Check.DRIVE_SELF_TEST)
    made = tuple(tried(name, wire.Result.PASS) for name in names)
    machine.send(kind=wire.Kind.TESTS, tests=made)
    actions.bind_agent(agent=agent, device=device, by=world.lead)
    verdicts = {one.about: one.verdict for one in found(device, "test")}
    assert verdicts["keyboard"] is verdicts["drive_self_test"] is Verdict.PASS
    before = judgement(device)
    DeviceHealth.objects.filter(device=device).update(facts=kept.of_facts(Facts()))
    call_command("rebuild_read_model")
    assert judgement(device) == before


def test_tests_before_the_newest_inventory_do_not_vouch_for_its_parts(
    world: World,
) -> None:
    machine, device = FakeMachine(), world.receive()
    agent = machine.join(world, world.lead)
    names = (wire.Check.KEYBOARD, wire.Check.DRIVE_SELF_TEST)
    made = tuple(tried(name, wire.Result.PASS) for name in names)
    machine.send(kind=wire.Kind.TESTS, tests=made)
    machine.send(drive(health=GOOD, serial="EX-OTHER-0002"))
    actions.bind_agent(agent=agent, device=device, by=world.lead)
    verdicts = {one.about: one.verdict for one in found(device, "test")}
    assert verdicts["keyboard"] is Verdict.PASS
    assert verdicts["drive_self_test"] is Verdict.UNKNOWN
