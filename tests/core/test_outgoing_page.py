"""Messages that did not leave: shown to who settles them, sent again or given up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.core.models import Outgoing
from backoffice.core.roles import Role
from tests.world import person

pytestmark = pytest.mark.django_db


def message(key: str = "loan:1:due", **how: object) -> Outgoing:
    now = timezone.now()
    given: dict[str, object] = {
        "to": f"{key.replace(':', '.')}@exemple.test",
        "language": "fr",
        "body": "Bonjour",
        "written_at": now,
        "next_try_at": now,
        "tries": 1,
    }
    return Outgoing.objects.create(key=key, **{**given, **how})


@pytest.fixture
def coordinator(client: Client) -> Client:
    client.force_login(person(Role.COORDINATOR))
    return client


def test_what_is_refused_in_doubt_and_given_up_by_the_server_is_shown(
    coordinator: Client,
) -> None:
    ago = timezone.now() - dt.timedelta(hours=1)
    message("a", problem="550 no such box")
    message("b", taken_at=ago)
    message("c", dropped_at=ago)
    message("d", taken_at=ago, sent_at=ago)
    message("e", tries=0)
    page = coordinator.get("/outgoing/").content.decode()
    for shown in ("a@exemple.test", "550 no such box", "In doubt", "Refused for good"):
        assert shown in page
    assert "d@exemple.test" not in page
    assert "e@exemple.test" not in page


def test_why_is_said_in_words_with_the_next_try_and_the_server_s_words_folded(
    coordinator: Client,
) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    refused = "[Errno 111] Connection refused"
    message("request:1:2", problem=refused, subject="Request 42", next_try_at=soon)
    page = coordinator.get("/outgoing/").content.decode()
    assert "The mail server does not answer" in page
    assert "Next try:" in page
    words, _folded, technical = page.partition("<main")[2].partition("<details")
    assert "Request 42" in words
    assert refused not in words
    assert refused in technical


def test_what_waits_for_its_first_try_has_not_left(coordinator: Client) -> None:
    message("a", tries=0)
    page = coordinator.get("/outgoing/").content.decode()
    assert "1 message waits for its first try" in page
    assert "Every message has left" not in page


@pytest.mark.parametrize("where", ["/", "/desk/"])
def test_what_could_not_leave_is_said_where_its_settler_begins(
    coordinator: Client, where: str
) -> None:
    assert "could not leave" not in coordinator.get(where).content.decode()
    message("a")
    message("b")
    page = coordinator.get(where).content.decode()
    assert "2 messages could not leave" in page
    assert 'href="/outgoing/"' in page.partition("<main")[2]


def test_who_settles_no_message_is_told_of_none(client: Client) -> None:
    message("a")
    client.force_login(person(Role.TECHNICIAN))
    assert "could not leave" not in client.get("/").content.decode()


def test_one_click_sends_again_another_gives_up(coordinator: Client) -> None:
    one, two = message("a"), message("b")
    coordinator.post(f"/outgoing/{one.uuid}/send/")
    coordinator.post(f"/outgoing/{two.uuid}/give-up/")
    page = coordinator.get("/outgoing/").content.decode()
    assert "1 message waits for its first try" in page
    assert one.to not in page
    assert two.to not in page
    two.refresh_from_db()
    assert (two.body, two.settled_by is not None) == ("", True)
    again = coordinator.post(f"/outgoing/{two.uuid}/send/", follow=True)
    assert "has left, or is about to" in again.content.decode()


def test_others_see_no_messages(client: Client) -> None:
    client.force_login(person(Role.TECHNICIAN))
    stuck = message()
    assert client.get("/outgoing/").status_code == 403
    assert client.post(f"/outgoing/{stuck.uuid}/give-up/").status_code == 403
