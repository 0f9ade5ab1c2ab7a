"""A workshop with people, machines and devices for clients to act on; says what is there.

Run as a program with the settings of the installation, through the acts people use.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from backoffice.core.actions import create_token  # noqa: E402
from backoffice.core.models.token import TokenScope  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory import actions  # noqa: E402
from inventory.models import Device, Place, PlaceKind  # noqa: E402
from tests.provisioning.machines import FakeMachine  # noqa: E402
from tests.stations import standing_at  # noqa: E402
from tests.world import World, make_world, person  # noqa: E402

MACHINES = 4
PEOPLE = 4
RECEIVED = 24
CHECKED = 8


def machine(world: World) -> dict[str, str]:
    """A machine that is bound to a device, with the key it signs with."""
    fake = FakeMachine()
    agent = fake.join(world, world.technician, device=world.receive())
    return {
        "key": fake.key.private_bytes_raw().hex(),
        "agent": str(agent.uuid),
        "token": fake.token,
    }


def technician(world: World, places: list[Place]) -> dict[str, Any]:
    """Somebody with a token, and at each place a browser that moves things there."""
    user = person(Role.TECHNICIAN, site=world.site)
    _row, secret = create_token(name="test", scope=TokenScope.WRITE, days=2, by=user)
    return {"token": secret, "sessions": [standing_at(user, p) for p in places]}


def checked(world: World) -> Device:
    """A device that only waits to be declared ready."""
    device = world.receive()
    world.erase(device.drives.get())
    world.to_check(device)
    lines: Any = world.good_lines(device)
    actions.pass_quality_check(device=device, lines=lines, by=world.technician)
    return device


def main() -> None:
    world = make_world()
    shelf = actions.open_place(
        site=world.site, kind=PlaceKind.SHELF, name="Étagère 1", by=world.lead
    )
    found = {
        "people": [technician(world, [world.room, shelf]) for _each in range(PEOPLE)],
        "machines": [machine(world) for _each in range(MACHINES)],
        "lot": world.lot.code,
        "places": [world.room.tag, shelf.tag],
        "received": [world.receive().tag for _each in range(RECEIVED)],
        "checked": [checked(world).tag for _each in range(CHECKED)],
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
