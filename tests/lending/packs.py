"""A packing bench: a workshop, a partner structure, recipes, and things to pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from backoffice.core.models import User
from inventory import actions as workshop
from inventory.models import Device, DeviceHardware, DeviceKind, Place, PlaceKind
from lending import actions
from lending.actions import RecipeLine
from lending.models import (
    CountedKind,
    EquipmentRequest,
    Modem,
    ModemKind,
    Pack,
    PackLine,
    SimCard,
    TemplateVersion,
)
from lending.states import LineNature
from tests.kept import kept
from tests.lending.requests import approved
from tests.lending.world import Partners, make_partners
from tests.world import GIB, Numbers, World, make_world

LAPTOP = RecipeLine(LineNature.MAIN, "Ordinateur", kinds=(DeviceKind.LAPTOP,))
SCREEN = RecipeLine(
    LineNature.DEVICE, "Écran", kinds=(DeviceKind.SCREEN,), is_optional=True
)
SIM = RecipeLine(LineNature.CONNECTION, "Carte SIM")
HOTSPOT = RecipeLine(LineNature.CONNECTION, "Clé 4G", modem=True)
LINUX = RecipeLine(LineNature.ENVIRONMENT, "Bureau", profile="linux-emploi")


@dataclass
class Bench:
    """Where packs are made, and who makes them."""

    world: World
    partners: Partners
    numbers: Numbers = field(default_factory=Numbers)

    @property
    def packer(self) -> User:
        return self.world.technician

    @property
    def coordinator(self) -> User:
        return self.partners.coordinator

    def recipe(self, *lines: RecipeLine, name: str = "") -> TemplateVersion:
        return actions.write_template(
            name=name or f"Pack {next(self.numbers)}",
            lines=lines or (LAPTOP,),
            by=self.world.lead,
        )

    def begin(
        self, *lines: RecipeLine, request: EquipmentRequest | None = None
    ) -> Pack:
        return actions.begin_pack(
            version=self.recipe(*lines),
            site=self.world.site,
            request=request,
            by=self.packer,
        )

    def fill(self, pack: Pack, *units: Any) -> PackLine:
        for unit in units:
            line = actions.put_in(pack=pack, unit=unit, by=self.packer)
        return line

    def closed(self, *lines: RecipeLine, units: tuple[Any, ...] = ()) -> Pack:
        """A closed pack: of one laptop unless told otherwise."""
        pack = self.begin(*lines)
        self.fill(pack, *(units or (self.world.ready(),)))
        return actions.close_pack(pack=pack, by=self.packer)

    def placed(self, pack: Pack) -> Pack:
        return actions.place_pack(pack=pack, place=self.shelf(), by=self.packer)

    def shelf(self, name: str = "Étagère des packs") -> Place:
        known = Place.objects.filter(name=name).first()
        return known or workshop.open_place(
            site=self.world.site, kind=PlaceKind.SHELF, name=name, by=self.world.lead
        )

    def with_memory(self, gib: float, **fields: object) -> Device:
        """A ready laptop whose report said how much memory it has."""
        device = self.world.ready(**fields)
        size = int(gib * GIB)
        DeviceHardware.objects.update_or_create(
            device=device,
            defaults={"facts": {"memory_bytes": size}, "memory_bytes": size},
        )
        return device

    def mice(self, count: int = 3) -> CountedKind:
        kind = actions.open_counted_kind(code="MOUSE", name="Souris", by=self.packer)
        if count:
            actions.receive_counted(
                kind=kind, site=self.world.site, count=count, by=self.packer
            )
        return kind

    def card(self) -> SimCard:
        return actions.receive_sim(
            iccid=f"893301{next(self.numbers):012d}",
            site=self.world.site,
            by=self.coordinator,
        )

    def hotspot(self) -> Modem:
        return actions.receive_modem(
            imei=f"3500000000{next(self.numbers):05d}",
            kind=ModemKind.HOTSPOT,
            site=self.world.site,
            by=self.coordinator,
        )

    def request(self, **answers: Any) -> EquipmentRequest:
        """An accepted request, for so many packs."""
        return approved(self.partners, None, **answers)


def line_of(pack: Pack, label: str) -> PackLine:
    """The line of a pack as it is now."""
    return pack.lines.get(released_at=None, wanted__label=label)


@kept
def make_bench() -> Bench:
    world = make_world()
    return Bench(world, make_partners(world.site))
