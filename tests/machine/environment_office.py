"""What people do at their desks while a machine gets its environment, and what they see.

    open SERIAL | publish CONTENT FILE… | install | pack SERIAL SLUG | found

Run with the settings of the installation; asked by lines of JSON (`desks.py`).
`CONTENT` is what the base says, as JSON; each FILE goes into the library first and is
named in it as `{0}`, `{1}` and so on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from backoffice.core.models import User  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory.methods import Medium  # noqa: E402
from inventory.models import Device  # noqa: E402
from lending.actions import ApnFacts, add_apn, receive_sim  # noqa: E402
from provisioning import actions  # noqa: E402
from provisioning.kinds import ResourceKind  # noqa: E402
from provisioning.models import (  # noqa: E402
    Agent,
    Channel,
    Environment,
    EnvironmentProfile,
    EnvironmentRun,
    EnvironmentVersion,
    Job,
)
from provisioning.starter.loading import load  # noqa: E402
from tests.machine.desks import answer  # noqa: E402
from tests.provisioning.assigned import assigned  # noqa: E402
from tests.provisioning.environments.world import published  # noqa: E402
from tests.provisioning.files import in_library  # noqa: E402
from tests.world import make_world, person  # noqa: E402

ICCID = "8933010000000000010"  # of a fictional card
KINDS = {
    ".pdf": ResourceKind.SHEET,
    ".zip": ResourceKind.ARCHIVE,
    ".zim": ResourceKind.ZIM,
}


def open_(serial: str) -> dict[str, Any]:
    world = make_world()
    disk = world.drive(medium=Medium.HDD, model="EXEMPLE HDD", serial=serial)
    device = world.receive(disk)
    _row, code = actions.create_join_code(
        site=world.site, device=device, by=world.technician
    )
    return {"code": code, "device": device.tag}


def publish(content: str, *files: str) -> dict[str, Any]:
    """A version for every machine; its exact bytes by their hash."""
    lead = _lead()
    for number, file in enumerate(files):
        path = Path(file)
        held = in_library(lead, path.read_bytes(), KINDS[path.suffix])
        content = content.replace(f"{{{number}}}", held.blob.sha256)
    version = published(lead, "essai", **json.loads(content))
    return _exact(version)


def _exact(version: EnvironmentVersion) -> dict[str, Any]:
    profile = version.profiles.get(channel=Channel.STABLE)
    return {
        "order": f"{version.environment.slug}/{version.number}/{profile.sha256}",
        "body": bytes(profile.body).decode(),
    }


def pack(serial: str, slug: str) -> dict[str, Any]:
    """A ready environment, and a pack that asks for it: with its card, and the label
    with its passphrase."""
    world = make_world()
    coordinator = person(Role.COORDINATOR, site=world.site)
    made = next(each for each in load(by=world.lead) if each.slug == slug)
    version = actions.publish_version(environment=made, by=world.lead)
    actions.promote_version(version=version, by=world.lead)
    device = world.ready(world.drive(medium=Medium.HDD, serial=serial))
    apn = ApnFacts(operator="Exemple", name="Exemple", apn="exemple.fr", is_usual=True)
    add_apn(facts=apn, by=person(Role.COORDINATOR))
    card = receive_sim(iccid=ICCID, operator="Exemple", site=world.site, by=coordinator)
    _row, code = actions.create_join_code(
        site=world.site, device=device, by=world.technician
    )
    asked = assigned(world, device, slug)
    asked.iccid = card.iccid
    asked.save()
    actions.print_passphrase(device=device, by=world.technician)
    return {"code": code, **_exact(version)}


def install() -> dict[str, Any]:
    job = actions.install_environment(
        device=Device.objects.get(),
        version=EnvironmentVersion.objects.get(),
        by=_lead(),
    )
    return {"job": str(job.uuid)}


def _lead() -> User:
    found: User = User.objects.get(email__startswith=f"{Role.WORKSHOP_LEAD.value}.")
    return found


def found() -> dict[str, Any]:
    """Jobs as they stand, and every pass with its steps."""
    return {
        "agents": Agent.objects.count(),
        "bound": Agent.objects.filter(device__isnull=False).count(),
        "verified": [
            actions.environment_verified(device, environment.slug)
            for device in Device.objects.all()
            for environment in Environment.objects.filter(versions__isnull=False)
        ],
        "profiles": EnvironmentProfile.objects.count(),
        "jobs": list(Job.objects.order_by("asked_at").values_list("state", "step")),
        "runs": [
            {
                "aim": run.aim,
                "outcome": run.outcome,
                "resumed": run.resumed,
                "message": run.message,
                "steps": list(run.steps.values_list("step", "state", "code", "ms")),
            }
            for run in EnvironmentRun.objects.order_by("pk")
        ],
    }


ACTS: dict[str, Callable[..., dict[str, Any]]] = {
    "open": open_,
    "publish": publish,
    "pack": pack,
    "install": install,
    "found": found,
}


if __name__ == "__main__":
    answer(ACTS)
