"""SIM cards in stock, each with its plan and its history."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backoffice.core.models import Site, User
from inventory.models import TagCounter
from inventory.tags import TagKind, format_tag
from lending.models import Plan, SimCard, SimEvent
from tests.benchmarks.chains import chained

# Of one plan in so many the end is near.
ENDING = 40


def cards(count: int, site: Site, by: User) -> None:
    now, today = timezone.now(), timezone.localdate()
    plan = Plan.objects.create(operator="Orange", name="20 Go", data_mb=20480, days=365)
    counter, _made = TagCounter.objects.get_or_create(prefix=TagKind.SIM)
    first = counter.last + 1
    made = SimCard.objects.bulk_create(
        SimCard(
            tag=format_tag(TagKind.SIM, number),
            iccid=f"893301{number:012d}5",
            iccid_key=f"893301{number:012d}",
            operator="Orange",
            site=site,
            plan=plan,
            plan_starts_on=today - dt.timedelta(days=30),
            plan_ends_on=today + dt.timedelta(days=5 if number % ENDING == 0 else 300),
            status_since=now,
        )
        for number in range(first, first + count)
    )
    SimEvent.objects.bulk_create(
        event
        for each in made
        for event in chained(SimEvent, each, [("received", {})], now, by)
    )
    TagCounter.objects.filter(pk=counter.pk).update(last=counter.last + count)
