"""Deciding: what is accepted is promised, and never more than the quota has."""

from __future__ import annotations

import pytest
from django.db import transaction

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Outgoing
from backoffice.core.roles import Role
from lending.actions import (
    adjourn_request,
    approve_request,
    ask_to_complete,
    close_programme,
    dismiss_request,
    move_quota,
    put_on_waiting_list,
    reconsider_request,
    refuse_request,
    submit_request,
    take_up,
)
from lending.actions.requests_following import note_allocated
from lending.errors import (
    AlreadyEquipped,
    DateImpossible,
    ProgrammeClosed,
    ProgrammeForeign,
    QuotaExhausted,
    StatusImpossible,
    TargetReached,
    TextMissing,
    TextTooLong,
)
from lending.kinds import Urgency, UrgencyReason
from lending.models import EquipmentRequest, Programme, Quota
from lending.states import EndReason, HandOverMode, RefusalReason, RequestStatus
from tests.lending.requests import approved, for_one, quota, sent, someone, soon
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person


def approve(
    partners: Partners, request: EquipmentRequest, programme: Programme | None
) -> EquipmentRequest:
    return approve_request(
        request=request,
        mode=HandOverMode.LOAN,
        programme=programme,
        by=partners.coordinator,
    )


def test_what_is_accepted_is_promised(partners: Partners) -> None:
    programme = quota(partners, 5)
    request = approve(partners, sent(partners, quantity=4), programme)
    assert request.status == RequestStatus.APPROVED
    assert (request.mode, request.decided_by) == ("loan", partners.coordinator)
    assert (Quota.objects.get().promised, Quota.objects.get().left) == (4, 1)
    assert request.events.latest("sequence").data["programme"] == str(programme.uuid)


def test_no_more_than_the_quota_is_promised(partners: Partners) -> None:
    programme = quota(partners, 5)
    approved(partners, programme, quantity=4)
    request = sent(partners, quantity=2)
    with refused(QuotaExhausted):
        approve(partners, request, programme)
    put_on_waiting_list(request=request, programme=programme, by=partners.coordinator)
    assert Quota.objects.get().promised == 4


def test_a_quota_that_grew_can_be_promised(partners: Partners) -> None:
    programme = quota(partners, 1, target=3)
    other, request = partners.register("Autre"), sent(partners, quantity=2)
    with refused(QuotaExhausted):
        approve(partners, request, programme)
    by = partners.coordinator
    programme.quotas.create(structure=other, packs=2)
    move_quota(
        programme=programme, source=other, target=partners.structure, packs=1, by=by
    )
    assert approve(partners, request, programme).status == RequestStatus.APPROVED


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (0, "Jeunes connectés has 1 pack left; the request wants 4."),
        (1, "The 1 pack of Jeunes connectés is handed over or promised."),
    ],
)
def test_what_is_left_of_a_target_is_said_with_what_is_asked(
    partners: Partners, done: int, said: str
) -> None:
    programme = quota(partners, 1, target=1)
    Programme.objects.update(handed_over=done, name="Jeunes connectés")
    request = sent(partners, quantity=4)
    with refused(TargetReached):
        approve(partners, request, programme)
    with pytest.raises(TargetReached, match=said):
        approve(partners, request, programme)


def test_nothing_is_promised_beyond_the_target_or_its_end(partners: Partners) -> None:
    programme = quota(partners, 2, target=2)
    request = sent(partners)
    Programme.objects.update(handed_over=2)
    with refused(TargetReached):
        approve(partners, request, programme)
    close_programme(programme=programme, by=partners.coordinator)
    with refused(ProgrammeClosed):
        approve(partners, request, programme)


def test_without_a_programme_no_quota_counts(partners: Partners) -> None:
    request = approve(partners, sent(partners, quantity=3), None)
    assert (request.status, request.programme) == (RequestStatus.APPROVED, None)


def test_one_person_is_promised_one_pack_of_a_programme(partners: Partners) -> None:
    programme, samira = quota(partners, 5), someone(partners)
    approve(partners, for_one(partners, samira), programme)
    again = for_one(partners, samira)
    with refused(AlreadyEquipped):
        approve(partners, again, programme)
    approve(partners, for_one(partners, someone(partners, "Ahmed")), programme)


