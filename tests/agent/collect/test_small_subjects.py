"""Processor, memory, batteries, network, system: one short reader each."""

from __future__ import annotations

import pytest

from agent import wire
from agent.collect.battery import batteries
from agent.collect.cpu import cpu
from agent.collect.memory import memory
from agent.collect.network import network
from agent.collect.system import parse as parse_os_release
from agent.collect.system import system
from agent.parse.cpuinfo import Cpuinfo
from agent.parse.cpuinfo import parse as parse_cpuinfo
from tests.agent.trees import Tools, around, grow

TWO_SOCKETS = """\
processor\t: 0
vendor_id\t: AuthenticAMD
model name\t: Some Processor 2216
physical id\t: 0
flags\t\t: fpu lm svm
processor\t: 1
vendor_id\t: AuthenticAMD
model name\t: Some Processor 2216
physical id\t: 1
flags\t\t: fpu lm svm
"""
BATTERY = "sys/class/power_supply/BAT0"
CARD = "sys/class/net/wlp2s0"


def test_processors_are_read_without_blank_lines_between_them(tmp_path):
    grow(tmp_path, {"proc/cpuinfo": TWO_SOCKETS})
    assert cpu(around(tmp_path)).what == wire.Cpu(
        make="AuthenticAMD",
        model="Some Processor 2216",
        architecture="x86_64",
        sockets=2,
        cores=2,
        threads=4,
        is_64_bit=True,
        virtualization=True,
    )


def test_a_processor_without_flags_or_sockets_is_no_error():
    info = parse_cpuinfo("processor : 0\nmodel name : ARMv7 rev 4\n\nHardware: X\n")
    assert info == Cpuinfo(model="ARMv7 rev 4", threads=1)


def test_a_processor_that_cannot_be_read_is_unseen(tmp_path):
    seen = cpu(around(tmp_path))
    assert seen.what is None
    assert [(u.subject, u.why) for u in seen.unseen] == [("cpu", "not_offered")]


def test_memory_is_what_the_system_can_use(tmp_path):
    assert memory(around(tmp_path)).what == wire.Memory(
        total_bytes=8 * 2**30, swap_bytes=0
    )


def test_memory_that_cannot_be_counted_is_unseen(tmp_path):
    def fail():
        raise PermissionError

    blind = around(tmp_path)._replace(counted=fail)
    assert [u.why for u in memory(blind).unseen] == ["permission"]


def test_a_battery_tells_what_it_holds_in_one_unit(tmp_path):
    files = {
        "type": "Battery",
        "energy_full": "31200000",
        "energy_full_design": "50000000",
        "charge_full": "1",
        "cycle_count": "0",
        "manufacturer": "Maker",
        "serial_number": " 00042 ",
    }
    grow(tmp_path, {f"{BATTERY}/{name}": word for name, word in files.items()})
    (found,) = batteries(around(tmp_path)).what
    assert (found.unit, found.full, found.design) == ("uwh", 31_200_000, 50_000_000)
    assert found.cycles is None
    assert found.serial == "00042"


def test_a_battery_that_counts_charge_says_so(tmp_path):
    grow(tmp_path, {f"{BATTERY}/type": "Battery", f"{BATTERY}/charge_full": "4400000"})
    (found,) = batteries(around(tmp_path)).what
    assert (found.unit, found.full, found.design) == ("uah", 4_400_000, None)


@pytest.mark.parametrize(
    "files",
    [
        {"type": "Mains"},
        {"type": "Battery", "scope": "Device"},
        {"type": "Battery", "present": "0"},
        {},
    ],
    ids=str,
)
def test_what_is_no_battery_of_the_machine_is_left_out(tmp_path, files):
    grow(tmp_path, {f"{BATTERY}/{name}": word for name, word in files.items()})
    (tmp_path / BATTERY).mkdir(parents=True, exist_ok=True)
    seen = batteries(around(tmp_path))
    assert seen.what == ()
    assert seen.unseen == ()


def test_no_battery_is_told_from_no_look_at_batteries(tmp_path):
    assert [u.subject for u in batteries(around(tmp_path)).unseen] == ["batteries"]


ACPI = b"""Battery 0: Discharging, 98%, 02:10:11 remaining
Battery 0: design capacity 4400 mAh, last full capacity 3013 mAh = 68%
Battery 1: Unknown, 0%
"""


