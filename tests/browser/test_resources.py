"""A file comes into the library by a browser: in pieces, cut off, reloaded, without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.server import Server
from tests.provisioning.files import pdf

pytestmark = pytest.mark.browser
# Three pieces of four mebibytes, the last one shorter.
LARGE = pdf("x" * 9 * 1024 * 1024)
PIECES = "**/resources/uploads/*-*/"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "les premiers pas.pdf"
    path.write_bytes(LARGE)
    return path


@pytest.fixture
def form(page: Page, server: Server) -> Page:
    server.sign_in(page, "lead")
    page.goto("/resources/new/")
    return page


def fill(page: Page, file: Path) -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Kind", exact=True).select_option("sheet")
    page.get_by_label("Title in French").fill("Les premiers pas")
    page.get_by_label("Licence", exact=True).select_option("LicenseRef-own")


def send(page: Page) -> None:
    page.get_by_role("button", name="Add it to the library").click()


def is_in_the_library(page: Page) -> None:
    """Also where the machine that tests has much else to do."""
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Les premiers pas", timeout=30_000)


def offsets(page: Page) -> list[str]:
    """From which byte on each piece was sent, as the browser does it from now on."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if "upload-offset" in request.headers:
            seen.append(request.headers["upload-offset"])

    page.on("request", note)
    return seen


def test_a_large_file_comes_in_pieces(form: Page, large: Path) -> None:
    sent = offsets(form)
    fill(form, large)
    send(form)
    is_in_the_library(form)
    assert sent == ["0", "4194304", "8388608"]
    expect(form.get_by_text("9.4 MB")).to_be_visible()


def test_a_line_that_is_cut_goes_on_by_itself(form: Page, large: Path) -> None:
    cut = iter([False, True])

    def line(route: Route) -> None:
        route.abort() if next(cut, False) else route.continue_()

    form.route(PIECES, line)
    fill(form, large)
    send(form)
    expect(form.locator("file-import").get_by_role("status")).to_contain_text(
        "The line is cut"
    )
    is_in_the_library(form)


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(
    form: Page, large: Path
) -> None:
    reached = iter([True])

    def line(route: Route) -> None:
        route.continue_() if next(reached, False) else route.abort()

    form.route(PIECES, line)
    fill(form, large)
    send(form)
    expect(form.locator("file-import").get_by_role("status")).to_contain_text(
        "The line is cut"
    )
    form.unroute(PIECES)
    form.goto("/resources/new/")
    waiting = form.get_by_role("region", name="Begun, not finished")
    expect(waiting).to_contain_text("les premiers pas.pdf")
    expect(waiting).to_contain_text("44 % of 9.4 MB")
    sent = offsets(form)
    fill(form, large)
    send(form)
    is_in_the_library(form)
    assert sent == ["4194304", "8388608"]


def test_what_the_server_refuses_is_said_and_nothing_is_lost(
    form: Page, large: Path
) -> None:
    fill(form, large)
    form.get_by_label("Kind").select_option("video")
    send(form)
    expect(form.get_by_role("alert")).to_contain_text("This file is no Video")
    expect(form.get_by_text("is here. Choose a file only if")).to_be_visible()
    sent = offsets(form)
    form.get_by_label("Kind").select_option("sheet")
    send(form)
    is_in_the_library(form)
    assert sent == []


def test_what_is_too_large_for_its_kind_is_said_before_it_is_sent(
    form: Page, large: Path
) -> None:
    sent = offsets(form)
    fill(form, large)
    form.get_by_label("Kind").select_option("script")
    send(form)
    expect(form.locator("file-import").get_by_role("status")).to_contain_text(
        "1 MB at most"
    )
    assert sent == []


def test_a_small_file_comes_without_scripts(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    small = tmp_path / "courriel.pdf"
    small.write_bytes(pdf())
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    server.sign_in(page, "lead")
    page.goto("/resources/new/")
    expect(page.locator("noscript p")).to_contain_text("no more than 7 MB")
    fill(page, small)
    send(page)
    is_in_the_library(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "les-premiers-pas.pdf"
    assert saved.value.path().read_bytes() == pdf()
    context.close()
