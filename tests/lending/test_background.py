"""Requests that nobody speaks of: asked about once, then ended; put off, then read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.core.actors import Machine
from backoffice.core.models import Outgoing
from lending.actions import (
    adjourn_request,
    expire_stale_request,
    keep_request,
    put_on_waiting_list,
    send_message,
    take_up_adjourned_request,
    warn_stale_request,
)
from lending.background import (
    expire_stale_requests,
    take_up_adjourned_requests,
    warn_stale_requests,
)
from lending.models import EquipmentRequest, Quota
from lending.states import RequestStatus
from tests.lending.requests import approved, draft, quota, sent, soon
from tests.lending.world import Partners

JOB = Machine("requests")


def age(days: int) -> None:
    """Everything happened so many days earlier."""
    for request in EquipmentRequest.objects.all():
        request.last_news_at -= dt.timedelta(days=days)
        if request.warned_at:
            request.warned_at -= dt.timedelta(days=days)
        request.save(update_fields=["last_news_at", "warned_at"])


def warned() -> int:
    return Outgoing.objects.filter(body__contains="deux mois").count()


def waiting(partners: Partners) -> EquipmentRequest:
    return put_on_waiting_list(
        request=sent(partners), programme=None, by=partners.coordinator
    )


def test_a_request_without_news_is_asked_about_once_then_expires(
    partners: Partners,
) -> None:
    request = waiting(partners)
    age(59)
    assert warn_stale_requests() == 0
    age(1)
    assert (warn_stale_requests(), warn_stale_requests()) == (1, 0)
    assert expire_stale_requests() == 0
    age(14)
    assert (expire_stale_requests(), expire_stale_requests()) == (1, 0)
    request.refresh_from_db()
    assert (request.status, request.end_reason) == (RequestStatus.EXPIRED, "no_news")
    mails = Outgoing.objects.filter(key__contains=str(request.uuid))
    assert mails.filter(to=partners.admin.email).count() == 4


def test_a_job_that_died_goes_on_where_it_stopped(
    partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of two, killed at the fourth: nobody is written to twice."""
    for _each in range(5):
        waiting(partners)
    age(60)
    asked: list[EquipmentRequest] = []

    def dying(*, request: EquipmentRequest, now: dt.datetime, by: Machine) -> bool:
        asked.append(request)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return warn_stale_request(request=request, now=now, by=by)

    with monkeypatch.context() as patched:
        patched.setattr("lending.background.BATCH", 2)
        patched.setattr("lending.actions.warn_stale_request", dying)
        with pytest.raises(KeyboardInterrupt):
            warn_stale_requests()
    assert warned() == 3
    assert warn_stale_requests() == 2
    assert warned() == 5


def test_a_word_from_the_structure_keeps_a_request(partners: Partners) -> None:
    kept, spoken = waiting(partners), waiting(partners)
    age(60)
    assert warn_stale_requests() == 2
    age(10)
    keep_request(request=kept, by=partners.admin)
    send_message(request=spoken, text="Toujours utile", by=partners.admin)
    age(10)
    assert expire_stale_requests() == 0


def test_what_waits_to_be_read_never_expires(partners: Partners) -> None:
    sent(partners)
    age(200)
    assert (warn_stale_requests(), expire_stale_requests()) == (0, 0)


def test_a_promise_that_expires_goes_back_to_its_quota(partners: Partners) -> None:
    approved(partners, quota(partners, 1))
    draft(partners)
    age(60)
    assert warn_stale_requests() == 2
    age(14)
    assert expire_stale_requests() == 2
    assert Quota.objects.get().promised == 0


def test_what_was_put_off_is_read_again_on_its_day(partners: Partners) -> None:
    request = adjourn_request(
        request=sent(partners), until=soon(3), by=partners.coordinator
    )
    assert take_up_adjourned_requests() == 0
    EquipmentRequest.objects.update(adjourned_until_on=timezone.localdate())
    assert (take_up_adjourned_requests(), take_up_adjourned_requests()) == (1, 0)
    request.refresh_from_db()
    assert request.status == RequestStatus.UNDER_REVIEW


def test_what_happened_meanwhile_is_left_alone(partners: Partners) -> None:
    """The job read the row, then somebody else was first."""
    request, now = waiting(partners), timezone.now()
    for act in (warn_stale_request, expire_stale_request, take_up_adjourned_request):
        assert not act(request=request, now=now, by=JOB)
    assert request.events.latest("sequence").verb == "put_on_waiting_list"