def test_a_promise_taken_back_can_be_given_again(partners: Partners) -> None:
    programme = quota(partners, 2)
    first = approved(partners, programme, quantity=2)
    by = partners.coordinator
    reconsider_request(request=first, by=by)
    assert Quota.objects.get().promised == 0
    second = approved(partners, programme, quantity=2)
    dismiss_request(request=second, reason=EndReason.DUPLICATE, by=by)
    assert Quota.objects.get().promised == 0


def test_nothing_is_promised_twice(partners: Partners) -> None:
    """Not even once a pack is found: from there a request is accepted again by itself."""
    programme = quota(partners, 5)
    request = approved(partners, programme)
    with transaction.atomic():
        note_allocated(request, partners.coordinator)
    with refused(StatusImpossible):
        approve(partners, request, programme)
    unread = sent(partners)
    with refused(StatusImpossible):
        reconsider_request(request=unread, by=partners.coordinator)


def test_a_refusal_always_says_why(partners: Partners) -> None:
    request = refuse_request(
        request=sent(partners),
        reason=RefusalReason.INSUFFICIENT_STOCK,
        by=partners.coordinator,
    )
    assert request.refusal_reason == "insufficient_stock"
    mail = Outgoing.objects.filter(to=partners.admin.email).latest("pk")
    # The mail is in the language of whom it is written to.
    assert str(request) in mail.subject
    assert "Rien d’adapté" in mail.body
    with refused(StatusImpossible):
        approve(partners, request, None)


def test_what_is_missing_is_asked_for_and_sent_again(partners: Partners) -> None:
    request = take_up(request=sent(partners), by=partners.coordinator)
    request = ask_to_complete(
        request=request, text="Pour quel jour ?", by=partners.coordinator
    )
    message = request.messages.get()
    assert (message.text, message.from_structure) == ("Pour quel jour ?", False)
    number = request.number
    request = submit_request(request=request, by=partners.admin)
    assert (request.number, request.status) == (number, RequestStatus.SUBMITTED)


def test_what_is_missing_is_said_in_words(partners: Partners) -> None:
    request = sent(partners)
    for text, error in ((" \n", TextMissing), ("x" * 1001, TextTooLong)):
        with refused(error):
            ask_to_complete(request=request, text=text, by=partners.coordinator)


def test_a_request_is_put_off_until_a_later_day(partners: Partners) -> None:
    request = sent(partners)
    with refused(DateImpossible):
        adjourn_request(request=request, until=soon(-1), by=partners.coordinator)
    request = adjourn_request(request=request, until=soon(30), by=partners.coordinator)
    assert request.adjourned_until_on == soon(30)


def test_a_waiting_list_is_of_a_programme_where_the_structure_has_a_quota(
    partners: Partners,
) -> None:
    request, foreign = sent(partners), partners.programme(name="Autre")
    with refused(ProgrammeForeign):
        put_on_waiting_list(request=request, programme=foreign, by=partners.coordinator)


def test_two_coordinators_compute_the_same_rank(partners: Partners) -> None:
    """The programme’s priority, then urgency, then who asked first; none of them last."""
    low, high = quota(partners, 9), partners.programme(name="Prioritaire")
    high.priority = 5
    high.save(update_fields=["priority"])
    high.quotas.create(structure=partners.structure, packs=9)
    urgent = {"urgency": Urgency.SOON, "urgency_reason": UrgencyReason.EXAM}
    wanted = [(None, {}), (low, {}), (low, urgent), (high, {}), (low, {})]
    asked = [
        put_on_waiting_list(
            request=sent(partners, **answers),
            programme=programme,
            by=partners.coordinator,
        )
        for programme, answers in wanted
    ]
    waiting = EquipmentRequest.objects.filter(status=RequestStatus.WAITING)
    expected = [asked[3], asked[2], asked[1], asked[4], asked[0]]
    assert list(waiting.in_rank_order()) == expected


def test_only_who_decides_decides(partners: Partners) -> None:
    request = sent(partners)
    for by in (person(Role.TECHNICIAN), person(Role.AUDITOR), partners.admin):
        with refused(NotPermitted):
            take_up(request=request, by=by)
        with refused(NotPermitted):
            approve_request(
                request=request, mode=HandOverMode.GIFT, programme=None, by=by
            )
