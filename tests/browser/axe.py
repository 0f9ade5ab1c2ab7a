"""Accessibility faults of a page, found by axe-core from the project's own packages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Of what holds, one place each is enough. The one rule that reads style sheets anew, about
# turned screens, is an experiment that is not asked: only media are loaded.
RUN = """
async (standards) => {
  const { violations } = await axe.run(document, {
    runOnly: standards, resultTypes: ["violations"], preload: { assets: ["media"] },
  });
  return violations.map((found) => ({
    rule: found.id,
    help: found.help,
    where: found.nodes.map((node) => `${node.target.join(" ")}: ${node.html}`),
  }));
}
"""


@dataclass(frozen=True)
class Violation:
    """A rule of WCAG 2.2 A or AA that the page breaks, and at which elements."""

    rule: str
    help: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        return "\n  ".join((f"{self.rule}: {self.help}", *self.where))


@cache
def _source() -> str:
    if not AXE.is_file():
        message = f"{AXE} is missing: run `python tools/assets.py`"
        raise FileNotFoundError(message)
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[Violation]:
    """What axe finds now. Run in the page by the debugger: no page policy is loosened."""
    if not page.evaluate("'axe' in window"):  # once per document: it is half a megabyte
        page.evaluate(_source())
    found = page.evaluate(RUN, list(STANDARDS))
    return [Violation(v["rule"], v["help"], tuple(v["where"])) for v in found]


def report(page: Page) -> str:
    """Empty for a clean page, else one paragraph per fault: `assert report(page) == ""`."""
    return "\n".join(str(violation) for violation in violations(page))
