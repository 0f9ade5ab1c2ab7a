"""Who works in the demo, and where."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import random

from backoffice.core.actors import At
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from backoffice.demo.clock import Story
from backoffice.demo.people import make_people
from inventory import actions
from inventory.models import Place, PlaceKind

MINUTE = dt.timedelta(minutes=1)


@dataclasses.dataclass
class Workshop:
    """Who works where, and chance, which is the same every time."""

    site: Site
    people: dict[Role, User]
    shelves: list[Place]
    benches: list[Place]
    cupboard: Place
    story: Story
    chance: random.Random
    serials: itertools.count[int] = dataclasses.field(
        default_factory=lambda: itertools.count(1001)
    )
    destructions: itertools.count[int] = dataclasses.field(
        default_factory=itertools.count
    )

    @property
    def technician(self) -> At:
        bench = self.chance.choice(self.benches)
        return At(self.people[Role.TECHNICIAN], station=bench.name)

    @property
    def lead(self) -> User:
        return self.people[Role.WORKSHOP_LEAD]

    @property
    def officer(self) -> User:
        return self.people[Role.DATA_SECURITY_OFFICER]


def open_workshop(story: Story) -> Workshop:
    site = Site.objects.create(name="Les Acacias", address="33300 Bordeaux")
    other = Site.objects.create(name="Rive droite", address="33100 Bordeaux")
    people = make_people(site)
    lead = people[Role.WORKSHOP_LEAD]

    def place(kind: PlaceKind, name: str, within: Place | None = None) -> Place:
        return actions.open_place(
            site=site, kind=kind, name=name, parent=within, by=lead
        )

    dock = place(PlaceKind.ROOM, "Quai de réception")
    room = place(PlaceKind.ROOM, "Atelier 2")
    store = place(PlaceKind.ROOM, "Réserve")
    benches = [place(PlaceKind.BENCH, f"Établi {n}", room) for n in (1, 2, 3)]
    shelves = [place(PlaceKind.SHELF, f"Étagère {n}", store) for n in "ABCD"]
    actions.open_place(site=other, kind=PlaceKind.ROOM, name="Accueil", by=lead)
    cupboard = actions.open_place(
        site=site,
        kind=PlaceKind.SHELF,
        name="Armoire à disques",
        parent=room,
        for_drives=True,
        by=lead,
    )
    chance = random.Random(20260101)  # noqa: S311 - a story, not a secret
    return Workshop(site, people, [dock, *shelves], benches, cupboard, story, chance)
