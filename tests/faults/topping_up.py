"""One person with a card, and colleagues who top it up: what they may give in all.

As a program, with the settings of the installation: makes them, or (`given`) says what
the person was given.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from backoffice.core.models import Site  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from lending import actions  # noqa: E402
from lending.actions import PersonFacts, StructureFacts, holding  # noqa: E402
from lending.kinds import SpokenLanguage, StructureKind  # noqa: E402
from lending.models import TopUp, TopUpHelp  # noqa: E402
from tests.browser.seed import session_of  # noqa: E402
from tests.world import person  # noqa: E402

COLLEAGUES = 8


def helped() -> dict[str, Any]:
    """The colleagues’ sessions, and the tag of the card that the person holds."""
    site = Site.objects.create(name="Quai des Recharges")
    colleagues = [
        person(Role.COORDINATOR, site=site, name=f"Recharge {number}")
        for number in range(COLLEAGUES)
    ]
    by = colleagues[0]
    told = StructureFacts(name="CCAS des Recharges", kind=StructureKind.CCAS)
    structure = actions.register_structure(facts=told, site=site, by=by)
    somebody = actions.open_beneficiary(
        structure=structure,
        facts=PersonFacts(first_name="Amina"),
        notice_language=SpokenLanguage.FRENCH,
        by=by,
    )
    card = actions.receive_sim(iccid="8933010000000009990", site=site, by=by)
    with transaction.atomic():
        holding.reserve_sim(card, by)
        holding.assign_sim(card, somebody, timezone.localdate(), by)
    return {
        "sessions": [session_of(each) for each in colleagues],
        "card": card.tag,
        "today": timezone.localdate().isoformat(),
    }


def given() -> dict[str, Any]:
    """What was written down, and how many times the help was begun."""
    found = TopUp.objects.aggregate(cents=Sum("value_cents", default=0))
    return {"cents": found["cents"], "helps": TopUpHelp.objects.count()}


if __name__ == "__main__":
    json.dump(given() if "given" in sys.argv else helped(), sys.stdout)
