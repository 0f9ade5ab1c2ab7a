"""Read /proc/cpuinfo, of x86, ARM and others."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.parse import loose

# The flags of each level of x86-64 as the kernel spells them (x86-64 psABI, 3.1.1).
LEVELS = (
    "lm cmov cx8 fpu fxsr mmx syscall sse sse2",
    "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3",
    "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave",
    "avx512f avx512bw avx512cd avx512dq avx512vl",
)


class Cpuinfo(NamedTuple):
    """What it says; `flags` is empty where it has none (ARM), a count None."""

    make: str = ""
    model: str = ""
    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None
    flags: frozenset[str] = frozenset()
    family: int | None = None
    model_number: int | None = None
    stepping: int | None = None
    microcode: str = ""
    is_arm: bool = False

    @property
    def is_x86(self) -> bool:
        return bool(self.flags) and not self.is_arm

    @property
    def is_64_bit(self) -> bool | None:
        """What the processor can, whatever system runs on it; None where not told."""
        return "lm" in self.flags if self.is_x86 else None

    @property
    def has_virtualization(self) -> bool | None:
        return bool(self.flags & {"vmx", "svm"}) if self.is_x86 else None

    @property
    def x86_level(self) -> int | None:
        """The n of x86-64-v(n): 1 to 4; None where it is no x86-64."""
        level = 0
        for needed in LEVELS:
            if not self.flags.issuperset(needed.split()):
                break
            level += 1
        return level or None


def parse(cpuinfo: str) -> Cpuinfo:
    """With or without blank lines between the processors."""
    first: dict[str, str] = {}
    threads, sockets, cores = 0, set(), set()
    socket = ""
    siblings: dict[str, int] = {}
    for key, value in loose.pairs(cpuinfo):
        name = key.lower()
        first.setdefault(name, value)
        if key == "processor" and value.isdigit():
            threads, socket = threads + 1, ""
        elif name == "physical id":
            socket = value
            sockets.add(value)
        elif name == "core id":
            cores.add((socket, value))
        elif name == "cpu cores" and (number := loose.grouped(value)):
            siblings[socket] = number
    return Cpuinfo(
        make=first.get("vendor_id", ""),
        model=_model(first),
        sockets=len(sockets) or None,
        cores=sum(siblings.values()) or len(cores) or None,
        threads=threads or None,
        flags=frozenset(first.get("flags", "").split()),
        family=loose.whole(first.get("cpu family")),
        model_number=loose.whole(first.get("model")),
        stepping=loose.whole(first.get("stepping")),
        microcode=first.get("microcode", ""),
        is_arm="cpu implementer" in first
        or ("features" in first and "arm" in cpuinfo.lower()),
    )


def _model(first: dict[str, str]) -> str:
    names = ("model name", "cpu", "hardware", "cpu model", "model")
    found = next((first[name] for name in names if first.get(name)), "")
    return "" if re.fullmatch(r"\d+", found) else found
