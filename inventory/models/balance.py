"""What became of what was given: received = the sum of its stages, always."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping

from django.db.models import Count

from inventory.models.device import DeviceQuerySet
from inventory.models.device_kind import DeviceKind
from inventory.states import STAGES, DeviceStatus, Stage

_STAGE_OF = {status: stage for stage, group in STAGES.items() for status in group}


@dataclasses.dataclass(frozen=True)
class KindLine:
    """One kind of device of a lot or donation: how many came, and where they are."""

    kind: DeviceKind
    received: int
    stages: Mapping[Stage, int]

    @property
    def counts(self) -> list[tuple[Stage, int]]:
        """In the order of Stage."""
        return [(stage, self.stages.get(stage, 0)) for stage in Stage]


@dataclasses.dataclass(frozen=True)
class Balance:
    """`received` is counted apart from `stages`; `holds` says whether they agree."""

    received: int
    announced: int
    stages: Mapping[Stage, int]
    lines: tuple[KindLine, ...]

    @property
    def holds(self) -> bool:
        return self.received == sum(self.stages.values())

    @property
    def counts(self) -> list[tuple[Stage, int]]:
        """In the order of Stage."""
        return [(stage, self.stages.get(stage, 0)) for stage in Stage]


def balance_of(devices: DeviceQuerySet) -> Balance:
    """The balance of these devices, in two queries; a second record counts not."""
    devices = devices.filter(merged_into=None)
    came = devices.exclude(status=DeviceStatus.ANNOUNCED)
    by_kind: dict[str, Counter[Stage]] = {}
    announced = 0
    rows = devices.order_by().values_list("kind", "status").annotate(count=Count("pk"))
    for kind, status, count in rows:
        if status == DeviceStatus.ANNOUNCED:
            announced += count
            continue
        by_kind.setdefault(kind, Counter())[_STAGE_OF[DeviceStatus(status)]] += count
    lines = tuple(
        KindLine(kind, by_kind[kind].total(), by_kind[kind])
        for kind in DeviceKind
        if kind in by_kind
    )
    stages = {
        stage: sum(line.stages.get(stage, 0) for line in lines) for stage in Stage
    }
    return Balance(came.count(), announced, stages, lines)
