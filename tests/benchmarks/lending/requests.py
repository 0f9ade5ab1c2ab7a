"""Requests in every state, with what happened to each until it stood there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from backoffice.core.models import User
from lending.kinds import Capability, Goal, Situation, Urgency, UrgencyReason
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    Programme,
    RequestEvent,
    RequestMessage,
    Structure,
)
from lending.states import (
    EndReason,
    HandOverMode,
    RefusalReason,
    RequestStatus,
)
from tests.benchmarks.chains import Facts, chained

R = RequestStatus
# What has become of a request; each is as common as it stands here. Those that have
# a pack come first.
STATES = (
    *(R.FULFILLED,) * 6,
    R.ALLOCATED,
    R.SCHEDULED,
    R.SUBMITTED,
    R.WAITING,
    R.APPROVED,
    R.UNDER_REVIEW,
    R.ADJOURNED,
    R.INCOMPLETE,
    R.DRAFT,
    R.REFUSED,
    R.REFUSED,
    R.WITHDRAWN,
    R.EXPIRED,
    R.DISMISSED,
)
PACKED = 8
ENDED = {
    R.WITHDRAWN: EndReason.FOUND_ELSEWHERE,
    R.EXPIRED: EndReason.NO_NEWS,
    R.DISMISSED: EndReason.DUPLICATE,
}
ACCEPTED = {R.FULFILLED, R.ALLOCATED, R.SCHEDULED, R.APPROVED}
MODES = (HandOverMode.LOAN, HandOverMode.LOAN, HandOverMode.GIFT)
# Minutes over which they were asked: the year so far.
SPREAD = 400_000
YEAR = 2026


@dataclasses.dataclass(frozen=True)
class Asking:
    """What every request of a batch shares."""

    structures: Sequence[Structure]
    programme: Programme
    by: User


def ask(
    asking: Asking, numbers: range, people: Sequence[Beneficiary]
) -> list[EquipmentRequest]:
    """One request for each person, with its messages and its history."""
    made = EquipmentRequest.objects.bulk_create(
        _request(asking, number, person)
        for number, person in zip(numbers, people, strict=True)
    )
    RequestMessage.objects.bulk_create(
        RequestMessage(
            request=each,
            author=asking.by,
            from_structure=False,
            text="Pouvez-vous confirmer l’adresse du rendez-vous ?",
        )
        for each in made
        if each.status in {R.SCHEDULED, R.INCOMPLETE, R.WAITING}
    )
    RequestEvent.objects.bulk_create(
        event
        for each in made
        for event in chained(
            RequestEvent, each, _life(each), each.status_since, asking.by
        )
    )
    return made


def _request(asking: Asking, number: int, person: Beneficiary) -> EquipmentRequest:
    state = STATES[number % len(STATES)]
    since = timezone.now() - dt.timedelta(minutes=SPREAD - number % SPREAD)
    sent = state != R.DRAFT
    decided = state in ACCEPTED | {R.REFUSED}
    urgency = Urgency(number % 3)
    return EquipmentRequest(
        number=f"DEM-{YEAR}-{number + 1:05d}" if sent else "",
        structure=person.structure,
        site_id=person.site_id,
        programme=asking.programme if state in ACCEPTED else None,
        asked_by=person.referent or asking.by,
        for_one=True,
        beneficiary=person,
        situation=Situation.NONE,
        goals=[Goal.JOB_SEARCH, Goal.ADMIN],
        capabilities=[Capability.LAPTOP],
        urgency=urgency,
        urgency_reason=UrgencyReason.JOB_START if urgency else "",
        mode=MODES[number // len(STATES) % len(MODES)] if state in ACCEPTED else "",
        status=state,
        status_since=since,
        refusal_reason=RefusalReason.NOT_ELIGIBLE if state == R.REFUSED else "",
        end_reason=ENDED.get(state, ""),
        adjourned_until_on=(
            timezone.localdate() + dt.timedelta(days=30)
            if state == R.ADJOURNED
            else None
        ),
        submitted_at=since if sent else None,
        decided_at=since if decided else None,
        decided_by=asking.by if decided else None,
        # Nothing of it is to be warned or to expire: that is another bench.
        last_news_at=timezone.now(),
    )


def _life(request: EquipmentRequest) -> Iterator[Facts]:
    """What happened to a request until it stood where it stands."""
    state = RequestStatus(request.status)
    yield "begun", {"structure": str(request.structure.uuid)}
    yield "answered", {"fields": ["beneficiary", "for_one", "situation"]}
    yield "answered", {"fields": ["capabilities", "goals"]}
    if state == R.DRAFT:
        return
    yield "submitted", _move(R.DRAFT, R.SUBMITTED)
    if state == R.SUBMITTED:
        return
    yield "taken_up", _move(R.SUBMITTED, R.UNDER_REVIEW)
    if state in ACCEPTED:
        yield "approved", _move(R.UNDER_REVIEW, R.APPROVED)
        if state != R.APPROVED:
            yield "allocated", _move(R.APPROVED, R.ALLOCATED)
        if state in {R.SCHEDULED, R.FULFILLED}:
            yield "scheduled", _move(R.ALLOCATED, R.SCHEDULED)
        if state == R.FULFILLED:
            yield "fulfilled", _move(R.SCHEDULED, R.FULFILLED)
        return
    if verb := _VERBS.get(state):
        yield verb, _move(R.UNDER_REVIEW, state)


_VERBS = {
    R.WAITING: "put_on_waiting_list",
    R.ADJOURNED: "adjourned",
    R.INCOMPLETE: "sent_back",
    R.REFUSED: "refused",
    R.WITHDRAWN: "withdrawn",
    R.EXPIRED: "expired",
    R.DISMISSED: "dismissed",
}


def _move(was: RequestStatus, to: RequestStatus) -> dict[str, object]:
    facts: dict[str, object] = {"from": was.value, "to": to.value}
    if to in ENDED:
        facts["reason"] = ENDED[to].value
    if to == R.REFUSED:
        facts["reason"] = RefusalReason.NOT_ELIGIBLE.value
    return facts
