"""Erasures and their papers as the guides show them, in the demo as it was told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from playwright.sync_api import Page, ViewportSize

from tools.pictured_camera import PHONE, WIDE, Camera

DONOR = "Banque Horizon"
SHORT: ViewportSize = {"width": 1366, "height": 600}
# The languages of the demo's newest certificates of this morning.
NEWEST = ("en", "fr")
# Down to the drives that are at work.
TALL: ViewportSize = {"width": 1366, "height": 1370}


class Door(Protocol):
    """Lets somebody in, or nobody at all, with a browser of that size."""

    def __call__(
        self, who: str, size: ViewportSize = ...
    ) -> AbstractContextManager[Camera]: ...


def show(signed_in: Door) -> None:
    """What each role does for a drive's proof, in that order."""
    with signed_in("technicien") as camera:
        erase(camera)
        import_results(camera)
    with signed_in("donnees") as camera:
        destroy(camera)
    with signed_in("coordination") as camera:
        printed = certify(camera)
    with signed_in("", PHONE) as camera:
        verify(camera, printed)


def erase(camera: Camera) -> None:
    """The board, and the order that is given again for a drive that failed."""
    page = camera.page
    page.set_viewport_size(TALL)
    page.goto("/erasures/")
    camera.shoot("erasures")
    page.set_viewport_size(WIDE)
    page.locator("a[href*='/erase/?drive=']").first.click()
    camera.shoot("order")


def import_results(camera: Camera) -> None:
    """Another tool's report: accepted, refused, and one that asks a person."""
    page = camera.page
    page.goto("/results/")
    page.locator("tbody .row-link").last.click()
    camera.shoot("results")


def destroy(camera: Camera) -> None:
    """How it was destroyed and where; the date below is written as a browser does."""
    page = camera.page
    page.set_viewport_size(SHORT)
    page.goto("/erasures/")
    page.locator("a[href$='/destroy/']").first.click()
    camera.shoot("destroy")


def certify(camera: Camera) -> str:
    """A lot's papers and one of them; the hash that is printed on it."""
    page = camera.page
    page.goto("/donations/")
    page.locator("tbody tr", has_text=DONOR).locator("a").first.click()
    follow(page, "a[href^='/lots/']")
    follow(page, "a[href$='/certificates/']")
    camera.shoot("lot-certificates")
    page.goto("/certificates/")
    papers = page.locator("tbody a", has_text="AEF-")
    papers.nth(NEWEST.index(camera.language)).click()
    camera.shoot("certificate")
    return page.locator("#proof + dl dd").first.inner_text().strip()


def verify(camera: Camera, printed: str) -> None:
    """Whoever holds the paper asks by its hash, without an account."""
    page = camera.page
    page.goto("/v/")
    page.locator("main [name=hash]").fill(printed)
    page.locator("main button[type=submit]").click()
    page.locator("#answer").wait_for()
    camera.shoot("verify")


def follow(page: Page, link: str) -> None:
    page.locator(f"main {link}").first.click()
    page.wait_for_load_state()