def test_where_the_kernel_has_no_gauges_acpi_is_asked(tmp_path):
    seen = batteries(around(tmp_path, Tools(acpi=ACPI)))
    first, second = seen.what
    assert (first.unit, first.full, first.design) == ("uah", 3_013_000, 4_400_000)
    assert (second.unit, second.full, second.health_percent) == ("unknown", None, None)
    assert [(each.about, each.detail) for each in seen.unseen] == [
        ("Battery 1", "no capacity")
    ]


def test_more_batteries_than_the_wire_carries_are_counted(tmp_path):
    for number in range(17):
        grow(tmp_path, {f"sys/class/power_supply/BAT{number:02}/type": "Battery"})
    seen = batteries(around(tmp_path))
    assert len(seen.what) == 16
    assert seen.unseen[0].detail == "17 found, 16 reported"


@pytest.mark.parametrize(
    ("files", "link"),
    [
        ({"type": "1", "phy80211/name": "phy0"}, "wifi"),
        ({"type": "1", "uevent": "DEVTYPE=wwan\n"}, "mobile"),
        ({"type": "1", "uevent": "DEVTYPE=bluetooth\n"}, "bluetooth"),
        ({"type": "1"}, "ethernet"),
        ({"type": "32"}, "unknown"),
    ],
    ids=str,
)
def test_an_interface_has_a_kind_and_a_mac(tmp_path, files, link):
    own = {"device/vendor": "0x8086", "address": "02:00:5E:00:53:02\n", **files}
    grow(tmp_path, {f"{CARD}/{name}": word for name, word in own.items()})
    assert network(around(tmp_path)).what == (
        wire.Interface(name="wlp2s0", link=wire.Link(link), mac="02:00:5e:00:53:02"),
    )


def test_interfaces_of_no_device_are_left_out(tmp_path):
    grow(tmp_path, {"sys/class/net/docker0/address": "02:00:5e:00:53:09"})
    assert network(around(tmp_path)).what == ()


def test_a_mac_of_zeroes_is_none_and_said_to_be_hidden(tmp_path):
    grow(tmp_path, {f"{CARD}/device/x": "", f"{CARD}/address": "00:00:00:00:00:00"})
    seen = network(around(tmp_path))
    assert seen.what[0].mac == ""
    assert [(u.why, u.about) for u in seen.unseen] == [("hidden", "wlp2s0")]


@pytest.mark.parametrize("how", ["1", "2", "3"])
def test_a_mac_that_is_not_the_card_s_own_is_no_mark(tmp_path, how):
    lent = {"device/x": "", "address": "02:00:5e:00:53:77", "addr_assign_type": how}
    grow(tmp_path, {f"{CARD}/{name}": word for name, word in lent.items()})
    assert network(around(tmp_path)).what[0].mac == ""


@pytest.mark.parametrize("where", ["phy80211/macaddress", "bonding_slave/perm_hwaddr"])
def test_the_card_s_own_mac_is_found_behind_the_one_in_use(tmp_path, where):
    lent = {"device/x": "", "address": "02:00:5e:00:53:77", "addr_assign_type": "3"}
    grow(tmp_path, {f"{CARD}/{name}": word for name, word in lent.items()})
    grow(tmp_path, {f"{CARD}/{where}": "02:00:5E:00:53:02\n"})
    assert network(around(tmp_path)).what[0].mac == "02:00:5e:00:53:02"


def test_the_system_is_named_and_its_host_is_not(tmp_path):
    release = (
        "# a comment\nID=debian\nPRETTY_NAME=\"Debian 'trixie'\"\nVERSION_ID='13'\n"
    )
    grow(tmp_path, {"etc/os-release": release})
    found = system(around(tmp_path)).what
    assert (found.id, found.name, found.version) == ("debian", "Debian 'trixie'", "13")
    assert b"somebody" not in found.to_bytes()


def test_a_quote_that_never_closes_is_read_as_it_stands():
    assert parse_os_release('NAME="Half') == {"NAME": "Half"}


def test_a_system_without_os_release_still_says_its_kernel(tmp_path):
    seen = system(around(tmp_path))
    assert seen.what.kernel == "6.12.48"
    assert [u.about for u in seen.unseen] == ["os-release"]
