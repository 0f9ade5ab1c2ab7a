"""What happens to requests by themselves, night after night.

Each is an act of its own, found in batches: a job that died goes on where it stopped,
what was done is not found again, and nobody is written to twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from django.utils import timezone

from backoffice.core.actors import Actor, Machine
from lending import actions
from lending.models import EquipmentRequest
from lending.models.request import RequestQuerySet

BATCH = 500
_JOB = Machine("requests")


class _Act(Protocol):
    def __call__(
        self, *, request: EquipmentRequest, now: dt.datetime, by: Actor
    ) -> bool: ...


def warn_stale_requests() -> int:
    """Ask after sixty days without news whether they are still needed; how many."""
    return _each(EquipmentRequest.objects.to_warn, actions.warn_stale_request)


def expire_stale_requests() -> int:
    """End what nobody has spoken of for fourteen days after that; how many."""
    return _each(EquipmentRequest.objects.to_expire, actions.expire_stale_request)


def take_up_adjourned_requests() -> int:
    """Have what was put off until today read again; how many."""
    due = EquipmentRequest.objects.adjourned_until_now
    return _each(due, actions.take_up_adjourned_request)


def _each(due: Callable[[dt.datetime], RequestQuerySet], act: _Act) -> int:
    now, done, last = timezone.now(), 0, 0
    while batch := list(due(now).filter(pk__gt=last).order_by("pk")[:BATCH]):
        done += sum(act(request=request, now=now, by=_JOB) for request in batch)
        last = batch[-1].pk
    return done
