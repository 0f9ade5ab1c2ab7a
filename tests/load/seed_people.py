"""Structures with their members, and technicians with machines to pack.

    python -m tests.load.seed_people PARTNERS TECHNICIANS

Says, as JSON, who signs in and what each works with.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402

from backoffice.core.models import User  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory.models import Device  # noqa: E402
from inventory.states import DeviceStatus  # noqa: E402
from lending.models import Beneficiary, Membership  # noqa: E402
from tests.benchmarks.lending.fill import Filled, fill  # noqa: E402
from tests.benchmarks.lending.structures import TEAM  # noqa: E402
from tests.world import PASSWORD, person  # noqa: E402

MACHINES = 30


def main(partners: int, technicians: int) -> None:
    filled = fill(partners // TEAM)
    # One hash for all of them: to make it is what takes long.
    User.objects.filter(email__startswith="membre.").update(
        password=make_password(PASSWORD)
    )
    told = {
        "partners": [_member(each) for each in _members(filled)],
        "password": PASSWORD,
        "technicians": _benches(filled, technicians),
    }
    json.dump(told, sys.stdout)


def _members(filled: Filled) -> list[Membership]:
    theirs = Membership.objects.filter(structure__in=filled.structures)
    return list(theirs.select_related("user").order_by("pk"))


def _member(membership: Membership) -> dict[str, Any]:
    known = Beneficiary.objects.filter(structure=membership.structure_id)
    return {"email": membership.user.email, "person": str(known[0].uuid)}


def _benches(filled: Filled, count: int) -> list[dict[str, Any]]:
    ready = Device.objects.filter(status=DeviceStatus.READY, packed=None)
    tags = list(ready.order_by("pk").values_list("tag", flat=True)[: count * MACHINES])
    return [
        {
            "email": person(Role.TECHNICIAN, name=f"Établi {number}").email,
            "machines": tags[number::count],
            "template": str(filled.version.template.uuid),
            "site": str(filled.world.site.uuid),
            "shelf": filled.world.room.tag,
        }
        for number in range(count)
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
