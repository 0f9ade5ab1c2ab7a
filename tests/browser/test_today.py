"""The first page as a scanner meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scanner import Scanner
from tests.browser.server import Server

pytestmark = pytest.mark.browser


def test_a_scan_on_the_first_page_opens_the_device(page: Page, server: Server) -> None:
    """Wherever the focus is, and whatever the layout of the keyboard."""
    server.sign_in(page, "technician")
    page.goto("/")
    expect(page.locator("scan-field:defined #id_q")).to_be_focused()
    device = server.devices["received"]
    page.get_by_role("link", name="Start the station").focus()
    Scanner(page, french=True).scan(device["serial"])
    page.wait_for_url(f"**/d/{device['tag']}/")
