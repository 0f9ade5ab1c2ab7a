"""Tabs that accept at the same moment: the last pack of a quota is promised once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.faults.clients import CSRF, FORM, Server
from tests.faults.crowd import at_once
from tests.faults.installation import Installation

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Tab:
    """One browser tab of a coordinator."""

    number: int
    server: Server
    session: str

    def accept(self, request: str, programme: str) -> int:
        headers = {
            "Content-Type": FORM,
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }
        body = urlencode({"mode": "gift", "programme": programme}).encode()
        path = f"/requests/{request}/decide/approve/"
        return self.server.post(path, body, headers)[0]


@pytest.fixture
def tabs(shared: Installation) -> Iterator[list[Tab]]:
    sessions = shared.world["lending"]["sessions"]
    opened = [
        Tab(number, Server(shared.port), session)
        for number, session in enumerate(sessions)
    ]
    yield opened
    for tab in opened:
        tab.server.hang_up()


def accept_own(tab: Tab, quota: dict[str, Any]) -> int:
    """Each tab another request, for the same quota."""
    return tab.accept(quota["requests"][tab.number], quota["programme"])


def test_the_last_pack_of_a_quota_is_promised_once(
    shared: Installation, tabs: list[Tab]
) -> None:
    """Two tabs, then as many as there are requests: one is told yes, the others why not."""
    two, many, _same = shared.world["lending"]["quotas"]
    for quota, at_the_door in ((two, tabs[:2]), (many, tabs)):
        answers = Counter(at_once(at_the_door, partial(accept_own, quota=quota)))
        assert answers == {302: 1, 409: len(at_the_door) - 1}
    kept = json.loads(shared.run("-m", "tests.faults.asked"))
    assert [kept[each["programme"]] for each in (two, many)] == [[1, 1], [1, 1]]
    assert "History holds" in shared.run("manage.py", "verify_journal")


def test_one_request_is_accepted_once(shared: Installation, tabs: list[Tab]) -> None:
    quota = shared.world["lending"]["quotas"][2]
    first = quota["requests"][0]
    answers = Counter(at_once(tabs, lambda tab: tab.accept(first, quota["programme"])))
    assert answers == {302: 1, 409: len(tabs) - 1}
    kept = json.loads(shared.run("-m", "tests.faults.asked"))
    assert kept[quota["programme"]] == [1, 1]
