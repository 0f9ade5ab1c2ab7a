"""The machine's own Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=user-gesture-required",
)


class ChromiumMissing(RuntimeError):
    """No Chromium here: `apt-get install chromium`, or name one in CHROMIUM."""


def executable() -> str:
    named = os.environ.get("CHROMIUM") or shutil.which("chromium")
    found = named or shutil.which("google-chrome")
    if found is None:
        raise ChromiumMissing(ChromiumMissing.__doc__)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=list(QUIET)
        )
        try:
            yield browser
        finally:
            browser.close()
