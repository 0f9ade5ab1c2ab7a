"""A request lives on: messages, withdrawal, appointments missed, packs handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from backoffice.core.models import Outgoing, User
from lending.actions import keep_request, send_message, withdraw_request
from lending.actions.quotas import count_handed_over
from lending.actions.requests_following import (
    note_allocated,
    note_back_to_allocated,
    note_back_to_approved,
    note_fulfilled,
    note_no_show,
    note_scheduled,
)
from lending.errors import (
    NotAMember,
    QuotaExhausted,
    RequestMovedOn,
    RequestNotSent,
    StatusImpossible,
    TargetReached,
    TextMissing,
)
from lending.models import EquipmentRequest, Programme, Quota
from lending.states import EndReason, RequestStatus
from tests.lending.requests import approved, draft, quota, sent
from tests.lending.world import Partners
from tests.unchanged import refused

Step = Callable[[EquipmentRequest, User], EquipmentRequest]


def inside(
    *steps: Step, request: EquipmentRequest, partners: Partners
) -> EquipmentRequest:
    """Each step in an act of its own, as packs and hand-overs call them."""
    for step in steps:
        with transaction.atomic():
            request = step(request, partners.coordinator)
    return request


def test_a_message_is_mailed_to_the_other_side_without_its_text(
    partners: Partners,
) -> None:
    request = sent(partners)
    Outgoing.objects.all().delete()
    send_message(request=request, text="Samira attend", by=partners.admin)
    send_message(request=request, text="C’est noté", by=partners.coordinator)
    mails = Outgoing.objects.order_by("pk")
    assert [mail.to for mail in mails] == [
        partners.coordinator.email,
        partners.admin.email,
    ]
    assert not any("Samira" in mail.body for mail in mails)
    assert [each.from_structure for each in request.messages.all()] == [True, False]


def test_nobody_writes_about_a_request_of_others_or_a_draft(
    partners: Partners,
) -> None:
    request, unsent = sent(partners), draft(partners)
    other = partners.register("Autre structure")
    stranger = partners.join(other, "autre@exemple.test").user
    with refused(NotAMember):
        send_message(request=request, text="Bonjour", by=stranger)
    with refused(RequestNotSent):
        send_message(request=unsent, text="Bonjour", by=partners.admin)
    with refused(TextMissing):
        send_message(request=request, text=" ", by=partners.admin)


def test_a_structure_withdraws_until_the_pack_is_handed_over(
    partners: Partners,
) -> None:
    programme = quota(partners, 2)
    request = approved(partners, programme, quantity=2)
    request = inside(note_allocated, request=request, partners=partners)
    request = withdraw_request(
        request=request, reason=EndReason.FOUND_ELSEWHERE, by=partners.admin
    )
    assert request.status == RequestStatus.WITHDRAWN
    assert Quota.objects.get().promised == 0
    with refused(StatusImpossible):
        withdraw_request(request=request, reason=EndReason.MOVED, by=partners.admin)


def test_a_draft_is_dropped_without_a_mail(partners: Partners) -> None:
    withdraw_request(
        request=draft(partners), reason=EndReason.NO_NEED, by=partners.admin
    )
    assert not Outgoing.objects.filter(key__startswith="request:").exists()


def test_a_request_goes_to_its_appointment_and_back(partners: Partners) -> None:
    request = approved(partners, quota(partners, 1))
    steps = (note_allocated, note_scheduled, note_back_to_allocated)
    request = inside(*steps, request=request, partners=partners)
    assert request.status == RequestStatus.ALLOCATED
    request = inside(note_back_to_approved, request=request, partners=partners)
    assert request.status == RequestStatus.APPROVED


def test_the_second_missed_appointment_closes_the_request(partners: Partners) -> None:
    request = approved(partners, quota(partners, 1))
    request = inside(
        note_allocated, note_scheduled, note_no_show, request=request, partners=partners
    )
    assert (request.status, request.no_shows) == (RequestStatus.ALLOCATED, 1)
    request = inside(note_scheduled, note_no_show, request=request, partners=partners)
    assert (request.status, request.end_reason) == (RequestStatus.NO_SHOW, "no_show")
    assert Quota.objects.get().promised == 0


def test_packs_handed_over_are_counted_and_no_longer_promised(
    partners: Partners,
) -> None:
    programme = quota(partners, 3)
    approved(partners, programme, quantity=2)
    for _pack in range(2):
        with transaction.atomic():
            count_handed_over(programme, partners.structure, promised=True)
    mine, programme = Quota.objects.get(), Programme.objects.get()
    assert (mine.promised, mine.handed_over, mine.left) == (0, 2, 1)
    assert programme.handed_over == 2
    with refused(QuotaExhausted), transaction.atomic():
        count_handed_over(programme, partners.structure, promised=True)
    with transaction.atomic():
        count_handed_over(programme, partners.structure, promised=False)
    with refused(QuotaExhausted), transaction.atomic():
        count_handed_over(programme, partners.structure, promised=False)


def test_the_401st_of_400_is_refused_in_words(partners: Partners) -> None:
    programme = quota(partners, 400)
    request = approved(partners, programme)
    request = inside(note_allocated, request=request, partners=partners)
    Programme.objects.update(handed_over=400)
    with pytest.raises(TargetReached) as said, transaction.atomic():
        note_fulfilled(request, partners.coordinator)
    assert "400" in said.value.message
    assert said.value.advice
    assert Programme.objects.get().handed_over == 400


def test_what_is_kept_is_news(partners: Partners) -> None:
    request = sent(partners)
    EquipmentRequest.objects.update(warned_at=request.last_news_at)
    kept = keep_request(request=request, by=partners.admin)
    assert kept.warned_at is None
    assert kept.last_news_at > request.last_news_at


def test_each_side_is_led_to_its_own_page(partners: Partners) -> None:
    request = sent(partners)
    for user, page in (
        (partners.admin, f"/portal/requests/{request.uuid}/"),
        (partners.coordinator, f"8000/requests/{request.uuid}/"),
    ):
        mail = Outgoing.objects.get(to=user.email, key__startswith="request:")
        assert page in mail.body


def test_a_decision_of_the_same_moment_is_noticed(partners: Partners) -> None:
    """Between looking which programme to lock and holding the request, it got another."""
    request, programme = sent(partners), quota(partners, 1)
    seen: list[str] = []

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if not seen and sql.startswith("SELECT") and '"programme_id"' in sql:
            seen.append(sql)
            EquipmentRequest.objects.filter(pk=request.pk).update(programme=programme)
        return answer

    with refused(RequestMovedOn), connection.execute_wrapper(meanwhile):
        keep_request(request=request, by=partners.admin)
