"""Many packs being made, and fewer things than packs that want them.

As a program, with the settings of the installation: who has what in the end.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.db.models import Sum  # noqa: E402

from backoffice.core.roles import Role  # noqa: E402
from inventory.models import Device, DeviceKind  # noqa: E402
from inventory.states import DeviceStatus  # noqa: E402
from lending import actions  # noqa: E402
from lending.actions import RecipeLine  # noqa: E402
from lending.models import CountedStock, PackLine  # noqa: E402
from lending.states import LineNature  # noqa: E402
from tests.browser.seed import session_of  # noqa: E402
from tests.world import World, person  # noqa: E402

PACKS = 64
PACKERS = 8
MACHINES = 4
MICE = 10


def packing(world: World) -> dict[str, Any]:
    """Packers with a browser each, a pack for every client, and few things to put in."""
    packers = [
        person(Role.TECHNICIAN, site=world.site, name=f"Préparation {number}")
        for number in range(PACKERS)
    ]
    by = packers[0]
    mouse = actions.open_counted_kind(code="MOUSE", name="Souris", by=by)
    actions.receive_counted(kind=mouse, site=world.site, count=MICE, by=by)
    lines = (
        RecipeLine(LineNature.MAIN, "Ordinateur", kinds=(DeviceKind.LAPTOP,)),
        RecipeLine(LineNature.COUNTED, "Souris", counted_kind=mouse),
    )
    version = actions.write_template(name="Emploi", lines=lines, by=world.lead)
    packs = [
        actions.begin_pack(version=version, site=world.site, by=by)
        for _each in range(PACKS)
    ]
    return {
        "sessions": [session_of(user) for user in packers],
        "packs": [pack.tag for pack in packs],
        "machines": [world.ready().tag for _each in range(MACHINES)],
        "mouse": mouse.code,
    }


def packed() -> dict[str, Any]:
    """By machine, the packs that have it; the mice left, packed, and by their movements."""
    held = PackLine.objects.filter(released_at=None).select_related("device", "pack")
    machines: dict[str, list[str]] = {}
    for line in held.filter(device__isnull=False):
        machines.setdefault(line.device.tag if line.device else "", []).append(
            line.pack.tag
        )
    stock = CountedStock.objects.get()
    reserved = Device.objects.filter(status=DeviceStatus.RESERVED)
    return {
        "machines": machines,
        "reserved": sorted(reserved.values_list("tag", flat=True)),
        "mice": [
            stock.on_hand,
            held.aggregate(total=Sum("quantity", default=0))["total"] - len(machines),
            stock.movements.aggregate(total=Sum("change"))["total"],
        ],
    }


if __name__ == "__main__":
    json.dump(packed(), sys.stdout)
