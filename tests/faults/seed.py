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
from inventory.methods import ErasurePolicy  # noqa: E402
from inventory.models import (  # noqa: E402
    Device,
    ErasureException,
    ErasureResult,
    Lot,
    Place,
    PlaceKind,
)
from provisioning.actions import order_erasure  # noqa: E402
from tests.faults.asked import asked as asked_for  # noqa: E402
from tests.faults.packing import packing  # noqa: E402
from tests.provisioning.machines import FakeMachine  # noqa: E402
from tests.stations import standing_at  # noqa: E402
from tests.world import World, make_world, person  # noqa: E402

MACHINES = 4
PEOPLE = 4
RECEIVED = 24
CHECKED = 8
TWO_PERSONS = 3


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


def officer(world: World) -> dict[str, Any]:
    """A second person, with a token."""
    user = person(Role.DATA_SECURITY_OFFICER, site=world.site)
    _row, secret = create_token(name="test", scope=TokenScope.WRITE, days=2, by=user)
    return {"token": secret, "sessions": []}


def asked(world: World, lot: Lot) -> dict[str, str]:
    """A device whose order to erase waits for another person than the lead."""
    device = world.receive(lot=lot)
    (run,) = order_erasure(device=device, drives=[device.drives.get()], by=world.lead)
    return {"tag": device.tag, "uuid": str(run.uuid)}


def odd(world: World) -> dict[str, str]:
    """A device whose erasure with exceptions waits for an officer."""
    device = world.receive()
    drive = device.drives.get()
    claim = world.claim(
        drive,
        result=ErasureResult.ERASED_WITH_EXCEPTIONS,
        exceptions=[ErasureException.HIDDEN_AREA_LEFT],
    )
    erasure = actions.record_erasure(drive=drive, claim=claim, by=world.technician)
    return {"tag": device.tag, "uuid": str(erasure.uuid)}


def lot_by_two(world: World) -> Lot:
    """Of a donor who wants a second person before anything is erased."""
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=world.donation.received_on,
        erasure_policy=ErasurePolicy(world.donation.erasure_policy),
        erasure_by_two=True,
        by=world.lead,
    )
    return actions.open_lot(donation=donation, label="À deux", by=world.lead)


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
    lot = lot_by_two(world)
    found = {
        "people": [technician(world, [world.room, shelf]) for _each in range(PEOPLE)],
        "machines": [machine(world) for _each in range(MACHINES)],
        "lot": world.lot.code,
        "places": [world.room.tag, shelf.tag],
        "received": [world.receive().tag for _each in range(RECEIVED)],
        "officers": [officer(world) for _each in range(PEOPLE)],
        "asked": [asked(world, lot) for _each in range(TWO_PERSONS)],
        "odd": [odd(world) for _each in range(TWO_PERSONS)],
        "lending": asked_for(world),
        "packing": packing(world),
        "checked": [checked(world).tag for _each in range(CHECKED)],
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
