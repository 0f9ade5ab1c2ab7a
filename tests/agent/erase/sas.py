"""A SAS drive that answers to sg3-utils as SBC-4 says, in bytes; see machines.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent import wire
from agent.run import Ran
from agent.vocabulary import Why
from tests.agent.erase.machines import SECTORS, Clock, ata_drive, said
from tests.agent.trees import disk

SERIAL = "FICTIFSAS1"
SAS_TREE = disk(
    "sda",
    place="pci0000:00/0000:00:03.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0",
    sectors=SECTORS,
    device_model="EXAMPLE SAS HDD",
    device_vendor="FICTIF  ",
    device_vpd_pg80=b"\x00\x80\x00\x0a" + SERIAL.encode(),
)
ATTENTION = (6, 0x2900)
SANITIZING, SANITIZE_FAILED = (2, 0x041B), (3, 0x3103)
FORMATTING, FORMAT_FAILED = (2, 0x0404), (3, 0x3101)
NONE = (0, 0)


class Sas:
    """A hard disk of 64 MiB. `lies`: it takes everything, and does nothing."""

    def __init__(self, clock: Clock, **facts: Any) -> None:
        self.clock = clock
        self.asked: list[tuple[str, ...]] = []
        self.offered = {"0x48,1", "0x48,2", "0x48,3", "0x04"}
        self.serial = SERIAL
        self.sense = NONE
        self.attentions = 0
        self.running_until: float | None = None
        self.seconds, self.fails = 60.0, 0
        self.lies = self.refuses = self.is_mute = self.is_erased = False
        self.is_described = False
        self.blocks, self.block_bytes = SECTORS, 512
        for name, value in facts.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def __call__(self, argv: Sequence[str], timeout_seconds: float) -> Ran:
        self.asked.append(tuple(argv))
        acts = {
            "sg_vpd": self._page,
            "sg_requests": self._sense,
            "sg_opcodes": self._offers,
            "sg_readcap": self._capacity,
            "sg_sanitize": self._start,
            "sg_format": self._start,
        }
        if argv[0] not in acts:
            return Ran(tuple(argv), why=Why.TOOL_MISSING)
        if self.running_until is not None and self.clock.now >= self.running_until:
            self._end()
        return acts[argv[0]](argv)._replace(argv=tuple(argv))

    def commands(self, tool: str) -> list[tuple[str, ...]]:
        return [argv for argv in self.asked if argv[0] == tool]

    def _end(self) -> None:
        failed = {SANITIZING: SANITIZE_FAILED, FORMATTING: FORMAT_FAILED}
        self.running_until = None
        self.is_erased = not self.fails
        self.sense = failed[self.sense] if self.fails else NONE
        self.fails = max(0, self.fails - 1)

    def _page(self, argv: Sequence[str]) -> Ran:
        serial = self.serial.encode()
        return Ran((), 0, b"\x00\x80" + len(serial).to_bytes(2) + serial)

    def _offers(self, argv: Sequence[str]) -> Ran:
        if self.running_until is not None:
            return said("", 2, "Report supported operation codes: Device not ready\n")
        is_offered = argv[3].removeprefix("--opcode=") in self.offered
        return Ran((), 0, bytes([0, 3 if is_offered else 1, 0, 10]) + bytes(10))

    def _sense(self, argv: Sequence[str]) -> Ran:
        if self.is_mute:
            return said("", 15, "sg_requests failed: Transport error\n")
        key, code = self.sense
        if self.attentions:
            self.attentions -= 1
            key, code = ATTENTION
        progress = 0
        if self.running_until is not None:
            left = self.running_until - self.clock.now
            progress = int(65536 * (1 - left / self.seconds))
        told = bytes([0x80 if progress else 0]) + progress.to_bytes(2)
        if self.is_described:
            head = bytes([0x72, key]) + code.to_bytes(2) + bytes([0, 0, 0, 8])
            return Ran((), 0, head + bytes([2, 6, 0, 0]) + told + b"\0")
        head = bytes([0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0])
        return Ran((), 0, head + code.to_bytes(2) + b"\0" + told)

    def _capacity(self, argv: Sequence[str]) -> Ran:
        return said(f"{self.blocks:#x} {self.block_bytes:#x}\n")

    def _start(self, argv: Sequence[str]) -> Ran:
        is_busy = self.running_until is not None
        if self.refuses or is_busy or "--fail" in argv:
            return said("", 5, "Illegal request\n")
        if self.lies:
            return said("")
        self.sense = SANITIZING if argv[0] == "sg_sanitize" else FORMATTING
        self.running_until = self.clock.now + self.seconds
        return said("")


def sas_drive(**facts: Any) -> wire.Drive:
    told = {
        "bus": wire.Bus.SAS,
        "medium": wire.Medium.HDD,
        "model": "EXAMPLE SAS HDD",
        "serial": SERIAL,
    }
    return ata_drive(**{**told, **facts})
