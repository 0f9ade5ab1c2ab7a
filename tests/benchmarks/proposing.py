"""A stock whose machines have their hardware, and what proposing one of them takes.

    python -m tests.benchmarks.proposing 50000

Run with the settings of the installation. Says, as JSON, by what is asked for: how many
are free, the median in milliseconds, and the statements.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from backoffice.core.models import Site, User  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory.models import Device, DeviceHardware  # noqa: E402
from inventory.states import DeviceStatus  # noqa: E402
from lending.actions.proposals import propose_units  # noqa: E402
from lending.kinds import Capability, Goal  # noqa: E402
from lending.models import EquipmentRequest  # noqa: E402
from tests.benchmarks.seed import seed, settle  # noqa: E402
from tests.benchmarks.stock import lots, places  # noqa: E402
from tests.world import GIB, make_world, person  # noqa: E402

ROUNDS = 20
MEMORY_GIB = (4, 8, 8, 16)
ASKED: dict[str, tuple[list[Capability], list[Goal]]] = {
    "a computer": ([Capability.COMPUTER], [Goal.JOB_SEARCH]),
    "a laptop": ([Capability.LAPTOP], [Goal.JOB_SEARCH]),
    "a camera": ([Capability.CAMERA], [Goal.FAMILY]),
    "a computer to learn on": ([Capability.COMPUTER], [Goal.TRAINING]),
}


def main(count: int) -> None:
    world = make_world()
    seed(count, lots=lots(world), places=places(world), by=world.technician)
    _tell_hardware()
    settle()
    reader = person(Role.COORDINATOR)
    free = Device.objects.filter(status=DeviceStatus.READY).count()
    figures = {
        name: (free, *_asked(world.site, reader, capabilities, goals))
        for name, (capabilities, goals) in ASKED.items()
    }
    json.dump(figures, sys.stdout)


def _tell_hardware() -> None:
    """About as many facts as a report tells of a machine: a kilobyte of them."""
    keys = Device.objects.filter(serial__startswith="BENCH").values_list(
        "pk", flat=True
    )
    DeviceHardware.objects.bulk_create(
        (_hardware(pk, MEMORY_GIB[pk % len(MEMORY_GIB)] * GIB) for pk in keys),
        batch_size=2000,
    )


def _hardware(pk: int, size: int) -> DeviceHardware:
    parts = [{"kind": "keyboard", "name": f"Part {n} of {pk}"} for n in range(20)]
    facts = {"memory_bytes": size, "cpu": "Example CPU @ 1.70GHz", "parts": parts}
    return DeviceHardware(device_id=pk, facts=facts, memory_bytes=size)


def _asked(
    site: Site, reader: User, capabilities: list[Capability], goals: list[Goal]
) -> tuple[float, int]:
    request = EquipmentRequest(site=site, capabilities=capabilities, goals=goals)
    taken = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        propose_units(request, reader=reader)
        taken.append((time.perf_counter() - begun) * 1000)
    with CaptureQueriesContext(connection) as queries:
        assert propose_units(request, reader=reader).best is not None
    return statistics.median(taken), len(queries)


if __name__ == "__main__":
    main(int(sys.argv[1]))
