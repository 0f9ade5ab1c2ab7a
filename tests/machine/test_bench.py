"""One machine on the bench, from its start to a server that knows it, through mishaps.

An emulated laptop with real software: Debian's kernel and tools, the agent from its
Debian package, a real server, real HTTP. Its stick is what it was started from.
"""

from __future__ import annotations

import dataclasses
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent import wire
from tests.faults.front import Front, Underway, front
from tests.machine import parts, vm
from tests.machine.conftest import HOST, workshop
from tests.machine.desks import Ask
from tests.machine.guest import Guest
from tests.machine.vm import POLL, Disk, Hung, Machine
from tools.image.media import settings_partition

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    pytest.mark.filterwarnings("default:Begun once more"),
]


class HungOnce(UserWarning):
    """The emulator stopped, which is no fault of what is tested."""


SERIALS = {"ata": "EX-ATA-0001", "nvme": "EX-NVME-0002", "stick": "EX-STICK-0003"}
FIRMWARE = {
    "type1": {
        "manufacturer": "Exemple",
        "product": "Portable 14",
        "serial": "EX-PC-4242",
        "uuid": "11111111-2222-3333-4444-555555555555",
    },
    "type2": {"manufacturer": "Exemple", "product": "CARTE", "serial": "EX-BOARD-77"},
    "type17": {"manufacturer": "Exemple", "part": "DDR4-EX", "serial": "EX-DIMM-5"},
}
# A line so slow that a report is on its way for seconds; then what the bench image's
# services do, one after the other.
ORDERS = """
tc qdisc add dev eth0 root tbf rate 32kbit burst 4kb latency 60s
export PYTHONPATH=/usr/share/rebond-agent
python3 -m agent.bench prepare
python3 -m agent.bench screen </dev/null
[ -e /var/lib/rebond-agent/identity.json ] && say joined
rebond-agent run
"""
# Seconds; an emulated machine on a busy one needs many.
BOOT, WORK = 300.0, 300.0
OUTAGE = 60.0


def laptop(folder: Path, guest: Guest, words: str) -> list[str]:
    """Its kernel comes from QEMU; the stick is there all the same."""
    stick = settings_partition(folder / "stick")
    ata = Disk(parts.empty(folder / "ata", 256), SERIALS["ata"], "EXEMPLE-HDD")
    nvme = Disk(parts.empty(folder / "nvme", 256), SERIALS["nvme"])
    return [
        *vm.booting(guest, words),
        *vm.orders(folder, ORDERS),
        *vm.network("52:54:00:12:34:56"),
        *vm.ata(ata),
        *vm.nvme(nvme),
        *vm.stick(Disk(stick, SERIALS["stick"])),
        *vm.smbios(**FIRMWARE),
        *parts.battery(folder),
    ]


def wait_until(
    office: Ask, true: Callable[[dict[str, Any]], bool], machine: Machine
) -> dict[str, Any]:
    """What the server holds once that is true of it."""
    deadline = time.monotonic() + WORK
    while not true(found := office("found")):
        if time.monotonic() > deadline or machine.is_off:
            raise Hung(f"{found['jobs']}\n{machine.said}")
        time.sleep(POLL)
    return found


def last_job(*states: str) -> Callable[[dict[str, Any]], bool]:
    return lambda found: bool(found["jobs"]) and found["jobs"][-1][1] in states


def midway(line: Front, begun: int, machine: Machine) -> Underway:
    """The report that is on its way: some of it has come, and not all. Raises Hung.

    `begun` is how many requests there were before.
    """
    deadline = time.monotonic() + WORK
    while time.monotonic() < deadline and not machine.is_off:
        for request in line.requests[begun:]:
            if request.path == wire.REPORTS_PATH and request.is_midway:
                return request
        time.sleep(POLL)
    raise Hung(machine.said)


def lose_network(line: Front, begun: int, machine: Machine) -> Underway:
    """The cable falls out for a minute; how far the report had come by its end."""
    report = midway(line, begun, machine)
    machine.tell("set_link card off")
    time.sleep(OUTAGE)
    far = dataclasses.replace(report)
    machine.tell("set_link card on")
    return far


