"""What people do at their desks while a machine is on the bench, and what they find.

    open SERIAL | ask EMAIL KIND [TEST…] | found

Run with the settings of the installation; asked by lines of JSON (`desks.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import django

django.setup()

from agent import wire  # noqa: E402
from backoffice.core.models import User  # noqa: E402
from inventory.methods import Medium  # noqa: E402
from inventory.models import Device, StorageDrive  # noqa: E402
from provisioning import actions  # noqa: E402
from provisioning.models import Agent, Job, JobKind, Report, Sighting  # noqa: E402
from tests.machine.desks import answer  # noqa: E402
from tests.world import make_world  # noqa: E402


def open_(serial: str) -> dict[str, Any]:
    """A workshop, and a laptop at its dock with one disk declared."""
    world = make_world()
    disk = world.drive(medium=Medium.HDD, model="EXEMPLE HDD", serial=serial)
    device = world.receive(disk)
    _row, code = actions.create_join_code(
        site=world.site, device=device, by=world.technician
    )
    return {"code": code, "device": device.tag, "lead": world.lead.email}


def ask(email: str, kind: str, *tests: str) -> dict[str, Any]:
    job = actions.ask_job(
        agent=Agent.objects.get(),
        kind=JobKind(kind),
        tests=[wire.Check(test) for test in tests],
        by=User.objects.get(email=email),
    )
    return {"job": str(job.uuid)}


def found() -> dict[str, Any]:
    """Everything the server holds of machines and devices."""
    drives = StorageDrive.objects.order_by("serial")
    sightings = Sighting.objects.order_by("serial")
    return {
        "agents": [str(uuid) for uuid in Agent.objects.values_list("uuid", flat=True)],
        "devices": list(Device.objects.values_list("tag", "hold_reason")),
        "drives": list(drives.values_list("serial", "bus", "gated", "host__tag")),
        "seen": list(sightings.values_list("serial", "is_boot_medium")),
        "jobs": list(
            Job.objects.order_by("asked_at").values_list("kind", "state", "step")
        ),
        "offsets": list(
            Report.objects.order_by("seq").values_list(
                "clock_offset_seconds", flat=True
            )
        ),
        "reports": [
            json.loads(report.payload)
            for report in Report.objects.retained().order_by("seq")
        ],
    }


ACTS: dict[str, Callable[..., dict[str, Any]]] = {
    "open": open_,
    "ask": ask,
    "found": found,
}


if __name__ == "__main__":
    answer(ACTS)
