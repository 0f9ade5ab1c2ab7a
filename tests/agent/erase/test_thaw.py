from __future__ import annotations

import shutil

import pytest

from agent import wire
from agent.erase import turns
from agent.erase.thaw import ASKED, Allowed, can_sleep, free, thaw
from agent.run import Ran
from tests.agent.erase.machines import ATA_TREE, Ata, Clock, Told, ata_drive
from tests.agent.trees import around, disk, grow

SLEEPS = {
    "sys/power/state": "freeze mem disk",
    "sys/power/mem_sleep": "s2idle [deep]",
    "sys/class/rtc/rtc0/wakealarm": "",
}
SLEEP = Allowed(sleep=True)
SAME = disk(
    "sdb",
    number="8:16",
    place="pci0000:00/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0",
    sectors=131072,
    device_model="FICTIF SSD 850 E",
    device_vendor="ATA     ",
    device_vpd_pg80=b"\x00\x80\x00\x0aFICTIFSSD1",
)


class Machine(Ata):
    """A drive in a machine that can be put to sleep."""

    thaws = True

    def __call__(self, argv, timeout_seconds):
        if argv[0] == "rtcwake":
            self.asked.append(tuple(argv))
            self.is_frozen = self.is_frozen and not self.thaws
            return Ran(tuple(argv), 0)
        return super().__call__(argv, timeout_seconds)


@pytest.fixture
def machine():
    return Machine(Clock(), is_frozen=True)


def thawed(root, machine, allowed, told=None, stopped=lambda: False, **files):
    grow(root, {**ATA_TREE, **files})
    return thaw(
        around(root, machine),
        ata_drive(),
        allowed,
        tell=told or Told(),
        stopped=stopped,
        pace=machine.clock.pace,
    )


def test_sleeping_thaws_a_drive(tmp_path, machine):
    found = thawed(tmp_path, machine, SLEEP, **SLEEPS)
    assert (found.name, found.is_free) == ("sda", True)
    slept, asked = found.steps
    assert slept.line == "rtcwake -m mem -s 10"
    assert (asked.line, asked.said) == (ASKED, "it takes its commands")


def test_nothing_is_done_that_nobody_asked_for(tmp_path, machine):
    found = thawed(tmp_path, machine, Allowed(), **SLEEPS)
    assert (found.is_free, found.steps) == (False, ())
    assert not machine.commands("rtcwake")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {**SLEEPS, "sys/power/state": "freeze disk"},
        {**SLEEPS, "sys/power/mem_sleep": "[s2idle]"},
        {k: v for k, v in SLEEPS.items() if "rtc" not in k},
    ],
)
def test_a_machine_that_would_not_cut_the_power_or_not_wake_is_left_awake(
    tmp_path, machine, files
):
    found = thawed(tmp_path, machine, SLEEP, **files)
    assert not found.is_free
    assert not machine.commands("rtcwake")
    (step,) = found.steps
    assert step.said.startswith("not done")


def test_a_machine_where_another_process_erases_a_drive_is_left_awake(
    tmp_path, machine, monkeypatch
):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.0)
    device = grow(tmp_path, {"dev/sda": ""}) / "dev/sda"
    with turns.alone_at(device) as is_alone:
        found = thawed(tmp_path, machine, SLEEP, **SLEEPS)
    assert (is_alone, found.is_free) == (True, False)
    assert not machine.commands("rtcwake")
    assert "another process" in found.steps[0].said


def test_an_old_kernel_knows_one_kind_of_sleep(tmp_path):
    files = {k: v for k, v in SLEEPS.items() if "mem_sleep" not in k}
    assert can_sleep(around(grow(tmp_path, files)))


def test_a_drive_that_sleeping_does_not_thaw_is_still_frozen(
    tmp_path, machine, monkeypatch
):
    monkeypatch.setattr(Machine, "thaws", False)
    found = thawed(tmp_path, machine, SLEEP, **SLEEPS)
    assert not found.is_free
    assert found.steps[-1].said == "still frozen, or it does not answer"


def test_a_drive_that_is_free_is_left_alone(tmp_path):
    machine = Machine(Clock())
    found = thawed(tmp_path, machine, Allowed(True, 60), **SLEEPS)
    assert (found.is_free, found.steps) == (True, ())


def test_a_drive_that_was_pulled_and_put_back_is_known_under_its_new_name(
    tmp_path, machine
):
    told, clock = Told(), machine.clock

    def pull():
        shutil.rmtree(tmp_path / "sys")

    def put_back():
        grow(tmp_path, SAME)
        machine.is_frozen = False

    clock.in_seconds(10, pull)
    clock.in_seconds(20, put_back)
    found = thawed(tmp_path, machine, Allowed(replug_seconds=120), told)
    assert (found.name, found.is_free) == ("sdb", True)
    assert set(told.steps) == {"replug"}
    assert 20 <= clock.now < 30


def test_a_person_who_does_not_come_is_not_waited_for_forever(tmp_path, machine):
    found = thawed(tmp_path, machine, Allowed(replug_seconds=120))
    assert (found.name, found.is_free) == ("sda", False)
    assert machine.clock.now == pytest.approx(120, abs=4)


def test_waiting_for_a_person_can_be_stopped(tmp_path, machine):
    found = thawed(
        tmp_path,
        machine,
        Allowed(replug_seconds=120),
        stopped=lambda: machine.clock.now > 10,
    )
    assert not found.is_free
    assert machine.clock.now < 20


def test_another_drive_in_its_place_is_not_taken_for_it(tmp_path, machine):
    other = {**SAME}
    serial = next(k for k in other if k.endswith("vpd_pg80"))
    other[serial] = b"\x00\x80\x00\x06OTHER1"
    clock = machine.clock
    clock.in_seconds(10, lambda: shutil.rmtree(tmp_path / "sys"))
    clock.in_seconds(20, lambda: grow(tmp_path, other))
    found = thawed(tmp_path, machine, Allowed(replug_seconds=60))
    assert (found.name, found.is_free) == ("sda", False)


def test_a_password_that_we_left_is_taken_off(tmp_path):
    ata = Ata(Clock(), is_enabled=True, is_locked=True, password="NULL")
    (step,) = free(around(grow(tmp_path, ATA_TREE), ata), ata_drive())
    assert (ata.is_enabled, ata.is_locked) == (False, False)
    assert step.line == "hdparm --user-master u --security-disable NULL /dev/sda"


@pytest.mark.parametrize(
    ("drive", "facts"),
    [
        (ata_drive(), {}),
        (ata_drive(), {"is_enabled": True, "serial": "OTHER1"}),
        (ata_drive(behind=wire.Behind.RAID), {"is_enabled": True}),
        (ata_drive(bus=wire.Bus.NVME), {"is_enabled": True}),
    ],
)
def test_no_password_is_tried_where_none_of_ours_can_be(tmp_path, drive, facts):
    ata = Ata(Clock(), **facts)
    assert free(around(grow(tmp_path, ATA_TREE), ata), drive) == ()
    assert not ata.commands("--security")


def test_a_stranger_s_password_stays(tmp_path):
    ata = Ata(Clock(), is_enabled=True, is_locked=True, password="secret")
    free(around(grow(tmp_path, ATA_TREE), ata), ata_drive())
    assert ata.is_locked
    assert len(ata.commands("--security-disable")) == 1
