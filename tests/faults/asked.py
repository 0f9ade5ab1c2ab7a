"""Requests that wait for a decision, and quotas that cannot answer them all.

As a program, with the settings of the installation: what each quota has promised.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from backoffice.core.roles import Role  # noqa: E402
from lending import actions  # noqa: E402
from lending.models import EquipmentRequest, Quota  # noqa: E402
from tests.browser.seed import session_of  # noqa: E402
from tests.lending.requests import sent  # noqa: E402
from tests.lending.world import Partners, make_partners  # noqa: E402
from tests.world import World, person  # noqa: E402

# So many quotas of one pack, each asked for by so many.
QUOTAS = 3
ASKED_BY = 8


def asked(world: World) -> dict[str, Any]:
    """Coordinators with a browser each, and more requests than packs."""
    partners = make_partners(world.site)
    people = [
        person(Role.COORDINATOR, site=world.site, name=f"Coordination {number}")
        for number in range(ASKED_BY)
    ]
    return {
        "sessions": [session_of(user) for user in people],
        "quotas": [_quota(partners, number) for number in range(QUOTAS)],
    }


def _quota(partners: Partners, number: int) -> dict[str, Any]:
    programme = partners.programme(target=1, name=f"Programme {number}")
    actions.set_quota(
        programme=programme,
        structure=partners.structure,
        packs=1,
        by=partners.coordinator,
    )
    requests = [str(sent(partners).uuid) for _each in range(ASKED_BY)]
    return {"programme": str(programme.uuid), "requests": requests}


def promised() -> dict[str, Any]:
    """By programme: what its quota has promised, and the requests that it accepted."""
    return {
        str(quota.programme.uuid): [
            quota.promised,
            EquipmentRequest.objects.filter(
                programme=quota.programme, events__verb="approved"
            ).count(),
        ]
        for quota in Quota.objects.select_related("programme")
    }


if __name__ == "__main__":
    json.dump(promised(), sys.stdout)
