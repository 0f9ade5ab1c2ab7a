"""The processors: what /proc/cpuinfo names and psutil counts."""

from __future__ import annotations

import dataclasses

from agent import wire
from agent.collect.around import Around, Seen, text, why

WORDS_OF_64_BITS = ("x86_64", "aarch64", "riscv64", "ppc64le", "s390x")


@dataclasses.dataclass(frozen=True)
class Cpuinfo:
    """What /proc/cpuinfo says; `flags` is empty where it has none (ARM)."""

    make: str
    model: str
    sockets: int | None
    flags: frozenset[str]


def parse(cpuinfo: str) -> Cpuinfo:
    """Read /proc/cpuinfo, with or without blank lines between its processors."""
    first: dict[str, str] = {}
    sockets = set()
    for line in cpuinfo.splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        first.setdefault(key.lower(), value)
        if key == "physical id":
            sockets.add(value)
    return Cpuinfo(
        make=first.get("vendor_id", ""),
        model=first.get("model name", "") or first.get("hardware", ""),
        sockets=len(sockets) or None,
        flags=frozenset(first.get("flags", "").split()),
    )


def cpu(around: Around) -> Seen[wire.Cpu | None]:
    try:
        info = parse(text(around.proc / "cpuinfo"))
    except OSError as exc:
        unseen = wire.Unseen(subject=wire.Subject.CPU, why=why(exc), about="cpuinfo")
        return Seen(None, (unseen,))
    counted = around.count()
    architecture = around.kernel().machine
    found = wire.Cpu(
        make=info.make,
        model=info.model,
        architecture=architecture,
        sockets=info.sockets,
        cores=counted.cores,
        threads=counted.threads,
        # a 32-bit system can run on a 64-bit processor: its flags know better
        is_64_bit="lm" in info.flags or architecture in WORDS_OF_64_BITS,
    )
    return Seen(found)
