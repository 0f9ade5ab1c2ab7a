"""Fills the database of a browser test and says, as JSON, what is in it.

Run as a program with the settings of the server under test, through the same acts
as people use.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import django
from django.conf import settings

django.setup()

from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)

from backoffice.core.models import User  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory import actions  # noqa: E402
from inventory.methods import Medium  # noqa: E402
from inventory.models import Bus, Device, PlaceKind  # noqa: E402
from provisioning.actions import ask_job  # noqa: E402
from provisioning.models import JobKind  # noqa: E402
from tests.provisioning.machines import FakeMachine  # noqa: E402
from tests.provisioning.machines import drive as seen  # noqa: E402
from tests.world import World, make_world, person  # noqa: E402


def session_of(user: User) -> str:
    """The cookie of somebody who has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def devices(world: World) -> dict[str, Device]:
    """One device at each step of the main line."""
    triaged, bench, checked = world.receive(), world.receive(), world.receive()
    actions.triage_device(device=triaged, by=world.technician)
    actions.triage_device(device=bench, by=world.technician)
    actions.start_refurbishment(device=bench, by=world.technician)
    world.erase(checked.drives.get())
    world.to_check(checked)
    ssd = world.drive(
        medium=Medium.SATA_SSD, bus=Bus.SATA, model="SSD256", size_bytes=256 * 10**9
    )
    return {
        "received": world.receive(),
        "to_process": triaged,
        "in_refurbishment": bench,
        "in_quality_check": checked,
        "ready": world.ready(),
        "with_ssd": world.receive(ssd),
        "not_erased_in_check": world.to_check(world.receive()),
    }


def described(device: Device) -> dict[str, Any]:
    drive = device.drives.get()
    return {
        "tag": device.tag,
        "shown": device.display_tag,
        "serial": device.serial,
        "drive_serial": drive.serial,
        "drive_uuid": str(drive.uuid),
    }


def machine(world: World) -> dict[str, str]:
    """A machine on the bench, of which tests are asked."""
    fake, device = FakeMachine(), world.receive()
    agent = fake.join(world, world.technician, device)
    fake.send(seen(serial=device.drives.get().serial))
    job = ask_job(agent=agent, kind=JobKind.TESTS, by=world.technician)
    return {
        "uuid": str(agent.uuid),
        "token": fake.token,
        "job": str(job.uuid),
        "shown": device.display_tag,
    }


def main() -> None:
    world = make_world()
    bench = actions.open_place(
        site=world.site, kind=PlaceKind.BENCH, name="Établi 3", by=world.lead
    )
    people = {
        "technician": world.technician,
        "lead": world.lead,
        "officer": world.officer,
        "auditor": person(Role.AUDITOR, name="Aude T."),
    }
    found = {
        "people": {name: session_of(user) for name, user in people.items()},
        "emails": {name: user.email for name, user in people.items()},
        "site": world.site.name,
        "lot": world.lot.code,
        "donation": str(world.donation.uuid),
        "places": {"room": world.room.tag, "bench": bench.tag},
        "machine": machine(world),
        "cupboard": world.cupboard.tag,
        "devices": {name: described(d) for name, d in devices(world).items()},
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
