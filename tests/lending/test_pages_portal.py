"""The portal, as a social worker meets it: asks, follows, belongs to structures."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.dates import date_format
from backoffice.core.models import User
from backoffice.core.roles import Role
from lending import actions
from lending.actions import PersonFacts, RequestAnswers
from lending.kinds import Authorisation, Capability, Goal, Situation, SpokenLanguage
from lending.models import Beneficiary, EquipmentRequest, Structure
from lending.states import EndReason, RequestStatus
from lending.steps import steps_of
from tests.lending.scene import Lent
from tests.lending.world import Partners
from tests.world import PASSWORD, person

HOME = "/portal/"
NEW = "/portal/requests/new/"


@pytest.fixture
def browser(client: Client, partners: Partners) -> Client:
    client.force_login(partners.admin)
    return client


def known(partners: Partners, name: str = "Aïcha") -> Beneficiary:
    return actions.open_beneficiary(
        structure=partners.structure,
        facts=PersonFacts(first_name=name),
        notice_language=SpokenLanguage.FRENCH,
        by=partners.admin,
    )


def draft(partners: Partners) -> EquipmentRequest:
    return actions.begin_request(structure=partners.structure, by=partners.admin)


def complete(partners: Partners) -> EquipmentRequest:
    answers = RequestAnswers(
        for_one=True,
        beneficiary=known(partners),
        situation=Situation.NONE,
        goals=[Goal.JOB_SEARCH],
        capabilities=[Capability.LAPTOP],
    )
    return actions.answer_request(
        request=draft(partners), answers=answers, by=partners.admin
    )


def sent(partners: Partners) -> EquipmentRequest:
    return actions.submit_request(request=complete(partners), by=partners.admin)


def at(asked: EquipmentRequest, page: str = "") -> str:
    return f"/portal/requests/{asked.uuid}/{page}"


# ------------------------------------------------------------------ the shell


def test_a_partner_begins_at_the_portal_not_in_the_workshop(browser: Client) -> None:
    assert browser.get("/").headers["Location"] == HOME
    assert browser.get(HOME).status_code == HTTPStatus.OK


def test_who_works_in_the_workshop_too_begins_there(partners: Partners) -> None:
    browser, both = Client(), person(Role.COORDINATOR)
    invited = actions.invite_member(
        structure=partners.structure, email=both.email, name="x", by=partners.admin
    )
    actions.join_structure(invitation=invited, by=both)
    browser.force_login(User.objects.get(pk=both.pk))
    assert browser.get("/").status_code == HTTPStatus.OK
    assert browser.get(HOME).status_code == HTTPStatus.OK


def test_each_page_shows_help_and_the_telephone(browser: Client, settings) -> None:
    settings.ORGANISATION_TELEPHONE = "05 40 00 00 00"
    for page in (HOME, "/people/", "/portal/structure/", "/me/", "/portal/nowhere/"):
        shown = browser.get(page).content.decode()
        assert 'href="tel:0540000000"' in shown, page
        assert reverse("lending:portal-help") in shown, page


def test_what_is_not_there_is_said_in_a_partner_s_words_with_the_way_home(
    browser: Client, partners: Partners
) -> None:
    shown = browser.get("/portal/nowhere/").content.decode()
    assert "is not for your structure" in shown
    assert "scan" not in shown
    assert 'href="/portal/"' in shown
    browser.force_login(partners.coordinator)
    assert "scan the label again" in browser.get("/nowhere/").content.decode()


def test_what_is_not_allowed_is_said_in_a_partner_s_words(browser: Client) -> None:
    answer = browser.get(reverse("lending:desk"))
    shown = answer.content.decode()
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "whoever administers your structure" in shown
    assert "workshop lead" not in shown


def test_a_request_that_is_put_off_says_until_which_day(
    browser: Client, partners: Partners
) -> None:
    asked, day = sent(partners), timezone.localdate() + dt.timedelta(days=9)
    actions.adjourn_request(request=asked, until=day, by=partners.coordinator)
    words = date_format(day)
    for page in (HOME, at(asked)):
        shown = browser.get(page).content.decode()
        assert f"Put off until {words}" in shown
        assert f"takes the request up again on {words}" in shown


def test_nobody_asked_yet_is_told_what_to_do(browser: Client) -> None:
    shown = browser.get(HOME).content.decode()
    assert "You have no request yet" in shown
    assert shown.count(f'href="{NEW}"') == 1


def test_whose_requests_all_ended_is_not_told_that_there_never_was_one(
    browser: Client, partners: Partners
) -> None:
    request = actions.submit_request(request=complete(partners), by=partners.admin)
    actions.withdraw_request(
        request=request, reason=EndReason.NO_NEED, by=partners.admin
    )
    shown = browser.get(HOME).content.decode()
    assert "No request under way" in shown
    assert "You have no request yet" not in shown


def test_who_belongs_to_two_structures_chooses(
    browser: Client, partners: Partners
) -> None:
    other = partners.register("Association Passerelles")
    actions.join_structure(
        invitation=partners.invite(partners.admin.email, structure=other),
        by=partners.admin,
    )
    browser.post("/portal/choose/", {"structure": str(other.uuid)})
    assert "Association Passerelles" in browser.get(HOME).content.decode()
    browser.get(at(draft(partners)))
    assert str(partners.structure) in browser.get(HOME).content.decode()


def test_no_structure_of_others_is_chosen(browser: Client, partners: Partners) -> None:
    other = partners.register("Association Passerelles")
    answer = browser.post("/portal/choose/", {"structure": str(other.uuid)})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert str(partners.structure) in browser.get(HOME).content.decode()


def test_who_leaves_sees_nothing_from_that_moment(partners: Partners) -> None:
    leaving = partners.join(partners.structure, "part@exemple.test")
    asked, browser = sent(partners), Client()
    browser.force_login(leaving.user)
    assert browser.get(at(asked)).status_code == HTTPStatus.OK
    browser.post(reverse("lending:member-end", args=[leaving.uuid]))
    assert browser.get(at(asked)).status_code in {403, 404}
    assert asked.number not in browser.get("/me/").content.decode()


def test_a_closed_structure_leaves_its_members_a_page(
    browser: Client, partners: Partners
) -> None:
    actions.close_structure(structure=partners.structure, by=partners.coordinator)
    shown = browser.get(HOME)
    assert "You belong to no structure" in shown.content.decode()
    assert browser.get(NEW).status_code == HTTPStatus.FORBIDDEN


# ------------------------------------------------------------------ asking


def test_a_request_is_asked_in_six_pages(browser: Client, partners: Partners) -> None:
    page = browser.post(NEW).headers["Location"]
    assert page.endswith("/whom/")
    told = {"first_name": "Aïcha", "notice_language": "fr", "informed": "on"}
    page = browser.post(page.replace("/whom/", "/person/"), told).headers["Location"]
    for question, answer in (
        ("why", {"situation": "none"}),
        ("goals", {"goals": ["job_search", "housing"]}),
        ("equipment", {"capabilities": ["laptop"]}),
        ("when", {"urgency": "0"}),
        ("note", {"note": "Clavier arabe"}),
    ):
        assert page.endswith(f"/{question}/")
        page = browser.post(page, answer).headers["Location"]
    assert page.endswith("/check/")
    page = browser.post(page).headers["Location"]
    asked = EquipmentRequest.objects.get()
    assert asked.status == RequestStatus.SUBMITTED
    assert asked.number in browser.get(page).content.decode()


def test_packs_for_a_workshop_ask_for_no_name(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    page = browser.post(at(asked, "whom/"), {"several": "1", "quantity": "4"})
    assert page.headers["Location"] == at(asked, "goals/")
    asked.refresh_from_db()
    assert (asked.for_one, asked.quantity) == (False, 4)


def test_a_request_is_begun_from_a_person_s_file(
    browser: Client, partners: Partners
) -> None:
    found = known(partners)
    page = browser.post(NEW, {"person": str(found.uuid)})
    assert page.headers["Location"].endswith("/why/")
    assert EquipmentRequest.objects.get().beneficiary == found


def test_what_is_typed_is_kept_before_the_button(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    typed = {"note": "Clavier arabe", "autosave": "1"}
    answer = browser.post(at(asked, "note/"), typed)
    assert (answer.status_code, answer.headers["X-Kept"]) == (204, "1")
    assert "Clavier arabe" in browser.get(at(asked, "note/")).content.decode()


def sign_in_again(browser: Client, email: str, answer: Any) -> str:
    """The page that signing in leads to, from where the wizard sent to sign in."""
    assert answer.headers["Location"].startswith(reverse("account_login"))
    typed = {"login": email, "password": PASSWORD}
    page = browser.post(answer.headers["Location"], typed).headers["Location"]
    return page + "\n" + browser.get(page).content.decode()


def test_what_was_typed_before_signing_in_again_stands_at_its_question(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    browser.post(at(asked, "goals/"), {"goals": ["housing"]})
    Session.objects.all().delete()
    answer = browser.post(at(asked, "note/"), {"note": "Clavier arabe"})
    shown = sign_in_again(browser, partners.admin.email, answer)
    assert shown.startswith(at(asked, "note/") + "\n")
    assert "Ce que vous avez écrit est toujours là" in shown
    assert "Clavier arabe" in shown
    asked.refresh_from_db()
    assert (asked.goals, asked.note) == (["housing"], "")
    assert "Clavier" not in browser.get(at(asked, "note/")).content.decode()


def test_a_new_person_typed_before_signing_in_again_is_not_lost(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    browser.get(HOME)
    Session.objects.all().delete()
    told = {"first_name": "Aïcha", "notice_language": "fr"}
    answer = browser.post(at(asked, "person/"), told)
    shown = sign_in_again(browser, partners.admin.email, answer)
    assert shown.startswith(at(asked, "whom/") + "\n")
    assert 'value="Aïcha"' in shown
    assert not Beneficiary.objects.exists()


def test_a_message_typed_before_signing_in_again_stands_on_the_page_of_its_request(
    browser: Client, partners: Partners
) -> None:
    asked = actions.submit_request(request=complete(partners), by=partners.admin)
    browser.get(at(asked))
    browser.cookies.pop("sessionid")
    said = {"text": "Elle vient jeudi <matin>"}
    page = {"Referer": f"http://testserver{at(asked)}"}
    answer = browser.post(at(asked, "message/"), said, headers=page)
    shown = sign_in_again(browser, partners.admin.email, answer)
    assert shown.startswith(at(asked) + "\n")
    assert "Elle vient jeudi &lt;matin&gt;</textarea>" in shown
    assert "rien n’est perdu" in shown
    assert not asked.messages.exists()


def test_who_never_had_a_session_leaves_nothing(
    client: Client, partners: Partners
) -> None:
    asked = draft(partners)
    client.post(at(asked, "note/"), {"note": "Clavier arabe"})
    assert not Session.objects.exists()


def test_what_another_page_was_sent_is_not_shown_here(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    browser.get(HOME)
    Session.objects.all().delete()
    browser.post(at(asked, "note/"), {"note": "Clavier arabe"})
    browser.force_login(partners.admin)
    assert "Clavier" not in browser.get(at(asked, "when/")).content.decode()


def test_an_answer_is_changed_from_the_check(
    browser: Client, partners: Partners
) -> None:
    asked = complete(partners)
    page = browser.post(at(asked, "goals/?change"), {"goals": ["housing"]})
    assert page.headers["Location"] == at(asked, "check/")
    asked.refresh_from_db()
    assert asked.goals == ["housing"]


def test_an_answer_sent_again_after_going_back_replaces_the_first(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    for chosen in ("housing", "health"):
        browser.post(at(asked, "goals/"), {"goals": [chosen]})
    asked.refresh_from_db()
    assert asked.goals == ["health"]


def test_a_request_with_holes_is_not_sent(browser: Client, partners: Partners) -> None:
    asked = draft(partners)
    answer = browser.post(at(asked, "check/"))
    assert "Still to answer" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == RequestStatus.DRAFT


@pytest.mark.parametrize("day", ["1970-01-01", "9999-12-31", "31/02/2026"])
def test_an_impossible_day_is_refused_in_words(
    browser: Client, partners: Partners, day: str
) -> None:
    asked = draft(partners)
    typed = {"urgency": "2", "urgency_reason": "exam", "wanted_on": day}
    answer = browser.post(at(asked, "when/"), typed)
    assert answer.status_code in {400, 409}
    assert "Some answers need another look" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.wanted_on is None


def test_what_presses_says_why_and_for_when(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    shown = browser.post(at(asked, "when/"), {"urgency": "2"}).content.decode()
    assert "Say why it presses." in shown
    assert "Say which day cannot move." in shown


def test_a_workshop_says_that_it_takes_place_that_day(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    shown = browser.get(at(asked, "when/")).content.decode()
    assert "A workshop or a session takes place that day" in shown
    assert "(optional)" not in shown
    day = timezone.localdate() + dt.timedelta(days=20)
    typed = {"urgency": "2", "urgency_reason": "workshop", "wanted_on": f"{day}"}
    assert browser.post(at(asked, "when/"), typed).status_code == 302
    asked.refresh_from_db()
    assert (asked.urgency_reason, asked.wanted_on) == ("workshop", day)


def test_the_language_that_a_new_person_was_told_in_is_theirs(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    told = {"first_name": "Aïcha", "notice_language": "ar", "informed": "on"}
    assert browser.post(at(asked, "person/"), told).status_code == 302
    assert Beneficiary.objects.get().language == "ar"


@pytest.mark.parametrize("question", ["why", "goals", "equipment", "when"])
def test_a_missing_answer_leads_to_the_first_choice_of_its_question(
    browser: Client, partners: Partners, question: str
) -> None:
    address, sent = at(draft(partners), f"{question}/"), {"sent": "1", "urgency": "2"}
    shown = browser.post(address, sent).content.decode()
    links = re.findall(r'<a href="#(id_[^"]*)"', shown)
    assert links
    assert 'href="#"' not in shown
    for link in links:
        assert f'id="{link}"' in shown


def test_a_draft_asked_for_twice_is_one_draft(browser: Client) -> None:
    nonce = str(uuid4())
    first = browser.post(NEW, {"once": nonce}).headers["Location"]
    again = browser.post(NEW, {"once": nonce}).headers["Location"]
    assert first == again
    assert EquipmentRequest.objects.count() == 1


def test_who_begins_again_goes_on_with_the_empty_draft(browser: Client) -> None:
    first = browser.post(NEW, {"once": str(uuid4())}).headers["Location"]
    assert "you go on with it" in browser.get(NEW).content.decode()
    again = browser.post(NEW, {"once": str(uuid4())}, follow=True)
    assert again.redirect_chain == [(first, HTTPStatus.FOUND)]
    assert "You go on with the request that you had begun." in again.content.decode()
    assert EquipmentRequest.objects.get().events.count() == 1


def test_a_draft_with_answers_is_offered_and_another_one_begun(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    browser.post(at(asked, "whom/"), {"several": "1", "quantity": "4"})
    shown = browser.get(NEW).content.decode()
    assert at(asked, "check/") in shown
    assert "4 packs for a workshop" in shown
    browser.post(NEW)
    assert EquipmentRequest.objects.count() == 2


def test_nobody_goes_on_with_the_draft_of_a_colleague(
    browser: Client, partners: Partners
) -> None:
    colleague = partners.join(partners.structure, "membre@exemple.test").user
    theirs = actions.begin_request(structure=partners.structure, by=colleague)
    assert "you go on with it" not in browser.get(NEW).content.decode()
    browser.post(NEW)
    assert EquipmentRequest.objects.exclude(pk=theirs.pk).count() == 1


def test_a_structure_that_may_not_ask_is_told_so(
    browser: Client, partners: Partners
) -> None:
    actions.authorise_structure(
        structure=partners.structure,
        to=Authorisation.REFUSED,
        by=partners.coordinator,
    )
    assert "cannot ask for packs yet" in browser.get(NEW).content.decode()
    assert browser.post(NEW).status_code == HTTPStatus.CONFLICT
    assert not EquipmentRequest.objects.exists()


@pytest.mark.parametrize("name", ["عبد الرحمن", "Zoë-Anaïs d’Évreux"])
def test_a_name_is_taken_as_people_write_it(
    browser: Client, partners: Partners, name: str
) -> None:
    asked = draft(partners)
    told = {"first_name": name, "notice_language": "ar", "informed": "on"}
    answer = browser.post(at(asked, "person/"), told)
    assert answer.headers["Location"] == at(asked, "why/")
    assert Beneficiary.objects.get().first_name == name


@pytest.mark.parametrize("name", ["", "N" * 200, "a\0b"])
def test_a_name_that_cannot_be_kept_is_refused_where_it_stands(
    browser: Client, partners: Partners, name: str
) -> None:
    asked = draft(partners)
    told = {"first_name": name, "notice_language": "fr", "informed": "on"}
    answer = browser.post(at(asked, "person/"), told)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert not Beneficiary.objects.exists()


def test_nobody_is_written_down_who_was_not_told(
    browser: Client, partners: Partners
) -> None:
    asked = draft(partners)
    told = {"first_name": "Aïcha", "notice_language": "fr"}
    shown = browser.post(at(asked, "person/"), told).content.decode()
    assert "Tell the person first" in shown
    assert not Beneficiary.objects.exists()


# ------------------------------------------------------------------ following


def test_the_five_steps_say_where_a_request_stands() -> None:
    reached = {status: steps_of(status).reached for status in RequestStatus}
    assert reached[RequestStatus.SUBMITTED] == reached[RequestStatus.WAITING] == 1
    assert [reached[RequestStatus(s)] for s in ("approved", "allocated")] == [2, 3]
    assert reached[RequestStatus.SCHEDULED] == 4
    assert reached[RequestStatus.FULFILLED] == 5
    assert reached[RequestStatus.REFUSED] == reached[RequestStatus.DRAFT] == 0


def test_a_request_says_whose_turn_it_is(browser: Client, partners: Partners) -> None:
    asked = sent(partners)
    for page in (HOME, at(asked)):
        shown = re.sub(r"<[^>]+>|\s+", " ", browser.get(page).content.decode())
        assert "With the association:" in shown
        assert "The association reads the request." in shown
    assert browser.get(at(asked, "goals/")).headers["Location"] == at(asked)


def test_the_appointment_stands_on_the_request(
    browser: Client, partners: Partners
) -> None:
    lent = Lent(partners.site)
    lent.__dict__["partners"] = partners
    planned = lent.handover
    shown = browser.get(at(lent.request)).content.decode()
    assert "Appointment:" in shown
    assert planned.where in shown


def test_a_message_reaches_the_thread_once(browser: Client, partners: Partners) -> None:
    asked, nonce = sent(partners), str(uuid4())
    for _time in range(2):
        typed = {"text": "Elle commence lundi.", "once": nonce}
        browser.post(at(asked, "message/"), typed)
    assert browser.get(at(asked)).content.decode().count("Elle commence lundi.") == 1
    empty = browser.post(at(asked, "message/"), {"text": " "})
    assert empty.status_code == HTTPStatus.BAD_REQUEST


def test_a_request_is_withdrawn_with_a_reason(
    browser: Client, partners: Partners
) -> None:
    asked = sent(partners)
    unsaid = browser.post(at(asked, "withdraw/"), {"why": ""})
    assert unsaid.status_code == HTTPStatus.BAD_REQUEST
    browser.post(at(asked, "withdraw/"), {"why": "found_elsewhere"})
    asked.refresh_from_db()
    assert asked.status == RequestStatus.WITHDRAWN
    again = browser.post(at(asked, "withdraw/"), {"why": "no_need"})
    assert again.status_code == HTTPStatus.CONFLICT


def test_a_request_about_to_expire_is_kept_open(
    browser: Client, partners: Partners
) -> None:
    asked = sent(partners)
    month = timezone.now() - dt.timedelta(days=1)
    EquipmentRequest.objects.filter(pk=asked.pk).update(warned_at=month)
    assert "It is still needed" in browser.get(at(asked)).content.decode()
    browser.post(at(asked, "keep/"))
    asked.refresh_from_db()
    assert asked.warned_at is None


def test_the_first_page_costs_the_same_for_one_and_for_twenty(
    browser: Client,
    partners: Partners,
    django_assert_max_num_queries,
) -> None:
    found = known(partners)
    now = timezone.now()
    EquipmentRequest.objects.bulk_create(
        EquipmentRequest(
            structure=partners.structure,
            site=partners.site,
            asked_by=partners.admin,
            for_one=True,
            beneficiary=found,
            status_since=now,
            last_news_at=now,
        )
        for _each in range(20)
    )
    with django_assert_max_num_queries(15):
        browser.get(HOME)


def test_a_structure_of_a_request_is_never_guessed(browser: Client) -> None:
    for page in ("", "check/", "sent/", "goals/", "withdraw/"):
        answer = browser.get(f"/portal/requests/{uuid4()}/{page}")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert Structure.objects.count() == 1
