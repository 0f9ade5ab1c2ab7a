"""Machines with hardware of their own: marks that tell one from another."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass

from agent import wire
from inventory.models import Device
from provisioning.models import Agent
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World

FILLER = wire.Machine(
    make="To be filled by O.E.M.",
    model="Default string",
    serial="Default string",
    uuid="03000200-0400-0500-0006-000700080009",
    board_serial="Default string",
)


@dataclass(frozen=True)
class Box:
    """What is inside one case, as a report shows it."""

    machine: wire.Machine
    cards: tuple[wire.Interface, ...]
    drives: tuple[wire.Drive, ...]

    def with_(self, **parts: object) -> Box:
        return dataclasses.replace(self, **parts)  # type: ignore[arg-type]

    def told(self) -> dict[str, object]:
        return {"machine": self.machine, "network": self.cards, "drives": self.drives}


def box(number: int) -> Box:
    """The n-th of a series: alike in everything but its marks."""
    return Box(
        machine=wire.Machine(
            make="Exemple",
            model="Portable 14",
            serial=f"PF{number:06d}",
            uuid=str(uuid.UUID(int=0xA3C4_0000_5D21_4E88_9B00_17F2_6600_0000 + number)),
            board_serial=f"L1HF{number:06d}",
        ),
        cards=(card(f"3c:97:0e:10:20:{number:02x}"),),
        drives=(drive(serial=f"WD-WX{number:06d}", model="HD500"),),
    )


def card(mac: str, **fields: object) -> wire.Interface:
    wanted: dict[str, object] = {
        "name": "eth0",
        "link": wire.Link.ETHERNET,
        "mac": mac,
        "removable": False,
    }
    return wire.Interface(**{**wanted, **fields})  # type: ignore[arg-type]


def started(world: World, of: Box, device: Device | None = None) -> FakeMachine:
    """A machine of this hardware that joins with a new key and reports once."""
    fake = FakeMachine()
    fake.join(world, world.technician, device)
    report(fake, of)
    return fake


def report(fake: FakeMachine, of: Box) -> None:
    told = of.told()
    drives = told.pop("drives")
    fake.send(*drives, **told)  # type: ignore[misc]


def agent(fake: FakeMachine) -> Agent:
    """As the database has it now."""
    assert fake.agent is not None
    return Agent.objects.get(pk=fake.agent.pk)
