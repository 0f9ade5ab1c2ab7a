"""What happens to requests and loans by themselves, day after day.

Each request is an act of its own, found in batches: a job that died goes on where it stopped,
what was done is not found again, and nobody is written to twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from django.utils import timezone

from backoffice.core.actors import Actor, Machine
from lending import actions
from lending.actions.reminders import remind_batch
from lending.models import EquipmentRequest, Loan
from lending.models.request import RequestQuerySet
from lending.reminding import STEPS

BATCH = 500
# The hours of the day in which people are written to, by the local clock.
AWAKE = range(8, 20)
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


def remind_loans(now: dt.datetime | None = None) -> int:
    """Write the reminders of loans that are due, by day; how many.

    Batch after batch, each whole or not at all. Nobody is written to at night.
    """
    local = timezone.localtime(now)
    if not AWAKE.start <= local.hour < AWAKE.stop:
        return 0
    today, done, last = local.date(), 0, 0
    soon = today - dt.timedelta(days=STEPS[0])
    due = Loan.objects.active().filter(due_on__lte=soon).order_by("pk")
    keys = due.values_list("pk", flat=True)
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        done += remind_batch(loans=batch, today=today, by=Machine("loans"))
        last = batch[-1]
    return done


def _each(due: Callable[[dt.datetime], RequestQuerySet], act: _Act) -> int:
    now, done, last = timezone.now(), 0, 0
    while batch := list(due(now).filter(pk__gt=last).order_by("pk")[:BATCH]):
        done += sum(act(request=request, now=now, by=_JOB) for request in batch)
        last = batch[-1].pk
    return done
