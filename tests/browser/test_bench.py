"""The bench in a browser: it moves by itself, and takes nothing out of anybody's hands."""

from __future__ import annotations

import urllib.request
import uuid
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from agent import wire
from tests.browser.axe import report
from tests.browser.server import Server

pytestmark = pytest.mark.browser
BOARD = "#bench-board"
# The bench asks every five seconds.
SOON = 15_000


@pytest.fixture
def bench(page: Page, server: Server) -> Page:
    server.sign_in(page, "technician")
    page.goto("/bench/")
    return page


def tell(server: Server, seq: int, percent: int) -> None:
    """What the machine on the bench says of its tests, as the agent says it."""
    machine = server.world["machine"]
    event = wire.Event(
        seq=seq,
        job_id=uuid.UUID(machine["job"]),
        step="memory",
        state=wire.Stage.PROGRESS,
        percent=percent,
        at=datetime.now(UTC),
        monotonic_ms=1000,
    )
    asked = urllib.request.Request(
        server.url + wire.EVENTS_PATH,
        wire.Events(events=(event,)).to_bytes(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {machine['token']}",
        },
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 202


def test_the_bench_moves_and_the_focus_stays(bench: Page, server: Server) -> None:
    name = server.world["machine"]["shown"]
    cancel = bench.get_by_role("button", name="Cancel")
    cancel.focus()
    tell(server, 1, 30)
    expect(bench.locator(BOARD)).to_contain_text("30%", timeout=SOON)
    expect(bench.get_by_role("progressbar", name=name)).to_have_attribute("value", "30")
    expect(cancel).to_be_focused()
    expect(bench.locator("#bench-news")).to_have_text(f"{name}: Memory, 25%.")
    link = bench.get_by_role("link", name=name)
    link.focus()
    tell(server, 2, 40)
    expect(bench.locator(BOARD)).to_contain_text("40%", timeout=SOON)
    expect(link).to_be_focused()
    expect(bench.locator("#bench-news")).to_have_text("")


def test_a_server_that_does_not_answer_is_said(bench: Page) -> None:
    stale = bench.locator("[data-part=stale]")
    expect(stale).to_be_hidden()
    bench.route("**/bench/live/**", lambda route: route.abort())
    expect(stale).to_be_visible(timeout=SOON)
    bench.unroute("**/bench/live/**")
    expect(stale).to_be_hidden(timeout=SOON)


def test_signed_out_elsewhere_the_bench_leads_to_the_door(bench: Page) -> None:
    bench.context.clear_cookies()
    bench.wait_for_url("**/account/login/**")
    expect(bench.locator("main")).to_have_count(1)


@pytest.mark.parametrize("width", [1366, 390, 320])
def test_the_bench_reads_at_every_width(
    bench: Page, server: Server, width: int
) -> None:
    tell(server, 1, 30)
    bench.set_viewport_size({"width": width, "height": 800})
    bench.reload()
    assert report(bench) == ""
    beyond = "document.documentElement.scrollWidth - window.innerWidth"
    assert bench.evaluate(beyond) <= 0


def test_one_key_cancels(bench: Page) -> None:
    bench.get_by_role("button", name="Cancel").press("Enter")
    expect(bench.get_by_text("Cancelled.")).to_be_visible()
    expect(bench.get_by_role("button", name="Cancel")).to_have_count(0)
