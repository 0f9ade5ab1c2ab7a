"""The free machines that would serve a request, least wasteful first: reads only.

The score of lending.actions.fitting, said in SQL: twenty thousand machines are ranked
where they are. Both say the same of every machine, as the tests show.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from backoffice.core.models import Site, User
from inventory.models import CheckOutcome, Device, QualityCheck, StorageDrive
from inventory.states import DeviceStatus
from lending.actions.fitting import (
    GB,
    GIB,
    HDD_GB,
    MEMORY_GIB,
    SLOW,
    SSD_GB,
    TOLERANCE,
)
from lending.actions.needs import Needs
from lending.models import PackLine

_YES_NO = BooleanField()


@dataclasses.dataclass(frozen=True)
class Bucket:
    """How many free machines are alike: in score, in whether they stand at the asked
    site, and in whether they have the camera that is asked for.
    """

    score: int
    is_here: bool
    is_fit: bool
    count: int


def free_machines(reader: User) -> QuerySet[Device]:
    """Ready, in no pack, and the reader's to see."""
    packed = PackLine.objects.filter(device=OuterRef("pk"), released_at=None)
    ready = Device.objects.visible_to(reader).filter(status=DeviceStatus.READY)
    return ready.filter(~Exists(packed))


def of_kinds(machines: QuerySet[Device], needs: Needs) -> QuerySet[Device]:
    """Those of `that_serve` that can be ranked, by their `score`."""
    return that_serve(machines, needs).alias(score=score())


def that_serve(machines: QuerySet[Device], needs: Needs) -> QuerySet[Device]:
    """Those of the kinds that are asked for, with whether they are `fit`: a camera that
    the quality check found to work, where one is asked for.
    """
    wanted = machines.filter(kind__in=needs.kinds)
    if not needs.camera:
        return wanted.alias(fit=Value(True))
    seen = QualityCheck.objects.filter(device=OuterRef("pk"), passed=True, void=False)
    return wanted.alias(fit=Exists(seen.filter(lines__camera=CheckOutcome.OK)))


def buckets(machines: QuerySet[Device], site: Site) -> list[Bucket]:
    """How many there are of each score, here and elsewhere, least wasteful first.

    The one statement that reads them all; `machines` are those of `of_kinds`.
    """
    here = Case(When(site=site, then=True), default=False, output_field=_YES_NO)
    each = machines.order_by().annotate(found=F("score"), here=here, is_fit=F("fit"))
    rows = each.values_list("found", "here", "is_fit").annotate(count=Count("pk"))
    found = [Bucket(*row) for row in rows]
    return sorted(found, key=lambda each: (each.score, not each.is_here))


def longest_on_the_shelf(
    machines: QuerySet[Device], bucket: Bucket, site: Site, *, most: int
) -> list[Device]:
    """The first of a bucket: found by walking those that became ready first.

    As a case: a planner believes that few rows have one score and a camera, and would
    read all of them and sort instead of walking the shelf.
    """
    such = When(score=bucket.score, fit=bucket.is_fit, then=True)
    is_alike = Case(such, default=False, output_field=_YES_NO)
    alike = machines.alias(is_alike=is_alike).filter(is_alike=True)
    alike = alike.filter(site=site) if bucket.is_here else alike.exclude(site=site)
    keys = list(
        alike.order_by("status_since", "pk").values_list("pk", flat=True)[:most]
    )
    # Joined in the same statement, a planner would begin with the few sites and sort.
    found = Device.objects.filter(pk__in=keys).select_related("site", "place")
    return sorted(found, key=lambda device: (device.status_since, device.pk))


def score() -> Combinable:
    """0 to 8: memory and the best drive inside; what is unknown counts as nothing."""
    drives = StorageDrive.objects.filter(host=OuterRef("pk")).order_by()
    points = Case(
        When(medium__in=SLOW, then=_points("size_bytes", HDD_GB, GB)),
        default=_points("size_bytes", SSD_GB, GB),
    )
    best = drives.values("host").annotate(best=Max(points)).values("best")
    return ExpressionWrapper(
        # Without a drive the sum is unknown, and the machine can do nothing.
        Coalesce(
            _points("hardware__memory_bytes", MEMORY_GIB, GIB) + Subquery(best),
            Value(0),
        ),
        output_field=IntegerField(),
    )


def _points(column: str, thresholds: Sequence[int], unit: int) -> Case:
    """How many of these thresholds a column of bytes reaches; the highest is asked first."""
    reached: list[Any] = [
        When(
            Q(**{f"{column}__gte": int(threshold * unit * TOLERANCE)}),
            then=Value(points),
        )
        for points, threshold in enumerate(thresholds, start=1)
    ]
    return Case(*reached[::-1], default=Value(0), output_field=IntegerField())
