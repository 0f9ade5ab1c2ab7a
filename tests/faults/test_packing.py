"""Sixty-four packers reach for the same few things: each thing is in one pack.

Two server processes of their own answer them, beside whatever workers these have.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.faults.clients import CSRF, FORM, Server
from tests.faults.crowd import at_once
from tests.faults.installation import Installation
from tools.postgres import free_port

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Packer:
    """One browser at one pack."""

    number: int
    server: Server
    session: str
    pack: str

    def scan(self, code: str) -> tuple[int, str]:
        headers = {
            "Content-Type": FORM,
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "HX-Request": "true",
        }
        said = {"code": code, "physical": "", "nonce": uuid.uuid4()}
        path = f"/packs/{self.pack}/scan/"
        status, body = self.server.post(path, urlencode(said).encode(), headers)
        return status, body.decode()


@pytest.fixture
def packers(shared: Installation) -> Iterator[list[Packer]]:
    """Every other one is answered by another process on the same database."""
    packing: dict[str, Any] = shared.world["packing"]
    port = free_port()
    second = shared.process(
        *("manage.py", "serve", "--listen", f"127.0.0.1:{port}"), log="second.log"
    )
    second.start()
    second.wait_for(f"http://127.0.0.1:{port}/health/")
    sessions = packing["sessions"]
    crowd = [
        Packer(
            number,
            Server(shared.port if number % 2 else port),
            sessions[number % len(sessions)],
            tag,
        )
        for number, tag in enumerate(packing["packs"])
    ]
    yield crowd
    for packer in crowd:
        packer.server.hang_up()
    second.kill()
    assert "Traceback" not in Path(second.log_file).read_text(errors="replace")


def reach(packer: Packer, codes: list[str]) -> tuple[int, str]:
    return packer.scan(codes[packer.number // 2 % len(codes)])


def test_each_thing_is_in_one_pack_and_the_others_are_told_whose(
    shared: Installation, packers: list[Packer]
) -> None:
    packing = shared.world["packing"]
    answers = at_once(packers, partial(reach, codes=packing["machines"]))
    won, lost = len(packing["machines"]), len(packers) - len(packing["machines"])
    assert Counter(status for status, _said in answers) == {200: won, 409: lost}
    assert all("unit_taken" in said for status, said in answers if status == 409)
    winners = {
        p.pack for p, (status, _) in zip(packers, answers, strict=True) if status == 200
    }
    mice = at_once(packers, partial(reach, codes=[packing["mouse"]]))
    had = Counter(status for status, _said in mice)
    assert all("nothing_left" in said for status, said in mice if status == 409)
    kept = json.loads(shared.run("-m", "tests.faults.packing"))
    assert {tuple(packs) for packs in kept["machines"].values()} == {
        (pack,) for pack in winners
    }
    assert kept["reserved"] == sorted(packing["machines"])
    assert kept["mice"] == [0, had[200], 0]
    assert had == {200: 10, 409: len(packers) - 10}
    assert "History holds" in shared.run("manage.py", "verify_journal")
