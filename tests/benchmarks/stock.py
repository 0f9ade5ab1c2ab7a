"""A workshop with a stock of a given size; says, as JSON, what is in it.

    python -m tests.benchmarks.stock 100000

Run with the settings of the installation. Ends with 1 where the history of what
was seeded does not hold.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from agent import proofs, wire  # noqa: E402
from backoffice.core import journal  # noqa: E402
from inventory import actions  # noqa: E402
from inventory.methods import ErasurePolicy  # noqa: E402
from inventory.models import Device, DonorKind, Lot, Place, PlaceKind  # noqa: E402
from provisioning.models import ErasureRun  # noqa: E402
from tests.benchmarks.seed import seed  # noqa: E402
from tests.provisioning.erasing import SIZE, Bench  # noqa: E402
from tests.provisioning.machines import FakeMachine  # noqa: E402
from tests.stations import standing_at  # noqa: E402
from tests.world import World, make_world  # noqa: E402

DONORS = 12
LOTS = 4  # of each donor
PLACES = 20
MACHINES = 9
LABELS = 100
ERASING = 4
DRIVES_OF_EACH = 20


def lots(world: World) -> list[Lot]:
    opened: list[Lot] = [world.lot]
    for number in range(DONORS):
        donor = actions.register_donor(
            kind=DonorKind.COMPANY, name=f"Entreprise {number}", by=world.lead
        )
        donation = actions.record_donation(
            donor=donor,
            site=world.site,
            received_on=timezone.localdate(),
            erasure_policy=ErasurePolicy.STANDARD,
            by=world.lead,
        )
        opened += [
            actions.open_lot(donation=donation, label=f"Lot {n}", by=world.lead)
            for n in range(LOTS)
        ]
    return opened


def places(world: World) -> list[Place]:
    return [
        actions.open_place(
            site=world.site,
            kind=PlaceKind.SHELF,
            name=f"Étagère {number}",
            by=world.lead,
        )
        for number in range(PLACES)
    ]


def machine(world: World) -> dict[str, str]:
    """A machine that is bound to a device; it has not reported yet."""
    fake, device = FakeMachine(), world.receive()
    agent = fake.join(world, world.technician, device=device)
    return {
        "key": fake.key.private_bytes_raw().hex(),
        "agent": str(agent.uuid),
        "token": fake.token,
        "tag": device.tag,
    }


def erase(world: World) -> None:
    """Machines in the middle of erasing all their drives: eighty in all."""
    for number in range(ERASING):
        serials = tuple(f"BE{number:02d}{each:02d}" for each in range(DRIVES_OF_EACH))
        bench = Bench(world, serials=serials)
        bench.order()
        bench.confirm()
        for seq, run in enumerate(ErasureRun.objects.filter(device=bench.device), 1):
            stride = proofs.Stride(
                run_id=run.uuid, done_bytes=SIZE * seq // 100, total_bytes=SIZE
            )
            bench.say(seq, wire.Stage.PROGRESS, stride=stride, seconds_left=900)


def main(count: int) -> None:
    world = make_world()
    shelves = places(world)
    stocked = lots(world)
    machines = [machine(world) for _each in range(MACHINES)]
    erase(world)
    seed(count, lots=stocked, places=shelves[2:], by=world.technician)
    newest = Device.objects.filter(serial__startswith="BENCH").order_by("-pk")
    found: dict[str, Any] = {
        "sessions": [standing_at(world.technician, p) for p in shelves[:2]],
        "lead": standing_at(world.lead, shelves[0]),
        "machines": machines,
        "tags": list(newest.values_list("tag", flat=True)[:LABELS]),
        "serial": newest[0].serial,
        "donor": str(stocked[-1].donation.donor.uuid),
        "lot": stocked[-1].code,
        "place": str(shelves[3].uuid),
        "events": events_that_hold(),
    }
    json.dump(found, sys.stdout)


def events_that_hold() -> int:
    verdict = journal.verify()
    if not verdict.holds:
        sys.exit(f"the seeded history does not hold: {verdict.breaks[:3]}")
    return verdict.events


if __name__ == "__main__":
    main(int(sys.argv[1]))
