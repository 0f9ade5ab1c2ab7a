from __future__ import annotations

import json

import pytest

from agent import wire
from agent.checks.self_test import Said, drive_self_test, judge, state
from agent.run import Ran
from agent.vocabulary import Result, SelfTest, Why
from tests.agent.checks.benches import bench
from tests.agent.trees import Tools, disk, grow, proc

BEGUN = b"Drive command successful.\nTesting has begun.\n"
NVME = "pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0"


def ata(value: int) -> dict[str, object]:
    return {"ata_smart_data": {"self_test": {"status": {"value": value}}}}


def nvme(running: int, *results: int) -> dict[str, object]:
    table = [{"self_test_result": {"value": each}} for each in results]
    log = {"current_self_test_operation": {"value": running}, "table": table}
    return {"nvme_self_test_log": log}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ata(0x00), SelfTest.PASSED),
        (ata(0xF9), SelfTest.RUNNING),
        (ata(0x19), SelfTest.ABORTED),
        (ata(0x20), SelfTest.ABORTED),
        (ata(0x79), SelfTest.FAILED),
        (nvme(1, 0), SelfTest.RUNNING),
        (nvme(0, 0, 7), SelfTest.PASSED),
        (nvme(0, 7, 0), SelfTest.FAILED),
        (nvme(0, 2), SelfTest.ABORTED),
        (nvme(0), SelfTest.UNKNOWN),
        ({"scsi_self_test_0": {"result": {"value": 15}}}, SelfTest.RUNNING),
        ({"scsi_self_test_0": {"result": {"value": 4}}}, SelfTest.FAILED),
        ({"scsi_self_test_0": {"result": {"value": 0}}}, SelfTest.PASSED),
        ({"nvme_self_test_log": {"table": "nonsense"}}, SelfTest.UNKNOWN),
        ({}, SelfTest.UNKNOWN),
    ],
    ids=str,
)
def test_every_kind_of_drive_says_it_in_its_own_way(said, expected):
    assert state(said) is expected


class Drives(Tools):
    """smartctl as it talks to drives whose test takes some looks."""

    def __init__(self, **states: list[object]) -> None:
        super().__init__()
        self.states = states

    def __call__(self, argv, timeout_seconds):
        super().__call__(argv, timeout_seconds)
        if argv[0] != "smartctl":
            return Ran(tuple(argv), why=Why.TOOL_MISSING)
        left = self.states[argv[-1].removeprefix("/dev/")]
        if argv[1] == "-t":
            return Ran(tuple(argv), exit_code=0, stdout=BEGUN if left else b"no")
        if "-c" not in argv:  # the inventory asks, not the test
            return Ran(tuple(argv), exit_code=0, stdout=b"{}")
        said = left.pop(0) if len(left) > 1 else left[0]
        return Ran(tuple(argv), exit_code=4, stdout=json.dumps(said).encode())


@pytest.fixture
def two(tmp_path):
    """A machine with a SATA drive and an NVMe drive."""
    return grow(tmp_path, proc() | disk("sda") | disk("nvme0n1", place=NVME))


def test_drives_test_themselves_at_the_same_time(two):
    drives = Drives(sda=[ata(0xF9), ata(0)], nvme0n1=[nvme(1), nvme(1), nvme(0, 0)])
    found = drive_self_test(bench(two, drives))
    assert found.result is Result.PASS, found
    assert found.numbers == {"drives": 2, "passed": 2, "failed": 0}
    begun = [n for n, argv in enumerate(drives.asked) if argv[1] == "-t"]
    looked = [n for n, argv in enumerate(drives.asked) if "-c" in argv]
    assert len(begun) == 2
    assert max(begun) < min(looked)


def test_one_drive_that_finds_a_fault_fails_and_is_named(two):
    drives = Drives(sda=[ata(0x79)], nvme0n1=[nvme(0, 0)])
    found = drive_self_test(bench(two, drives))
    assert found.result is Result.FAIL
    assert "/dev/sda" in found.reason
    assert "nvme" not in found.reason


def test_a_drive_that_has_no_such_test_is_a_warning(two):
    drives = Drives(sda=[ata(0)], nvme0n1=[])
    found = drive_self_test(bench(two, drives))
    assert (found.result, "/dev/nvme0n1" in found.reason) == (Result.WARN, True)


def test_a_test_that_never_ends_is_not_waited_for_for_ever(two):
    drives = Drives(sda=[ata(0xF9)], nvme0n1=[nvme(0, 0)])
    found = drive_self_test(bench(two, drives))
    assert (found.result, found.numbers["passed"]) == (Result.WARN, 1)


def test_without_smartctl_it_is_not_tested(two):
    found = drive_self_test(bench(two))
    assert (found.result, "smartctl" in found.reason) == (Result.NOT_TESTED, True)


def test_a_machine_without_a_drive_of_its_own_is_not_tested(tmp_path):
    stick = "pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0"
    grow(tmp_path, proc() | disk("sda", place=stick))
    found = drive_self_test(bench(tmp_path, Drives(sda=[ata(0)])))
    assert (found.result, found.numbers) == (Result.NOT_TESTED, {"drives": 0})


def test_a_drive_named_by_its_maker_in_odd_signs_is_said_as_text(tmp_path):
    odd = wire.Drive(
        name="sda", path="/dev/sda", model="[red]{x}", size_bytes=1, in_use=False
    )
    found = judge([Said(odd, SelfTest.FAILED)], bench(tmp_path))
    assert "/dev/sda [red]{x}" in found.reason
