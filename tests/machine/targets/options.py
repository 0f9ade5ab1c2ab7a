"""What a target is, and how it behaves: handed to its process as JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Self

FOREVER = 10**6  # seconds; for what a test cuts off itself


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What drives of both kinds have in common.

    An erasure that the drive does by itself takes `seconds`. `fails`: it stops half
    way and says so. `lies`: it is said to be done and nothing was erased. `forgets`:
    nor is anything written that is said to be. `held_by` names a file with the steps of
    its erasure that it may do (`medium.STEPS` are all); there it stands still, and it
    notes when it is asked how far it is.
    """

    serial: str
    model: str
    firmware: str = "EX01"
    seconds: float = 2.0
    fails: bool = False
    lies: bool = False
    forgets: bool = False
    held_by: str = ""

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        told: dict[str, Any] = json.loads(text)
        return cls(**told)


@dataclasses.dataclass(frozen=True, kw_only=True)
class AtaOptions(Options):
    """An ATA drive: `rotation` 1 is an SSD, else turns a minute.

    `sanitize` names what it offers, of block, crypto and overwrite. `frozen` ends
    when its power is cut, as where firmware freezes at each start, unless
    `freezes_again`; so does `overlay_frozen`. `password`: somebody locked it.
    `hidden_sectors` lie behind the size that it shows (HPA, or `amax`), and
    `overlaid_sectors` behind the size that it admits to (DCO; None: it has no overlay).
    """

    serial: str = "EX-SAT-0007"
    model: str = "EXEMPLE SATA SSD 64"
    rotation: int = 1
    security: bool = True
    enhanced: bool = True
    sanitize: tuple[str, ...] = ("block", "crypto", "overwrite")
    frozen: bool = False
    freezes_again: bool = False
    password: str = ""
    hidden_sectors: int = 0
    amax: bool = False
    overlaid_sectors: int | None = None
    overlay_frozen: bool = False
    reallocated: int = 0
    pending: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class SasOptions(Options):
    """A SAS drive: what it offers of sanitize; `rotation` as of an ATA drive."""

    serial: str = "EX-SAS-0009"
    model: str = "EXEMPLE SAS 64"
    rotation: int = 10_000
    sanitize: tuple[str, ...] = ("block", "crypto", "overwrite")


@dataclasses.dataclass(frozen=True, kw_only=True)
class NvmeOptions(Options):
    """An NVMe drive: what it offers of sanitize and of format."""

    serial: str = "EX-NVT-0008"
    model: str = "EXEMPLE NVME 64"
    sanitize: tuple[str, ...] = ("block", "crypto", "overwrite")
    formats: bool = True
    formats_crypto: bool = True
    media_errors: int = 0

    @property
    def name(self) -> str:
        """What it is called on its network."""
        return f"nqn.2026-01.test:{self.serial.lower()}"
