"""Learning environments as the guide shows them, in the demo as it was told."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

from tools.pictured_proof import Door

TALL: ViewportSize = {"width": 1366, "height": 1000}


def write_and_publish(signed_in: Door) -> None:
    """The list, the home page, what a version changes, and a section of fields."""
    with signed_in("atelier", TALL) as camera:
        page = camera.page
        page.goto("/environments/")
        camera.shoot("environments")
        page.locator("#e-emploi a").click()
        one = page.url
        page.goto(f"{one}preview/")
        page.frame_locator("iframe").locator("h1").wait_for()
        camera.shoot("environments-home")
        page.goto(f"{one}2/")
        camera.shoot("environments-version")
        page.goto(one)
        page.locator(".layer-stack a").last.click()
        page.goto(f"{page.url}home/")
        camera.shoot("environments-section")
