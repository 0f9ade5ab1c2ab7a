"""A machine whose clock stands in 2009, and a server that it knows by a pinned key.

The server is certified by the workshop's own authority, long after that date, and
stands behind a reverse proxy as operations.md has it. The stick is real, so is TLS.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.agent.authority import VALID, Authority, pin
from tests.faults.front import Front, front
from tests.machine import vm
from tests.machine.conftest import HOST, workshop
from tests.machine.desks import Ask
from tests.machine.guest import Guest
from tests.machine.vm import POLL, Disk, Hung, Machine
from tools.image.media import settings_partition
from tools.postgres import free_port

pytestmark = [pytest.mark.machine, pytest.mark.slow, pytest.mark.server]

DEAD, DEAD_YEAR = "2009-01-01T00:10:00", "2009"
YEAR = 365 * 86_400
RIGHT = 60.0  # seconds that a right clock may be off, read on a busy machine
BOOT = 300.0
LOOK = r"^GUEST clocks \d+ \d+(?= )"
ORDERS = """
export PYTHONPATH=/usr/share/rebond-agent
python3 -m agent.bench prepare
python3 -m agent.bench screen </dev/null
[ -e /var/lib/rebond-agent/identity.json ] && say joined
rebond-agent run --set-clock &
while sleep 1; do
  say "clocks $(date +%s) $(cat /sys/class/rtc/rtc0/since_epoch)"
done
"""


class Clocks(NamedTuple):
    """Seconds since 1970: the system's, and what the board keeps without power."""

    system: int
    board: int

    @property
    def are_right(self) -> bool:
        return max(abs(clock - time.time()) for clock in self) < RIGHT

    @property
    def are_dead(self) -> bool:
        return min(time.time() - clock for clock in self) > 10 * YEAR


@dataclass
class Bench:
    """A workshop with a machine on its bench, and whom that machine trusts."""

    folder: Path
    guest: Guest
    office: Ask
    behind: int
    port: int
    authority: Authority

    def machine(self, code: str) -> Machine:
        """Switched on with a dead clock, whatever it was before."""
        words = (
            f"rebond.server=https://{HOST}:{self.port} rebond.medium=stick"
            f" rebond.pin={pin(self.authority.certificate)} rebond.code={code}"
        )
        stick = Disk(self.folder / "stick", "EX-STICK-0003")
        (self.folder / "monitor").unlink(missing_ok=True)
        (self.folder / "console.log").unlink(missing_ok=True)
        return Machine(
            self.folder,
            [
                *vm.booting(self.guest, words),
                *vm.orders(self.folder, ORDERS),
                *vm.network("52:54:00:12:34:56"),
                *vm.stick(stick),
                *vm.smbios(type1={"serial": "EX-PC-2009"}),
                *("-rtc", f"base={DEAD}"),
            ],
        )

    def server(self, authority: Authority) -> AbstractContextManager[Front]:
        """What stands at the server's address, certified by that authority."""
        trust = authority.certified(self.folder, VALID, HOST)
        return front(self.behind, trust, port=self.port)

    def reports(self, machine: Machine, count: int) -> dict[str, Any]:
        """What the server holds once it has so many reports."""
        wait_until(lambda: len(self.office("found")["reports"]) >= count, machine)
        return self.office("found")


def clocks(machine: Machine) -> Clocks:
    """As the next look at them says."""
    looks = len(re.findall(LOOK, machine.said, re.MULTILINE))
    said = machine.wait_for(LOOK, BOOT, times=looks + 2)
    return Clocks(*map(int, said.split()[2:]))


def wait_until(true: Callable[[], object], machine: Machine) -> None:
    deadline = time.monotonic() + BOOT
    while not true():
        if time.monotonic() > deadline or machine.is_off:
            raise Hung(machine.said)
        time.sleep(POLL)


@pytest.fixture(scope="module")
def bench(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder, port, authority = tmp_path_factory.mktemp("clock"), free_port(), Authority()
    settings_partition(folder / "stick")
    (folder / "ca.pem").write_bytes(authority.pem)
    settings = {
        "BASE_URL": f"https://{HOST}:{port}",
        "TRUSTED_PROXIES": "1",
        "AGENT_AUTHORITY_FILE": str(folder / "ca.pem"),
    }
    with workshop(folder / "server", **settings) as (server, office):
        yield Bench(folder, guest, office, server.port, port, authority)


@pytest.fixture(scope="module")
def joined(bench: Bench) -> dict[str, Any]:
    """What the server holds once the machine has joined and reported twice."""
    opened = bench.office("open", "EX-ATA-0001")
    with bench.server(bench.authority), bench.machine(opened["code"]) as machine:
        machine.wait_for("^GUEST joined", BOOT)
        bench.reports(machine, 1)
        wait_until(lambda: clocks(machine).are_right, machine)
        bench.office("ask", opened["lead"], "report")
        return bench.reports(machine, 2)


def test_a_dead_clock_is_set_from_its_server_and_the_report_says_how_far_off_it_was(
    joined: dict[str, Any],
) -> None:
    first, second = joined["reports"]
    assert first["taken_at"].startswith(DEAD_YEAR)
    assert joined["offsets"][0] > 10 * YEAR
    assert not second["taken_at"].startswith(DEAD_YEAR)
    assert abs(joined["offsets"][1]) < RIGHT


def test_a_clock_is_set_from_no_server_with_a_wrong_certificate(
    bench: Bench, joined: dict[str, Any]
) -> None:
    with bench.machine("") as machine:
        with bench.server(Authority(called="Impostor")) as impostor:
            machine.wait_for("^GUEST joined", BOOT)
            wait_until(lambda: impostor.refused >= 2, machine)
            assert clocks(machine).are_dead
            assert impostor.requests == []
        assert bench.office("found")["reports"] == joined["reports"]
        with bench.server(bench.authority):
            wait_until(lambda: clocks(machine).are_right, machine)
            found = bench.reports(machine, 3)
    assert len(found["agents"]) == 1
    assert found["offsets"][2] > 10 * YEAR
