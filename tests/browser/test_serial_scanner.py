"""A code that a serial scanner posts, on the page of its station: as if typed there."""

from __future__ import annotations

import json
import urllib.request
import uuid

import pytest
from playwright.sync_api import Page, expect

from agent.scans import SCANNER_PATH, SCANS_PATH, JoinScanner, Read, Scans
from tests.browser.axe import report
from tests.browser.server import Server
from tests.browser.test_station import TITLE, listen, rows

pytestmark = pytest.mark.browser
TOKEN = "rbs_a-fictional-credential-of-a-scanner"
ABOUT_A_SECOND = 2_500


def tell(server: Server, path: str, body: bytes, token: str = "") -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(server.url + path, body, headers)
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)


@pytest.fixture
def station(page: Page, server: Server) -> Page:
    """“Bench 9” with a scanner that joined it by the code of its page."""
    server.sign_in(page, "technician")
    page.goto("/station/start/")
    page.get_by_label("Name of this station").fill("Bench 9")
    page.get_by_role("button", name="Start the station").click()
    page.wait_for_url("**/station/")
    page.goto("/station/scanners/")
    page.get_by_role("button", name="Make a code").click()
    code = page.locator("#code").inner_text()
    asked = JoinScanner(code=code, station="Bench 9", token=TOKEN)
    tell(server, SCANNER_PATH, asked.to_bytes())
    page.goto("/station/")
    listen(page)
    return page


def test_a_posted_code_is_answered_within_about_a_second(
    station: Page, server: Server
) -> None:
    scan = Read(nonce=uuid.uuid4(), code="EX-NOWHERE-1", age_ms=10)
    for _sent_twice in range(2):
        tell(server, SCANS_PATH, Scans(scans=(scan,)).to_bytes(), TOKEN)
    expect(station.locator("#result")).to_contain_text(
        "EX-NOWHERE-1", timeout=ABOUT_A_SECOND
    )
    expect(station.locator(TITLE)).to_be_visible()
    assert station.evaluate("window.heard") == ["attention"]
    for _poll in range(2):  # which bring nothing again
        with station.expect_response("**/station/arrived/"):
            pass
    assert station.evaluate("window.heard") == ["attention"]
    station.reload()
    assert station.get_by_text("EX-NOWHERE-1").count() >= 1


def test_what_waited_is_shown_until_somebody_says_yes(
    station: Page, server: Server
) -> None:
    scan = Read(nonce=uuid.uuid4(), code="EX-WAITED-2")
    tell(server, SCANS_PATH, Scans(scans=(scan,)).to_bytes(), TOKEN)
    expect(station.locator("#arrived")).to_contain_text("EX-WAITED-2")
    assert report(station) == ""
    before = rows(station)
    station.get_by_role("button", name="Record them here now").click()
    expect(station.locator("#result")).to_contain_text("EX-WAITED-2")
    expect(station.locator("#arrived")).not_to_contain_text("EX-WAITED-2")
    assert rows(station) >= before
