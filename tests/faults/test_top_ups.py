"""Colleagues who top the same person up at the same moment never exceed the cap.

Two server processes answer them, beside whatever workers these have.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.faults.clients import CSRF, FORM, Server
from tests.faults.crowd import at_once
from tests.faults.installation import Installation
from tools.postgres import free_port

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Colleague:
    """One browser at the page of the card."""

    server: Server
    session: str
    card: str
    today: str

    def top_up(self) -> int:
        """20 €: two of them are more than the 30 € of a month."""
        headers = {
            "Content-Type": FORM,
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }
        said = {"value_cents": "20", "charged_cents": "", "made_on": self.today}
        path = f"/sims/{self.card}/top-up/"
        return self.server.post(path, urlencode(said).encode(), headers)[0]


@pytest.fixture
def colleagues(shared: Installation) -> Iterator[list[Colleague]]:
    made = json.loads(shared.run("-m", "tests.faults.topping_up"))
    port = free_port()
    second = shared.process(
        *("manage.py", "serve", "--listen", f"127.0.0.1:{port}"), log="second.log"
    )
    second.start()
    second.wait_for(f"http://127.0.0.1:{port}/health/")
    crowd = [
        Colleague(
            Server(shared.port if number % 2 else port),
            session,
            made["card"],
            made["today"],
        )
        for number, session in enumerate(made["sessions"])
    ]
    yield crowd
    for each in crowd:
        each.server.hang_up()
    second.kill()
    assert "Traceback" not in Path(second.log_file).read_text(errors="replace")


def test_two_top_ups_at_the_cap_are_one(
    shared: Installation, colleagues: list[Colleague]
) -> None:
    answers = at_once(colleagues, Colleague.top_up)
    assert Counter(answers) == {302: 1, 409: len(colleagues) - 1}
    kept = json.loads(shared.run("-m", "tests.faults.topping_up", "given"))
    assert kept == {"cents": 2000, "helps": 1}
    assert "History holds" in shared.run("manage.py", "verify_journal")
