"""Look at this machine: one pure reader per subject, everything handed in."""

from __future__ import annotations

import dataclasses

from agent import wire
from agent.collect.around import Around, Seen, T
from agent.collect.battery import batteries
from agent.collect.cpu import cpu
from agent.collect.drives import drives
from agent.collect.machine import firmware, machine
from agent.collect.memory import memory
from agent.collect.network import network
from agent.collect.system import system

__all__ = ["Around", "Findings", "look"]


@dataclasses.dataclass(frozen=True)
class Findings:
    """What one look at the machine found, and what it could not see."""

    machine: wire.Machine
    firmware: wire.Firmware | None
    cpu: wire.Cpu | None
    memory: wire.Memory | None
    drives: tuple[wire.Drive, ...]
    batteries: tuple[wire.Battery, ...]
    network: tuple[wire.Interface, ...]
    system: wire.System
    unseen: tuple[wire.Unseen, ...]


def look(around: Around) -> Findings:
    """Look at every subject once."""
    unseen: list[wire.Unseen] = []

    def kept(seen: Seen[T]) -> T:
        unseen.extend(seen.unseen)
        return seen.what

    return Findings(
        machine=kept(machine(around)),
        firmware=kept(firmware(around)),
        cpu=kept(cpu(around)),
        memory=kept(memory(around)),
        drives=kept(drives(around)),
        batteries=kept(batteries(around)),
        network=kept(network(around)),
        system=kept(system(around)),
        unseen=tuple(unseen),
    )
