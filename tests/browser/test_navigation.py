"""Where people go from, and a code that is carried to a machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server

pytestmark = pytest.mark.browser
LINES = "(list) => new Set([...list.children].map((each) => each.offsetTop)).size"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_navigation_of_a_lead_is_one_line_on_a_laptop(
    page: Page, server: Server, language: str
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    server.sign_in(page, "lead", language)
    page.goto("/places/")
    links = page.locator(".site-nav > div > ul")
    assert links.evaluate(LINES) == 1
    expect(links.locator("[aria-current]")).to_be_hidden()
    links.locator("summary").last.click()
    expect(links.locator("[aria-current]")).to_be_visible()


def test_a_join_code_is_copied_by_a_button(page: Page, server: Server) -> None:
    server.sign_in(page, "technician")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/machines/")
    page.locator("form[action='/machines/join/'] .btn-primary").click()
    code = page.locator("#code").inner_text().strip()
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code
