"""What people do at their desks while drives are erased, and what the server holds.

    open POLICY SERIAL | report | order SERIAL… | confirm | found

Run with the settings of the installation; asked by lines of JSON (`desks.py`). The lead
orders, the technician confirms in front of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import django

django.setup()

from backoffice.core.models import User  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory import gate  # noqa: E402
from inventory.methods import ErasurePolicy  # noqa: E402
from inventory.models import Device, Erasure, StorageDrive  # noqa: E402
from provisioning import actions  # noqa: E402
from provisioning.models import Agent, ErasureRun, Job, JobKind, Report, Sighting  # noqa: E402
from tests.machine.desks import answer  # noqa: E402
from tests.world import make_world  # noqa: E402


def open_(policy: str, serial: str) -> dict[str, Any]:
    """A workshop, and a laptop at its dock with one disk declared, as on its label."""
    world = make_world(policy=ErasurePolicy(policy))
    disk = world.drive(make="", model="", serial=serial, size_bytes=None)
    device = world.receive(disk)
    _row, code = actions.create_join_code(
        site=world.site, device=device, by=world.technician
    )
    return {"code": code, "device": device.tag}


def report() -> dict[str, Any]:
    """Ask the machine what is in it now."""
    job = actions.ask_job(
        agent=Agent.objects.get(), kind=JobKind.REPORT, by=_somebody(Role.WORKSHOP_LEAD)
    )
    return {"job": str(job.uuid)}


def order(*serials: str) -> dict[str, Any]:
    device = Device.objects.get()
    drives = StorageDrive.objects.filter(host=device, serial__in=serials)
    runs = actions.order_erasure(
        device=device, drives=list(drives), by=_somebody(Role.WORKSHOP_LEAD)
    )
    return {"runs": [str(run.uuid) for run in runs]}


def confirm() -> dict[str, Any]:
    device = Device.objects.get()
    runs = actions.confirm_order(device=device, by=_somebody(Role.TECHNICIAN))
    return {"runs": [str(run.uuid) for run in runs]}


def _somebody(role: Role) -> User:
    found: User = User.objects.get(email__startswith=f"{role.value}.")
    return found


def found() -> dict[str, Any]:
    """Runs and erasures by serial; what stands in the way of the device; what came."""
    device = Device.objects.get()
    runs = ErasureRun.objects.order_by("pk")
    erasures = Erasure.objects.order_by("pk")
    drives = StorageDrive.objects.order_by("pk")
    blockers = gate.blockers(device, list(device.drives.all()))
    payloads = [
        json.loads(report.payload)
        for report in Report.objects.retained().order_by("seq")
    ]
    return {
        "agents": [str(uuid) for uuid in Agent.objects.values_list("uuid", flat=True)],
        "jobs": list(Job.objects.order_by("asked_at").values_list("state", flat=True)),
        "runs": dict(runs.values_list("drive__serial", "state")),
        "results": dict(runs.values_list("drive__serial", "result")),
        "refused": dict(runs.values_list("drive__serial", "refused")),
        "percents": dict(runs.values_list("drive__serial", "percent")),
        "erasures": {
            serial: list(facts)
            for serial, *facts in erasures.values_list(
                "drive__serial", "result", "technique", "erasure_class"
            )
        },
        "drives": dict(drives.values_list("serial", "status")),
        "seen": dict(Sighting.objects.values_list("serial", "is_boot_medium")),
        "blockers": [blocker.code for blocker in blockers],
        "hold": device.hold_reason,
        "reports": [each["kind"] for each in payloads],
        "firmware": next((each["firmware"] for each in payloads), {}),
        "records": [each["erasure"] for each in payloads if each.get("erasure")],
    }


ACTS: dict[str, Callable[..., dict[str, Any]]] = {
    "open": open_,
    "report": report,
    "order": order,
    "confirm": confirm,
    "found": found,
}


if __name__ == "__main__":
    answer(ACTS)
