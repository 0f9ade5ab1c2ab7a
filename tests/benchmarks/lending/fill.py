"""A workshop and the structures it lends to, of a given size."""

from __future__ import annotations

import dataclasses

from django.db import transaction
from django.db.models import Count

from backoffice.core.models import DocumentKind, DocumentSeries
from inventory.models import Device, DeviceKind, TagCounter
from inventory.states import DeviceStatus
from inventory.tags import TagKind
from lending import actions
from lending.actions import RecipeLine
from lending.models import (
    EquipmentRequest,
    Programme,
    Quota,
    RequestCounter,
    Structure,
    TemplateVersion,
)
from lending.states import UNDER_WAY, LineNature, RequestStatus
from tests.benchmarks.lending.cards import cards
from tests.benchmarks.lending.packs import pack
from tests.benchmarks.lending.requests import PACKED, STATES, YEAR, Asking, ask
from tests.benchmarks.lending.structures import REQUESTS, files, programme, structures
from tests.benchmarks.seed import BATCH, seed, settle
from tests.benchmarks.stock import lots, places
from tests.lending.world import Partners, make_partners
from tests.world import World, make_world

# For each structure, whatever their number.
DEVICES = 200
CARDS = 20


@dataclasses.dataclass(frozen=True)
class Filled:
    world: World
    partners: Partners
    structures: list[Structure]
    programme: Programme
    version: TemplateVersion


def fill(count: int) -> Filled:
    """So many structures, and all that each of them has: see the constants."""
    world = make_world()
    partners = make_partners(world.site)
    shelves = places(world)
    seed(DEVICES * count, lots=lots(world), places=shelves[2:], by=world.technician)
    made = structures(partners, count)
    filled = Filled(
        world=world,
        partners=partners,
        structures=made,
        programme=programme(partners, made),
        version=_recipe(world),
    )
    _lend(filled)
    cards(CARDS * count, world.site, world.lead)
    settle()
    return filled


def _recipe(world: World) -> TemplateVersion:
    kinds = (DeviceKind.LAPTOP, DeviceKind.DESKTOP, DeviceKind.MINI)
    line = RecipeLine(LineNature.MAIN, "Ordinateur", kinds=kinds)
    return actions.write_template(name="Ordinateur seul", lines=(line,), by=world.lead)


def _lend(filled: Filled) -> None:
    by = filled.partners.coordinator
    asking = Asking(filled.structures, filled.programme, by)
    count = REQUESTS * len(filled.structures)
    first = _next_pack()
    for begun in range(0, count, BATCH):
        numbers = range(begun, min(begun + BATCH, count))
        with transaction.atomic():
            people = files(filled.structures, numbers, by)
            asked = ask(asking, numbers, people)
            with_packs = [
                request
                for number, request in zip(numbers, asked, strict=True)
                if number % len(STATES) < PACKED
            ]
            ready = Device.objects.filter(
                status=DeviceStatus.READY, serial__startswith="BENCH", packed=None
            )
            devices = list(ready.order_by("-pk")[: len(with_packs)])
            pack(with_packs, devices, filled.version, first, by)
            first += len(with_packs)
    _count_on(filled, count, first)


def _next_pack() -> int:
    counter, _made = TagCounter.objects.get_or_create(prefix=TagKind.PACK)
    return counter.last + 1


def _count_on(filled: Filled, requests: int, next_pack: int) -> None:
    """What acts count, where they go on from."""
    TagCounter.objects.filter(prefix=TagKind.PACK).update(last=next_pack - 1)
    RequestCounter.objects.update_or_create(year=YEAR, defaults={"last": requests})
    DocumentSeries.objects.update_or_create(
        kind=DocumentKind.HANDOVER_SLIP, year=YEAR, defaults={"last": next_pack - 1}
    )
    quotas = list(Quota.objects.filter(programme=filled.programme))
    given = _by_structure(RequestStatus.FULFILLED)
    due = _by_structure(*UNDER_WAY)
    for quota in quotas:
        quota.handed_over = given[quota.structure_id]
        quota.promised = due[quota.structure_id]
    Quota.objects.bulk_update(quotas, ["handed_over", "promised"], batch_size=500)
    Programme.objects.filter(pk=filled.programme.pk).update(
        handed_over=sum(given.values())
    )


def _by_structure(*states: RequestStatus) -> dict[int, int]:
    """How many requests each structure has in these states."""
    asked = EquipmentRequest.objects.filter(status__in=states).order_by()
    counted = asked.values_list("structure").annotate(count=Count("pk"))
    return dict(counted)
