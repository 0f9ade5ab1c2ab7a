"""A real server and a real browser: `server` and `page` are new for every test.

`server.url` is its address, `server.world` what is in it (tests/browser/seed.py),
`server.sign_in(page, "technician")` opens the door without the sign-in page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.bench import STATIC
from tests.browser.chromium import chromium
from tests.browser.server import Server, Template, serving, template


# Not longer than this folder: while Playwright runs, Django believes itself in an
# event loop and refuses the database to the tests that follow in this process.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert (STATIC / "build" / "station.js").is_file(), "run `python tools/assets.py`"
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """The seeded database that every server of these tests starts from."""
    with template(tmp_path_factory.mktemp("workshop")) as made:
        yield made


@pytest.fixture
def server(workshop: Template, tmp_path: Path) -> Iterator[Server]:
    with serving(workshop, tmp_path / "server") as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page that speaks English, of nobody yet; any error of a script fails the test."""
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1366, "height": 868}
    )
    context.set_default_timeout(15_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []
