"""The whole look: a laptop as it should be, and machines as nobody has seen them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import wire
from agent.collect import look
from agent.report import compose
from agent.run import Ran
from agent.spool import FIRST
from tests.agent.collect.test_drives import LSBLK, SMART, SSD
from tests.agent.collect.test_fitted import LIST, edid
from tests.agent.collect.test_small_subjects import TWO_SOCKETS
from tests.agent.collect.test_tables import DMI
from tests.agent.collect.test_witnesses import ATA
from tests.agent.trees import Tools, around, grow, proc

ROOT = Path(__file__).resolve().parents[3]
SLOT = "sys/devices/pci0000:00/0000:00:02.0"
LAPTOP = {
    **proc(),
    **LIST,
    **SSD,
    "proc/cpuinfo": TWO_SOCKETS,
    "etc/os-release": "ID=debian\n",
    "sys/class/dmi/id/sys_vendor": "LENOVO",
    "sys/class/dmi/id/bios_vendor": "LENOVO",
    "sys/firmware/efi/fw_platform_size": "64",
    "sys/class/tpm/tpm0/tpm_version_major": "2",
    "sys/class/power_supply/BAT0/type": "Battery",
    "sys/class/power_supply/BAT0/energy_full": "31200000",
    "sys/class/net/wlo1/address": "02:00:5e:00:53:08",
    "sys/class/net/wlo1/device/x": "",
    "sys/class/drm/card0-eDP-1/status": "connected",
    "sys/class/drm/card0-eDP-1/edid": edid(),
    "sys/class/hwmon/hwmon0/name": "coretemp",
    "sys/class/hwmon/hwmon0/temp1_input": "48000",
    "sys/bus/usb/devices/usb1/idVendor": "1d6b",
    f"{SLOT}/class": "0x030000",
    f"{SLOT}/vendor": "0x8086",
    f"{SLOT}/device": "0x0a16",
    "sys/bus/pci/devices/0000:00:02.0": f"-> {SLOT}",
}
TOOLS = {
    "lsblk": LSBLK,
    "smartctl": {"/dev/sda": SMART},
    "hdparm": ATA.replace("\tnot\tenabled", "\t\tenabled").encode(),
    "dmidecode": DMI.encode(),
}


def test_a_laptop_is_seen_whole(tmp_path):
    machine = around(grow(tmp_path, LAPTOP), Tools(**TOOLS))
    found = look(machine)
    assert found.unseen == ()
    assert found.machine.known_model == "ThinkPad FICTIF"
    assert found.memory
    assert found.memory.installed_bytes == 4 * 2**30
    assert [each.serial for each in found.drives] == ["FICTIFSSD1"]
    assert [each.name for each in found.batteries] == ["BAT0"]
    assert [each.make for each in found.screens] == ["FIC"]
    assert [each.model for each in found.peripherals] == ["Fictive Graphics"]
    assert [each.celsius for each in found.sensors] == [48]
    report = compose(found, machine, FIRST)
    assert wire.Report.from_bytes(report.to_bytes()) == report


def test_a_password_on_a_drive_is_a_lock_of_the_machine(tmp_path):
    found = look(around(grow(tmp_path, LAPTOP), Tools(**TOOLS)))
    assert found.firmware
    assert found.firmware.locks == ("admin_password", "drive_password")


def test_windows_11_is_judged_by_everything_together(tmp_path):
    found = look(around(grow(tmp_path, LAPTOP), Tools(**TOOLS))).windows_11
    assert found
    assert wire.Need.UEFI not in (*found.missing, *found.unknown)
    assert wire.Need.TPM_2 not in (*found.missing, *found.unknown)
    assert wire.Need.PROCESSOR in found.unknown  # no family stands in this cpuinfo


def test_a_machine_that_shows_nothing_has_a_reason_for_every_subject(tmp_path):
    unseen = {each.subject for each in look(around(tmp_path)).unseen}
    collected = set(wire.Subject) - {
        wire.Subject.CLOCK,
        wire.Subject.UNKNOWN,
        # of a machine without drives or firmware nothing more is asked
        wire.Subject.DRIVE_USE,
        wire.Subject.DRIVE_IDENTITY,
        wire.Subject.DRIVE_HEALTH,
        wire.Subject.DRIVE_ABILITIES,
        wire.Subject.TPM,
        wire.Subject.LOCKS,
        # psutil counts memory without any file of this tree
        wire.Subject.MEMORY,
    }
    assert unseen == collected


contents = st.binary(max_size=40) | st.sampled_from(
    [b"", b"-1", b"99999999999999999999", b"\xff\x00", b"0x", "²".encode(), b"1\n2"]
)


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_the_kernel_and_the_tools_say_the_look_stands(data):
    """Every file of the tree and every answer of a tool may be nonsense."""
    tree = {
        name: content
        if isinstance(content, str) and content.startswith("-> ")
        else data.draw(contents | st.just(content), label=name)
        for name, content in LAPTOP.items()
    }
    answers = {
        tool: Ran(
            (tool,),
            exit_code=data.draw(st.integers(0, 255)),
            stdout=data.draw(st.binary(max_size=80)),
            why=data.draw(st.none() | st.sampled_from(list(wire.Why))),
        )
        for tool in (*TOOLS, "nvme", "upower", "lshw")
    }
    with TemporaryDirectory() as folder:
        machine = around(grow(Path(folder), tree), Tools(**answers))
        report = compose(look(machine), machine, FIRST)
    assert wire.Report.from_bytes(report.to_bytes()) == report


def test_a_look_takes_little_memory():
    """40 MB at most, the report included, in a process of its own."""
    program = (
        "from pathlib import Path\n"
        "from agent.collect import Around, look\n"
        "from agent.report import compose\n"
        "from agent.spool import FIRST\n"
        "compose(look(Around()), Around(), FIRST).to_bytes()\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.partition('VmHWM:')[2].split()[0])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(ran.stdout) * 1024 < 40 * 2**20


COLLECTORS = {
    "machine": "machine",
    "firmware": "firmware",
    "cpu": "cpu",
    "memory": "memory",
    "drives": "drives",
    "batteries": "batteries",
    "network": "network",
    "system": "system",
    "screens": "screens",
    "sensors": "sensors",
    "peripherals": "unknown",
    "tables": "modules",
}


@pytest.mark.parametrize(("collector", "subject"), COLLECTORS.items())
def test_a_collector_that_breaks_off_is_said_and_the_report_goes(
    tmp_path, monkeypatch, collector, subject
):
    def broken(*_words: object) -> None:
        raise ValueError("no such line")

    monkeypatch.setattr(f"agent.collect.{collector}", broken)
    machine = around(grow(tmp_path, LAPTOP), Tools(**TOOLS))
    report = compose(look(machine), machine, FIRST)
    assert wire.Report.from_bytes(report.to_bytes()) == report
    (told,) = [each for each in report.unseen if each.subject == subject]
    assert (told.why, told.detail) == (wire.Why.UNREADABLE, "ValueError no such line")


def test_a_look_without_any_tool_says_which_are_missing(tmp_path):
    found = look(around(grow(tmp_path, LAPTOP))._replace(run=Tools()))
    missing = {each.subject for each in found.unseen if each.why == "tool_missing"}
    assert missing == {
        "modules",
        "locks",
        "drive_identity",
        "drive_health",
        "drive_abilities",
    }
