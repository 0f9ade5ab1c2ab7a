"""Many requests that nobody spoke of, and the job that ends them.

    python -m tests.faults.expiring seed COUNT | expire | audit

With the settings of an installation: real rows, real processes. `expire` says after
every request how many it has ended.
"""

from __future__ import annotations

import datetime as dt
import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from backoffice.core.models import Outgoing  # noqa: E402
from lending import actions  # noqa: E402
from lending.actions import expire_stale_request  # noqa: E402
from lending.background import expire_stale_requests  # noqa: E402
from lending.models import EquipmentRequest, RequestEvent, Structure  # noqa: E402
from lending.states import RequestStatus  # noqa: E402
from tests.lending.world import make_partners  # noqa: E402

LONG = dt.timedelta(days=90)


def seed(count: int) -> None:
    """So many on the waiting list, asked about long ago, and nobody answered."""
    structure = Structure.objects.first() or make_partners().structure
    asked_by = structure.memberships.earliest("pk").user
    Outgoing.objects.all().delete()
    then = timezone.now() - LONG
    EquipmentRequest.objects.bulk_create(
        EquipmentRequest(
            number=f"DEM-2025-{number:05d}",
            structure=structure,
            site=structure.site,
            asked_by=asked_by,
            for_one=False,
            quantity=1,
            goals=["job_search"],
            capabilities=["laptop"],
            status=RequestStatus.WAITING,
            status_since=then,
            submitted_at=then,
            last_news_at=then,
            warned_at=then + dt.timedelta(days=60),
        )
        for number in range(1, count + 1)
    )


def expire() -> None:
    """As the job does, and spoken of."""

    def spoken_of(**facts: object) -> bool:
        ended = expire_stale_request(**facts)  # type: ignore[arg-type]
        print(EquipmentRequest.objects.filter(status="expired").count(), flush=True)  # noqa: T201
        return ended

    actions.expire_stale_request = spoken_of
    expire_stale_requests()
    print("done", flush=True)  # noqa: T201


def audit() -> None:
    expired = RequestEvent.objects.filter(verb="expired")
    told = {
        "ended": EquipmentRequest.objects.filter(status="expired").count(),
        "events": list(expired.values_list("subject", flat=True)),
        "mails": list(Outgoing.objects.values_list("key", flat=True)),
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["seed", count]:
            seed(int(count))
        case ["expire"]:
            expire()
        case ["audit"]:
            audit()
        case _:
            sys.exit(__doc__)
