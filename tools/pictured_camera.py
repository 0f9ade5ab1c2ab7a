"""One person's browser for the pictures: it scans, and photographs what is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize

Keep = Callable[[str, bytes], None]
WIDE: ViewportSize = {"width": 1366, "height": 868}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Until then the same code counts as a scanner's stutter.
SAME_CODE_MS = 2_200
MARK = "(result) => { for (const old of result.children) old.dataset.old = ''; }"


class Camera:
    """One person's browser in one language; pictures are named after both."""

    def __init__(self, page: Page, language: str, keep: Keep) -> None:
        self.page = page
        self.language = language
        self.keep = keep
        self.last_code = ""

    def shoot(self, name: str, *, part: str = "") -> None:
        """A picture of what is seen, or of one part of the page."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        seen = self.page.locator(part) if part else self.page
        self.keep(f"{name}-{self.language}", seen.screenshot(animations="disabled"))

    def scan(self, code: str) -> None:
        """As a wedge scanner does, and wait for the answer."""
        if code == self.last_code:
            self.page.wait_for_timeout(SAME_CODE_MS)
        self.last_code = code
        self.page.locator("#scan-code").focus()
        with self._answered():
            self.page.keyboard.type(code)
            self.page.keyboard.press("Enter")

    def mode(self, command: str) -> None:
        with self._answered():
            self.page.locator(f".mode[value={command}]").click()

    @contextmanager
    def _answered(self) -> Iterator[None]:
        """Until the server's answer stands in the page."""
        self.page.locator("#result").evaluate(MARK)
        yield
        self.page.locator("#result:not(:has([data-old]))").wait_for()
