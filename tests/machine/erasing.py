"""A machine on the bench whose drives are erased by order of a real server."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.faults.installation import Installation
from tests.machine import vm
from tests.machine.conftest import HOST, workshop
from tests.machine.desks import Ask
from tests.machine.guest import Guest
from tests.machine.vm import Hung, Machine

T = TypeVar("T")
BOOT, WORK = 300.0, 420.0  # seconds; an emulated machine on a busy one needs many
POLL = 0.5
ACTS = "tests.machine.erasing_office"
FIRMWARE = {
    "type1": {
        "manufacturer": "Exemple",
        "product": "Portable 14",
        "serial": "EX-PC-4242",
        "uuid": "11111111-2222-3333-4444-555555555555",
    },
    "type2": {"manufacturer": "Exemple", "product": "CARTE", "serial": "EX-BOARD-77"},
}
# An iSCSI session is the SAS cable of this machine, and nothing else tells so. What
# is a SATA drive at its end says so itself.
CABLE = """
buses=/usr/share/rebond-agent/agent/collect/blocks.py
sed -i 's#r"/end_device-#r"/session[0-9]|/end_device-#' $buses
grep -q '/session' $buses || say broken
"""
# What the bench image's services do, one after the other.
SERVICES = """
export PYTHONPATH=/usr/share/rebond-agent
python3 -m agent.bench prepare
python3 -m agent.bench screen </dev/null
[ -e /var/lib/rebond-agent/identity.json ] && say joined
rebond-agent run
"""


class HungOnce(UserWarning):
    """The emulator stopped, which is no fault of what is tested."""


HUNG_ONCE = pytest.mark.filterwarnings("default:Begun once more")


def a_day(
    factory: pytest.TempPathFactory, name: str, scenario: Callable[[Path], T]
) -> T:
    """What comes of it in a folder; begun once more where a machine hangs."""
    try:
        return scenario(factory.mktemp(name))
    except Hung as hung:
        warnings.warn(f"Begun once more: {hung}", HungOnce, stacklevel=1)
    return scenario(factory.mktemp(name))


@dataclass(frozen=True)
class Office:
    """The desks of one workshop; the join code and the tag of the one machine there."""

    running: Installation
    ask: Ask
    code: str
    device: str

    def __call__(self, *words: str) -> dict[str, Any]:
        return self.ask(*words)

    def words(self, medium: str = "") -> str:
        """The kernel's words for a machine that is to join this workshop."""
        server = f"http://{HOST}:{self.running.port}"
        return (
            f"rebond.server={server} rebond.plain_http=1 rebond.code={self.code}"
            f" rebond.medium={medium}"
        )


@contextmanager
def office(folder: Path, policy: str, serial: str) -> Iterator[Office]:
    """A workshop that has received a laptop with one disk; the machine may join it."""
    with workshop(folder / "server", ACTS) as (running, ask):
        opened = ask("open", policy, serial)
        yield Office(running, ask, opened["code"], opened["device"])


def bench(folder: Path, guest: Guest, words: str, before: str = "") -> list[str]:
    """A laptop without drives; `before` are shell lines that come before its services."""
    return [
        *vm.booting(guest, words),
        *vm.orders(folder, f"{CABLE}\n{before}\n{SERVICES}"),
        *vm.network("52:54:00:12:34:56"),
        *vm.smbios(**FIRMWARE),
    ]


def order(machine: Machine, desks: Office, *serials: str) -> None:
    """Order drives erased once the server knows them, and confirm at the machine."""
    wait_until(machine, desks, lambda found: {*serials} <= {*found["drives"]})
    desks("order", *serials)
    desks("confirm")


def wait_until(
    machine: Machine, desks: Office, true: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """What the server holds once that is true of it. Raises Hung."""
    deadline = time.monotonic() + WORK
    while not true(found := desks("found")):
        if time.monotonic() > deadline or machine.is_off:
            raise Hung(f"{found['runs']} {found['reports']}\n{machine.said}")
        time.sleep(POLL)
    return found


def ended(machine: Machine, desks: Office, serials: Sequence[str]) -> dict[str, Any]:
    """What the server holds once all of them have ended."""
    return wait_until(
        machine,
        desks,
        lambda found: all(found["runs"].get(each) == "ended" for each in serials),
    )


def records(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the machine said of each drive, by serial; the last of several."""
    return {record["drive"]["serial"]: record for record in found["records"]}
