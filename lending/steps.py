"""How far a request has come, in the five steps that a partner is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from lending.states import UNDECIDED, RequestStatus

STEPS: tuple[str | Promise, ...] = (
    pgettext_lazy("step of a request", "Sent"),
    pgettext_lazy("step of a request", "Accepted"),
    pgettext_lazy("step of a request", "In preparation"),
    pgettext_lazy("step of a request", "Appointment"),
    pgettext_lazy("step of a request", "Handed over"),
)
_REACHED: Mapping[RequestStatus, int] = {
    **dict.fromkeys(UNDECIDED, 1),
    RequestStatus.APPROVED: 2,
    RequestStatus.ALLOCATED: 3,
    RequestStatus.SCHEDULED: 4,
    RequestStatus.FULFILLED: 5,
}


class Step(NamedTuple):
    """One of the five: past, where it stands now, or to come."""

    label: str | Promise
    is_past: bool
    is_now: bool


class Steps(NamedTuple):
    """All five; `reached` counts from 1, and is 0 for what takes no such way."""

    steps: tuple[Step, ...]
    reached: int
    now: str | Promise


def steps_of(status: RequestStatus) -> Steps:
    """The five steps; none for a draft, and for what ended another way."""
    reached = _REACHED.get(status, 0)
    if not reached:
        return Steps((), 0, "")
    steps = tuple(
        Step(label, number < reached, number == reached)
        for number, label in enumerate(STEPS, 1)
    )
    return Steps(steps, reached, STEPS[reached - 1])