def through_mishaps(
    folder: Path, guest: Guest, office: Ask, line: Front
) -> dict[str, Any]:
    """The day of one machine, and what the server holds at its end.

    It joins, reports, loses its network for a minute while a report is on its way,
    and is reset while it tests itself.
    """
    opened = office("open", SERIALS["ata"])
    words = (
        f"rebond.server=http://{HOST}:{line.server_port} rebond.plain_http=1"
        f" rebond.medium=stick rebond.code={opened['code']}"
    )
    with parts.tpm(folder) as chip:
        arguments = [*laptop(folder, guest, words), *chip]
        with Machine(folder, arguments) as machine:
            machine.wait_for("^GUEST joined", BOOT)
            wait_until(office, lambda found: len(found["reports"]) == 1, machine)
            begun = len(line.requests)
            office("ask", opened["lead"], "report")
            cut = lose_network(line, begun, machine)
            wait_until(office, last_job("done"), machine)
            office("ask", opened["lead"], "tests", "cpu_load", "clock")
            wait_until(office, lambda f: f["jobs"][-1][2] == "cpu_load", machine)
            machine.tell("system_reset")
            machine.wait_for("^GUEST joined", BOOT, times=2)
            wait_until(office, last_job("done", "failed"), machine)
            office("ask", opened["lead"], "report")
            found = wait_until(office, last_job("done"), machine)
    return opened | found | {"cut": cut}


def a_day(folder: Path, guest: Guest) -> dict[str, Any]:
    folder.mkdir()
    with workshop(folder / "server") as (server, office), front(server.port) as line:
        return through_mishaps(folder, guest, office, line)


@pytest.fixture
def found(guest: Guest, tmp_path: Path) -> dict[str, Any]:
    """Begun once more where a machine hangs, as emulated ones do; that is told."""
    try:
        return a_day(tmp_path / "first", guest)
    except Hung as hung:
        warnings.warn(f"Begun once more: {hung}", HungOnce, stacklevel=1)
    return a_day(tmp_path / "second", guest)


def test_one_device_the_right_drives_and_every_report_once(
    found: dict[str, Any],
) -> None:
    assert found["cut"].is_midway
    assert len(found["agents"]) == 1
    assert [tag for tag, _hold in found["devices"]] == [found["device"]]
    inside = [drive for drive in found["drives"] if drive[2]]
    assert inside == [
        [SERIALS["ata"], "sata", True, found["device"]],
        [SERIALS["nvme"], "nvme", True, found["device"]],
    ]
    assert dict(found["seen"]) == {
        SERIALS["ata"]: False,
        SERIALS["nvme"]: False,
        SERIALS["stick"]: True,
    }
    assert [job[:2] for job in found["jobs"]] == [
        ["report", "done"],
        ["tests", "done"],
        ["report", "done"],
    ]
    _said_once(found["reports"])
    _knows_its_parts(found["reports"][0])


def _said_once(reports: list[dict[str, Any]]) -> None:
    ids = [report["report_id"] for report in reports]
    assert len(set(ids)) == len(ids)
    assert [report["seq"] for report in reports] == list(range(1, len(ids) + 1))
    # At each of its two starts, when asked twice, and what the tests came to.
    kinds = Counter(report["kind"] for report in reports)
    assert kinds == {"inventory": 4, "tests": 1}
    [tests] = [report["tests"] for report in reports if report["kind"] == "tests"]
    results = {test["name"]: test["result"] for test in tests}
    assert results == {"cpu_load": "unknown", "clock": "pass"}


def _knows_its_parts(report: dict[str, Any]) -> None:
    assert report["machine"]["serial"] == FIRMWARE["type1"]["serial"]
    assert report["machine"]["board_serial"] == FIRMWARE["type2"]["serial"]
    assert report["firmware"]["tpm_version"] == "2.0"
    [module] = report["memory"]["modules"]
    assert module["serial"] == FIRMWARE["type17"]["serial"]
    [battery] = report["batteries"]
    assert (battery["serial"], battery["cycles"]) == ("EX-BAT-0001", 412)
