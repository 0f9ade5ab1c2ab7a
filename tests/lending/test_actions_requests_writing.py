"""Asking for packs: one question at a time, and nothing is sent that is incomplete."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backoffice.core.models import Outgoing
from lending.actions import (
    RequestAnswers,
    answer_request,
    authorise_structure,
    begin_request,
    close_programme,
    submit_request,
)
from lending.errors import (
    DateImpossible,
    NotAMember,
    PersonForeign,
    ProgrammeClosed,
    ProgrammeForeign,
    QuantityImpossible,
    RequestIncomplete,
    RequestSent,
    StructureNotAuthorised,
    TextTooLong,
)
from lending.kinds import Authorisation, Capability, Goal, Situation, Urgency
from lending.kinds import UrgencyReason as Because
from lending.models import Structure
from lending.questions import Question, missing_answers
from lending.states import RequestStatus
from tests.lending.requests import draft, quota, sent, someone, soon
from tests.lending.world import Partners
from tests.unchanged import refused


def another_structure(partners: Partners) -> Structure:
    other = partners.register("Mission locale des Aubiers")
    authorise_structure(
        structure=other, to=Authorisation.VALIDATED, by=partners.coordinator
    )
    return other


def test_answers_are_kept_one_page_at_a_time(partners: Partners) -> None:
    by = partners.admin
    request = begin_request(structure=partners.structure, by=by)
    pages = [
        RequestAnswers(for_one=True, beneficiary=someone(partners)),
        RequestAnswers(situation=Situation.BROKEN),
        RequestAnswers(goals=[Goal.TRAINING, Goal.JOB_SEARCH]),
        RequestAnswers(capabilities=[Capability.LAPTOP]),
    ]
    left = [len(missing_answers(request))]
    for page in pages:
        request = answer_request(request=request, answers=page, by=by)
        left.append(len(missing_answers(request)))
    assert left == [4, 3, 2, 1, 0]
    assert request.goals == ["job_search", "training"]
    assert request.capabilities == ["computer", "laptop"]


def test_a_page_left_empty_empties_its_answers(partners: Partners) -> None:
    request = draft(partners, wanted_on=soon(), urgency=Urgency.SOON)
    request = answer_request(
        request=request,
        answers=RequestAnswers(urgency=Urgency.NORMAL),
        question=Question.WHEN,
        by=partners.admin,
    )
    assert (request.wanted_on, request.urgency_reason) == (None, "")
    assert request.capabilities == ["computer"]


def test_a_workshop_is_asked_for_no_name_and_no_reason(partners: Partners) -> None:
    request = draft(partners, quantity=4)
    assert (request.quantity, request.situation) == (4, Situation.WORKSHOP)
    person = someone(partners)
    request = answer_request(
        request=request,
        answers=RequestAnswers(for_one=True, beneficiary=person),
        by=partners.admin,
    )
    assert (request.quantity, request.situation) == (1, "")
    assert missing_answers(request) == [Question.WHY]


def test_what_is_sent_has_a_number_of_its_year(partners: Partners) -> None:
    first, second = sent(partners), sent(partners)
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"DEM-{year}-00001", f"DEM-{year}-00002"]
    assert first.status == RequestStatus.SUBMITTED
    assert first.events.latest("sequence").verb == "submitted"


def test_both_sides_are_written_to_when_a_request_is_sent(partners: Partners) -> None:
    request = sent(partners, note="Pour Samira")
    mails = Outgoing.objects.filter(key__contains=str(request.uuid))
    assert {mail.to for mail in mails} == {
        partners.admin.email,
        partners.coordinator.email,
    }
    assert all(request.number in mail.subject for mail in mails)
    assert not any("Samira" in mail.body for mail in mails)


def test_what_is_incomplete_is_not_sent(partners: Partners) -> None:
    request = begin_request(structure=partners.structure, by=partners.admin)
    with refused(RequestIncomplete):
        submit_request(request=request, by=partners.admin)
    urgent = draft(partners, urgency=Urgency.URGENT, urgency_reason=Because.EXAM)
    assert missing_answers(urgent) == [Question.WHEN]
    with refused(RequestIncomplete):
        submit_request(request=urgent, by=partners.admin)


def test_a_day_that_cannot_be_meant_is_refused(partners: Partners) -> None:
    request = draft(partners)
    for day in (dt.date(1970, 1, 1), dt.date(9999, 12, 31)):
        told = RequestAnswers(wanted_on=day)
        with refused(DateImpossible):
            answer_request(request=request, answers=told, by=partners.admin)


def test_a_workshop_has_one_to_a_hundred_packs(partners: Partners) -> None:
    request = draft(partners)
    for quantity in (-1, 0, 101, 10**9):
        told = RequestAnswers(quantity=quantity)
        with refused(QuantityImpossible):
            answer_request(request=request, answers=told, by=partners.admin)


def test_a_note_is_short(partners: Partners) -> None:
    request = draft(partners)
    with refused(TextTooLong):
        answer_request(
            request=request, answers=RequestAnswers(note="x" * 501), by=partners.admin
        )


def test_only_people_and_programmes_of_the_structure_are_named(
    partners: Partners,
) -> None:
    other = another_structure(partners)
    stranger = someone(partners)
    stranger.structure = other
    stranger.save(update_fields=["structure"])
    request, closed = draft(partners), quota(partners, 5)
    foreign = partners.programme(name="Autre")
    with refused(PersonForeign):
        told = RequestAnswers(for_one=True, beneficiary=stranger)
        answer_request(request=request, answers=told, by=partners.admin)
    with refused(ProgrammeForeign):
        told = RequestAnswers(programme=foreign)
        answer_request(request=request, answers=told, by=partners.admin)
    close_programme(programme=closed, by=partners.coordinator)
    with refused(ProgrammeClosed):
        told = RequestAnswers(programme=closed)
        answer_request(request=request, answers=told, by=partners.admin)


def test_what_was_sent_does_not_change(partners: Partners) -> None:
    request = sent(partners)
    with refused(RequestSent):
        answer_request(
            request=request, answers=RequestAnswers(quantity=2), by=partners.admin
        )
    with refused(RequestSent):
        submit_request(request=request, by=partners.admin)


def test_a_structure_that_is_not_authorised_asks_for_nothing(
    partners: Partners,
) -> None:
    request = draft(partners)
    authorise_structure(
        structure=partners.structure,
        to=Authorisation.REFUSED,
        by=partners.coordinator,
    )
    with refused(StructureNotAuthorised):
        begin_request(structure=partners.structure, by=partners.admin)
    with refused(StructureNotAuthorised):
        submit_request(request=request, by=partners.admin)


def test_a_member_asks_for_their_own_structure_alone(partners: Partners) -> None:
    other = another_structure(partners)
    with refused(NotAMember):
        begin_request(structure=other, by=partners.admin)
    request = draft(partners, structure=other, by=partners.coordinator)
    with refused(NotAMember):
        answer_request(
            request=request, answers=RequestAnswers(quantity=2), by=partners.admin
        )
