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


def test_one_click_sends_again_another_gives_up(coordinator: Client) -> None:
    one, two = message("a"), message("b")
    coordinator.post(f"/outgoing/{one.uuid}/send/")
    coordinator.post(f"/outgoing/{two.uuid}/give-up/")
    page = coordinator.get("/outgoing/").content.decode()
    assert "Every message has left" in page
    two.refresh_from_db()
    assert (two.body, two.settled_by is not None) == ("", True)
    again = coordinator.post(f"/outgoing/{two.uuid}/send/", follow=True)
    assert "has left, or is about to" in again.content.decode()


def test_others_see_no_messages(client: Client) -> None:
    client.force_login(person(Role.TECHNICIAN))
    stuck = message()
    assert client.get("/outgoing/").status_code == 403
    assert client.post(f"/outgoing/{stuck.uuid}/give-up/").status_code == 403
