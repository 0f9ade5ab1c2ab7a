"""What a report says of health, in the inventory's words, and judged there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent import wire
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory.actions.health import note_health
from inventory.health import (
    OF_DRIVES,
    OF_PARTS,
    BatteryFacts,
    Checked,
    CheckFacts,
    DriveFacts,
    DriveSort,
    Facts,
)
from inventory.models import Device
from provisioning.models import Agent, Report

_C = wire.Check
# What a machine of this form should be tried for; of another, what all have.
_EVERY = (_C.MEMORY, _C.CPU_LOAD, _C.DRIVE_SELF_TEST, _C.CLOCK, _C.USB_PORTS)
_SHOWS = (_C.SCREEN, _C.SPEAKERS, _C.MICROPHONE, _C.CAMERA, _C.WIFI)
_WANTED: Mapping[wire.Chassis, tuple[wire.Check, ...]] = {
    wire.Chassis.LAPTOP: (*_EVERY, *_SHOWS, _C.KEYBOARD, _C.TOUCHPAD),
    wire.Chassis.ALL_IN_ONE: (*_EVERY, *_SHOWS),
    wire.Chassis.TABLET: (*_EVERY, *_SHOWS),
}
# On these a drive is part of the machine; others come and go.
_FIXED = frozenset(wire.Bus) - {wire.Bus.USB, wire.Bus.CARD}
_SORTS = {
    wire.Medium.HDD: DriveSort.HDD,
    wire.Medium.SSD: DriveSort.SSD,
    wire.Medium.NVME: DriveSort.NVME,
}


def note_vitals(
    kept: Report, report: wire.Report, agent: Agent, device: Device
) -> None:
    """Have a held device judged by what its machine says: a step."""
    require_transaction()
    note_health(
        device,
        renewing(kept, report),
        seen_at=kept.received_at,
        by=Machine(str(agent.uuid)),
    )


def note_tests_before(
    tests: Report, newest: Report, agent: Agent, device: Device
) -> None:
    """Have a held device judged by tests that its machine made before it was bound: a step.

    `newest` is the inventory that was read for the binding.
    """
    require_transaction()
    note_health(
        device,
        recalling(tests, wire.Report.from_bytes(tests.payload), newest),
        seen_at=tests.received_at,
        by=Machine(str(agent.uuid)),
    )


def recalling(
    tests: Report, report: wire.Report, newest: Report
) -> Callable[[Facts], Facts]:
    """What earlier tests make of facts; not those of parts that may be others since."""
    made = [_test(test) for test in report.tests]
    if tests.seq < newest.seq:
        made = [test for test in made if test.name not in OF_PARTS]
    return lambda facts: facts.with_tests(tuple(made))


def renewing(kept: Report, report: wire.Report) -> Callable[[Facts], Facts]:
    """What one report makes of the facts known before it."""
    if report.kind is wire.Kind.TESTS:
        made = tuple(_test(test) for test in report.tests)
        return lambda facts: facts.with_tests(made)
    seen = facts_of(report, clock_seconds=abs(kept.clock_offset_seconds))
    return lambda facts: facts.with_readings(seen)


def facts_of(report: wire.Report, *, clock_seconds: int) -> Facts:
    """What one inventory says that can be judged; drives that come and go left out."""
    chassis = report.machine.chassis
    fixed = [drive for drive in report.drives if _is_fixed(drive)]
    return Facts(
        drives=tuple(drive_facts(drive) for drive in fixed),
        drives_seen=bool(fixed) or report.saw(wire.Subject.DRIVES),
        batteries=_batteries(report.batteries),
        has_battery=chassis in {wire.Chassis.LAPTOP, wire.Chassis.TABLET},
        locks=tuple(lock.value for lock in report.firmware.locks)
        if report.firmware
        else (),
        clock_seconds=clock_seconds,
        wanted_tests=tuple(check.value for check in _WANTED.get(chassis, _EVERY)),
        memory=_modules(report.memory),
    )


def drive_facts(drive: wire.Drive) -> DriveFacts:
    """One drive as it is judged."""
    health = drive.health or wire.Health()
    sort = _sort(drive, health)
    found = {name: getattr(health, name.value) for name in OF_DRIVES}
    return DriveFacts(
        key=drive.serial or drive.wwn or drive.name,
        name=drive.model or drive.name,
        sort=sort,
        speaks=_speaks(sort, health),
        passed=health.passed,
        failing_now=health.failing_now,
        failed_before=health.failed_before,
        critical_warning=health.critical_warning,
        available_spare=health.available_spare,
        available_spare_threshold=health.available_spare_threshold,
        self_test=health.self_test.value,
        readings={name: number for name, number in found.items() if number is not None},
    )


def _sort(drive: wire.Drive, health: wire.Health) -> DriveSort:
    """By what it keeps data on; a disk that hides it is judged as its protocol's."""
    if drive.bus is wire.Bus.SAS or health.protocol == "SCSI":
        return DriveSort.SCSI
    if drive.medium in _SORTS:
        return _SORTS[drive.medium]
    by_protocol = {"ATA": DriveSort.HDD, "NVMe": DriveSort.NVME}
    return by_protocol.get(health.protocol, DriveSort.OTHER)


def _speaks(sort: DriveSort, health: wire.Health) -> bool:
    """Whether there is more to judge than a word: PASSED alone is not enough."""
    match sort:
        case DriveSort.HDD | DriveSort.SSD:
            return bool(health.attributes)
        case DriveSort.NVME:
            return health.critical_warning is not None
        case DriveSort.SCSI:
            return health.grown_defects is not None
        case _:
            return health.percentage_used is not None


def _is_fixed(drive: wire.Drive) -> bool:
    return drive.bus in _FIXED and not drive.removable


def _batteries(batteries: Sequence[wire.Battery]) -> tuple[BatteryFacts, ...]:
    """Energy and charge do not add up: where both are met, shares of each are taken."""
    alike = len({battery.unit for battery in batteries}) < 2
    return tuple(
        BatteryFacts(
            key=battery.serial or battery.name,
            full=battery.full if alike else battery.health_percent,
            design=battery.design if alike else 100,
            cycles=battery.cycles,
        )
        for battery in batteries
    )


def _test(test: wire.Test) -> CheckFacts:
    return CheckFacts(
        name=test.name.value,
        result=Checked(test.result.value),
        reason=test.reason,
        numbers=dict(test.numbers),
    )


def _modules(memory: wire.Memory | None) -> str:
    """Which memory is fitted: another set opens the memory test again."""
    if memory is None:
        return ""
    parts = [f"{one.serial}/{one.part}/{one.size_bytes}" for one in memory.modules]
    return ";".join(parts) or str(memory.total_bytes)
