"""The association’s pages of requests: read, rank, decide, and keep what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.core.roles import Role
from lending.actions import put_on_waiting_list, send_message
from lending.kinds import StructureKind, Urgency, UrgencyReason
from lending.models import EquipmentRequest
from lending.states import RequestStatus
from lending.views.request_decisions import DECISIONS
from tests.lending.requests import approved, draft, for_one, quota, sent, someone, soon
from tests.lending.world import Partners
from tests.unchanged import rows
from tests.world import person


@pytest.fixture
def desk(client: Client, partners: Partners) -> Client:
    client.force_login(partners.coordinator)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"lending:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(
    client: Client, asked: EquipmentRequest, decision: str, **typed: str
) -> tuple[int, str]:
    address = reverse("lending:request-decide", args=[asked.uuid, decision])
    answer = client.post(address, typed)
    return answer.status_code, answer.content.decode()


def test_the_list_shows_what_was_sent_and_no_draft(
    desk: Client, partners: Partners
) -> None:
    asked = for_one(partners, someone(partners))
    draft(partners)
    shown = page(desk, "request-list")
    assert asked.number in shown
    assert asked.beneficiary is not None
    assert asked.beneficiary.code in shown
    assert "Samira" not in shown
    assert shown.count("row-link mono") == 1


def test_the_list_is_narrowed(desk: Client, partners: Partners) -> None:
    programme = quota(partners, 5)
    first, second = sent(partners), approved(partners, programme)
    assert first.number not in page(desk, "request-list", status="approved")
    assert second.number not in page(desk, "request-list", status="to_decide")
    shown = page(desk, "request-list", programme=str(programme.uuid))
    assert (first.number in shown, second.number in shown) == (False, True)
    assert first.number in page(desk, "request-list", q=first.number[-5:])
    whole = page(desk, "request-list", q=first.number.lower())
    assert (first.number in whole, second.number in whole) == (True, False)
    nothing = page(desk, "request-list", status="refused")
    assert "No request is like this" in nothing


def test_odd_filters_are_answered(desk: Client) -> None:
    address = reverse("lending:request-list")
    for query in (
        {"status": "no-such"},
        {"structure": "\x00"},
        {"programme": "\ud800"},
        {"structure": str(uuid.uuid4())},
        {"q": "\x00" * 5000},
        {"page": "9" * 400},
    ):
        sent_as = {k: v.encode("utf-8", "surrogatepass") for k, v in query.items()}
        assert desk.get(address, sent_as).status_code in {200, 422}, query


def test_the_review_page_says_who_must_do_what_next(
    desk: Client, partners: Partners
) -> None:
    quota(partners, 5)
    asked = for_one(partners, someone(partners))
    send_message(request=asked, text="Le <b>12</b> mars", by=partners.admin)
    shown = page(desk, "request-detail", asked.uuid)
    for words in (
        "The association reads the request.",
        "Samira B.",
        "Find work",
        "5 packs left",
        "Le &lt;b&gt;12&lt;/b&gt; mars",
    ):
        assert words in shown, words


def test_another_request_for_the_same_person_is_pointed_out(
    desk: Client, partners: Partners
) -> None:
    samira = someone(partners)
    first, second = for_one(partners, samira), for_one(partners, samira)
    shown = page(desk, "request-detail", second.uuid)
    assert "The same person is asked for in:" in shown
    assert shown.count(first.number) == 2


def test_a_request_is_accepted_on_its_page(desk: Client, partners: Partners) -> None:
    programme, asked = quota(partners, 5), sent(partners, quantity=4)
    typed = {"mode": "gift", "programme": str(programme.uuid)}
    assert decide(desk, asked, "approve", **typed)[0] == 302
    asked.refresh_from_db()
    assert (asked.status, asked.programme) == (RequestStatus.APPROVED, programme)
    assert 'id="accept"' not in page(desk, "request-detail", asked.uuid)


def test_an_exhausted_quota_is_said_beside_what_was_chosen(
    desk: Client, partners: Partners
) -> None:
    programme, asked = quota(partners, 3), sent(partners, quantity=4)
    before = rows()
    typed = {"mode": "loan", "programme": str(programme.uuid)}
    status, shown = decide(desk, asked, "approve", **typed)
    assert status == 409
    assert "3 packs left" in shown
    assert "waiting list" in shown
    assert f'value="{programme.uuid}" selected' in shown
    assert rows() == before


def test_each_decision_is_one_form(desk: Client, partners: Partners) -> None:
    typed: dict[str, dict[str, str]] = {
        "take-up": {},
        "complete": {"text": "Pour quel jour ?"},
        "wait": {"programme": "none"},
        "adjourn": {"until": soon(20).isoformat()},
        "refuse": {"reason": "not_eligible"},
        "dismiss": {"reason": "duplicate"},
    }
    for decision, facts in typed.items():
        asked = sent(partners)
        assert decide(desk, asked, decision, **facts)[0] == 302, decision
        asked.refresh_from_db()
        assert asked.status == DECISIONS[decision].to
        page(desk, "request-detail", asked.uuid)


IMPOSSIBLE: Sequence[tuple[str, dict[str, str]]] = [
    ("approve", {"mode": "gift"}),
    ("approve", {"mode": "theft", "programme": "none"}),
    ("approve", {"mode": "gift", "programme": "\x00"}),
    ("wait", {"programme": str(uuid.uuid4())}),
    ("complete", {"text": "\x00"}),
    ("complete", {"text": "x" * 4000}),
    ("adjourn", {"until": "1970-01-01"}),
    ("adjourn", {"until": "9999-12-31"}),
    ("adjourn", {"until": "99999999999-01-01"}),
    ("refuse", {}),
    ("refuse", {"reason": "no_need"}),
    ("dismiss", {"reason": "no_show"}),
    ("reconsider", {}),
]


def test_what_cannot_be_decided_changes_nothing(
    desk: Client, partners: Partners
) -> None:
    asked = sent(partners)
    before = rows()
    for decision, typed in IMPOSSIBLE:
        status, shown = decide(desk, asked, decision, **typed)
        assert status in {400, 409}, (decision, typed)
        assert asked.number in shown
    assert rows() == before


def test_unknown_decisions_and_drafts_are_not_found(
    desk: Client, partners: Partners
) -> None:
    unsent = draft(partners)
    assert decide(desk, sent(partners), "eat")[0] == 404
    assert decide(desk, unsent, "take-up")[0] == 404
    address = reverse("lending:request-detail", args=[unsent.uuid])
    assert desk.get(address).status_code == 404


def test_a_message_is_written_on_the_page(desk: Client, partners: Partners) -> None:
    asked = sent(partners)
    address = reverse("lending:request-message", args=[asked.uuid])
    assert desk.post(address, {"text": "Bonjour"}).status_code == 302
    assert desk.post(address, {"text": "  "}).status_code == 400
    assert [message.text for message in asked.messages.all()] == ["Bonjour"]


def test_the_waiting_list_shows_the_rule_and_the_ranks(
    desk: Client, partners: Partners
) -> None:
    urgent = {"urgency": Urgency.SOON, "urgency_reason": UrgencyReason.EXAM}
    later, first = sent(partners), sent(partners, **urgent)
    for asked in (later, first):
        put_on_waiting_list(request=asked, programme=None, by=partners.coordinator)
    shown = page(desk, "request-waiting")
    assert "First the programmes with the higher priority" in shown
    assert shown.index(first.number) < shown.index(later.number)
    assert "<strong>2</strong>" in shown


def test_the_committee_reads_codes_and_no_names(
    client: Client, partners: Partners
) -> None:
    partners.structure.kind = StructureKind.CSAPA
    partners.structure.save(update_fields=["kind"])
    samira = someone(partners)
    asked = for_one(partners, samira)
    hidden = ("Samira", partners.structure.name, "CSAPA", "Nadia")
    for role in (Role.COORDINATOR, Role.AUDITOR, Role.WORKSHOP_LEAD):
        client.force_login(person(role))
        shown = page(client, "request-committee")
        assert asked.number in shown
        assert samira.code in shown
        assert [word for word in hidden if word in shown] == []


def test_a_technician_and_a_partner_read_no_staff_page(
    client: Client, partners: Partners
) -> None:
    asked = sent(partners)
    names = ["request-list", "request-waiting", "request-committee"]
    addresses = [reverse(f"lending:{name}") for name in names]
    addresses.append(reverse("lending:request-detail", args=[asked.uuid]))
    for reader in (person(Role.TECHNICIAN), partners.admin):
        client.force_login(reader)
        assert {client.get(each).status_code for each in addresses} == {403}


def test_pages_ask_the_database_no_more_with_more_rows(
    desk: Client, partners: Partners
) -> None:
    def cost(name: str, *args: object) -> int:
        with CaptureQueriesContext(connection) as asked:
            page(desk, name, *args)
        return len(asked)

    quota(partners, 5)
    first = for_one(partners, someone(partners))
    few = cost("request-list"), cost("request-detail", first.uuid)
    for _each in range(4):
        for_one(partners, someone(partners))
        send_message(request=first, text="Bonjour", by=partners.admin)
    assert (cost("request-list"), cost("request-detail", first.uuid)) == few
    assert max(few) <= 15
