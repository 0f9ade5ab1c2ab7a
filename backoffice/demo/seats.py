"""Which machines stand on the demo's bench, and what each is like."""

from __future__ import annotations

import dataclasses

from agent import wire
from backoffice.demo.hardware import DYING, NAMELESS, WORN, Box, box_of
from backoffice.demo.machine import Machine
from inventory.models import Device

OLD_TOWER = Box(
    machine=NAMELESS, cpu=wire.Cpu(make="Intel", model="Intel Core 2 Duo E8400")
)

FOREIGN = Box(
    machine=wire.Machine(make="Fujitsu", model="Lifebook E736", serial="DEMO9001"),
    cpu=wire.Cpu(make="Intel", model="Intel Core i5-6200U"),
)


@dataclasses.dataclass(frozen=True)
class Seat:
    """A machine on the bench that is a device; it speaks of its drives' health."""

    name: str
    model: str
    health: wire.Health | None = None
    charge: int = 91
    failed: tuple[wire.Check, ...] = ()
    to_erase: bool = False
    sticks: bool = False

    @property
    def machine(self) -> Machine:
        return Machine(self.name, self.failed, self.sticks)

    def box(self, device: Device) -> Box:
        return box_of(device, health=self.health, charge=self.charge)


SOUND = Seat("sound", "ThinkPad T480")
WEAK = Seat("weak", "Latitude 5490", WORN, charge=63)
FAILING = Seat(
    *("failing", "ProDesk 400 G4", DYING),
    failed=(wire.Check.DRIVE_SELF_TEST,),
)
MUTE = Seat("mute", "ThinkCentre M710q", wire.Health(tool="smartctl 7.3"))
TESTING = Seat("testing", "Latitude 5480")
WAITING = Seat("waiting", "Latitude 5480")
BROKEN_OFF = Seat("broken off", "OptiPlex 3050 SFF")
DOUBLED = Seat("doubled", "ThinkPad T480")
GIVES, TAKES = Seat("gives", "ProDesk 400 G4"), Seat("takes", "ProDesk 400 G4")
# These are there to be erased.
ORDERED = Seat("ordered", "ThinkCentre M710q", to_erase=True)
APPROVED = Seat("approved", "Latitude 5480", to_erase=True)
ERASING = Seat("erasing", "ProDesk 400 G4", to_erase=True)
STUCK = Seat("stuck", "ProDesk 400 G4", to_erase=True, sticks=True)
ODD = Seat("odd", "ThinkCentre M710q", to_erase=True)
ERASED = Seat("erased", "ThinkPad T480", to_erase=True)
ERASED_TOO = Seat("erased too", "Latitude 5480", to_erase=True)
UNWRITABLE = Seat("unwritable", "ProDesk 400 G4", DYING, to_erase=True)
SEATS = (
    *(SOUND, WEAK, FAILING, MUTE, TESTING, WAITING, BROKEN_OFF, DOUBLED),
    *(GIVES, TAKES),
    *(ORDERED, APPROVED, ERASING, STUCK, ODD, UNWRITABLE),
    *(ERASED, ERASED_TOO),
)
# Switched off in the middle of its tests: it says nothing any more.
AWAY = Seat("away", "Latitude 5480")
# Nobody has said yet which devices these are; the last one nobody has let in.
TOWER, LIKE, VISITOR = Machine("tower"), Machine("like"), Machine("visitor")
