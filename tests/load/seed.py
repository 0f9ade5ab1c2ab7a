"""A workshop whose machines may all join: `python -m tests.load.seed COUNT` prints codes.

Each code is for a device of its own, with the disk that its machine will show.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from inventory.methods import Medium  # noqa: E402
from provisioning import actions  # noqa: E402
from tests.load.laptop import serial  # noqa: E402
from tests.world import World, make_world  # noqa: E402


def code(world: World, number: int) -> str:
    disk = world.drive(medium=Medium.HDD, serial=serial(number))
    device = world.receive(disk)
    row = actions.create_join_code(site=world.site, device=device, by=world.technician)
    return row[1]


def main() -> None:
    world = make_world()
    codes = [code(world, number) for number in range(int(sys.argv[1]))]
    json.dump(codes, sys.stdout)


if __name__ == "__main__":
    main()
