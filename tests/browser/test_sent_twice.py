"""Back and saved once more: a person's habit that must not make a second record."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server

pytestmark = pytest.mark.browser


def test_an_erasure_saved_again_after_going_back_is_one_record(
    page: Page, server: Server
) -> None:
    server.sign_in(page, "technician")
    device = server.devices["in_refurbishment"]
    page.goto(f"/drives/{device['drive_uuid']}/erase/")
    page.get_by_role("radio", name="Failed", exact=True).check()
    page.get_by_label("Method").select_option(index=1)
    page.get_by_label("Tool", exact=True).fill("nwipe")
    page.get_by_label("Version of the tool").fill("0.34")
    page.get_by_label("Verification").select_option(index=1)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("The erasure is recorded.")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("recorded before")).to_be_visible()
    page.goto(f"/drives/{device['drive_uuid']}/")
    expect(page.locator(".plain-list > li", has_text="nwipe 0.34")).to_have_count(1)


def test_buttons_of_one_page_act_one_after_the_other(
    page: Page, server: Server
) -> None:
    """The page comes back under its own address: its forms are new ones."""
    server.sign_in(page, "technician")
    page.goto(f"/d/{server.devices['received']['tag']}/")
    page.get_by_role("button", name="Start the triage").click()
    expect(page.get_by_text("is now “In triage”")).to_be_visible()
    page.get_by_role("button", name="Keep it for reuse").click()
    expect(page.get_by_text("is now “To process”")).to_be_visible()
