"""Orders to erase that wait for a second person, for the page of approvals."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from backoffice.core.models import User
from inventory.views.tiles import capped
from inventory.views.to_approve import ToApprove
from provisioning.models import ErasureRun, RunState
from provisioning.models.erasure_run import ErasureRunQuerySet

ORDER = "provisioning.order_erasure"
# More than anybody lets wait.
SHOWN = 200


@dataclasses.dataclass(frozen=True)
class Asked:
    """One order: its runs, of one device, in the order of their drives."""

    runs: Sequence[ErasureRun]
    is_own: bool

    @property
    def first(self) -> ErasureRun:
        return self.runs[0]


def _asked(user: User) -> ErasureRunQuerySet:
    sites = user.site_ids(ORDER)
    asked = ErasureRun.objects.visible_to(user).filter(state=RunState.ASKED)
    return asked if sites is None else asked.filter(device__site__in=sites)


def _orders(user: User) -> list[Asked]:
    """The oldest first."""
    of_order: dict[object, list[ErasureRun]] = {}
    runs = _asked(user).select_related("drive", "device", "asked_by").order_by("pk")
    for run in runs[:SHOWN]:
        of_order.setdefault(run.order, []).append(run)
    return [
        Asked(runs, is_own=runs[0].asked_by_id == user.pk) for runs in of_order.values()
    ]


def _count(user: User) -> int:
    return capped(_asked(user).values("order").distinct())


ORDERS = ToApprove("provisioning/orders_to_approve.html", ORDER, _orders, _count)
