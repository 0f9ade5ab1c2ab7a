"""Every page there is, in both languages, wide and on a phone: nobody is shut out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, ConsoleMessage

from backoffice.demo.people import PASSWORD
from tests.browser import axe
from tests.browser.demo_world import ALL_ROLES
from tests.browser.pages import (
    FILE,
    FRAGMENT,
    LEADS_ON,
    NOT_PAGES,
    OF_A_MACHINE,
    ON_THE_WAY,
    POSTED,
    PROGRAMS,
    addresses,
    pages,
    routes,
    visitors,
    why_not,
)
from tests.browser.server import LANGUAGE, Server, serving, template

pytestmark = pytest.mark.browser
LANGUAGES = ("fr", "en")
WIDTHS = (1366, 390)
NARROWEST = 320  # CSS pixels, as WCAG 1.4.10 asks
HEIGHT = 844
# What axe does not ask: one title, the right language, a label for each field.
OWN_RULES = """
(language) => {
  const found = [];
  const shown = (element) => element.checkVisibility();
  const titles = [...document.querySelectorAll("h1")].filter(shown);
  if (titles.length !== 1) found.push(`${titles.length} h1`);
  if (document.documentElement.lang !== language)
    found.push(`lang=${document.documentElement.lang}`);
  if (/^\\s*·/.test(document.title)) found.push("no title");
  const fields = "input:not([type=hidden]):not([type=submit]), select, textarea";
  for (const field of document.querySelectorAll(fields)) {
    const named = field.labels?.length || field.ariaLabel
      || field.getAttribute("aria-labelledby");
    if (!named) found.push(`no label: ${field.outerHTML}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids))
    if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`twice: #${id}`);
  return found;
}
"""
TOO_WIDE = """
() => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= innerWidth) return [];
  const past = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
  return past.slice(0, 3).map((element) => `${wide} px: ${element.outerHTML.slice(0, 120)}`);
}
"""


ANSWERS: dict[str, Callable[[APIResponse], bool]] = {
    POSTED: lambda answer: answer.status == 405,
    LEADS_ON: lambda answer: answer.status == 302,
    FRAGMENT: lambda answer: answer.ok and "<html" not in answer.text(),
    OF_A_MACHINE: lambda answer: answer.ok and "<html" in answer.text(),
    FILE: lambda answer: answer.ok and "html" not in answer.headers["content-type"],
}
FULL_HEIGHT = "document.documentElement.scrollHeight"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of these: looking changes nothing."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        template(folder, "tests.browser.demo_world") as made,
        serving(made, folder / "server") as running,
    ):
        yield running


class Visitor:
    """Somebody in one language, who notes whatever the browser complains about."""

    def __init__(self, browser: Browser, demo: Server, language: str) -> None:
        self.language = language
        self.demo = demo
        self.context = browser.new_context(base_url=demo.url)
        self.context.set_default_timeout(15_000)
        self.context.add_cookies(
            [{"name": LANGUAGE, "value": language, "url": demo.url}]
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def become(self, who: str | None) -> None:
        self.context.clear_cookies(name="sessionid")
        if who:
            self.demo.sign_in(self.page, who, self.language)

    def faults(self, address: str) -> list[str]:
        """Whatever is wrong with the page at this address."""
        self.complaints.clear()
        answer = self.page.goto(address)
        assert answer is not None
        path = address.partition("?")[0]
        arrived = self.page.url.removeprefix(self.demo.url).partition("?")[0]
        found = [] if path == arrived else [f"led to {arrived}"]
        if answer.status not in {200, 422}:
            found.append(f"answered {answer.status}")
        return [f"{address}: {fault}" for fault in found + self.faults_here()]

    def faults_here(self) -> list[str]:
        found = list(self.page.evaluate(OWN_RULES, self.language))
        for width in WIDTHS:
            self._look_at_all_of_it(width)
            found += [f"at {width} px: {v}" for v in axe.violations(self.page)]
        self._look_at_all_of_it(NARROWEST)
        found += self.page.evaluate(TOO_WIDE)
        return found + self.complaints

    def _look_at_all_of_it(self, width: int) -> None:
        """As high as the page: a bar that stays at the bottom then covers nothing."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        height = max(HEIGHT, self.page.evaluate(FULL_HEIGHT))
        self.page.set_viewport_size({"width": width, "height": height})


@pytest.fixture(scope="module", params=LANGUAGES)
def visitor(
    browser: Browser, demo: Server, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    visiting = Visitor(browser, demo, request.param)
    yield visiting
    visiting.context.close()


@pytest.mark.parametrize("name", [n for n in pages() if n not in ON_THE_WAY])
def test_a_page_shuts_nobody_out(visitor: Visitor, demo: Server, name: str) -> None:
    found: list[str] = []
    for who in visitors(name):
        visitor.become(who)
        for address in addresses(name, demo.world["values"]):
            found += visitor.faults(address)
    assert not found, "\n".join(found)


def test_the_second_factor_is_asked_for_on_such_a_page_too(visitor: Visitor) -> None:
    visitor.become(None)
    visitor.page.goto("/account/login/")
    visitor.page.locator("[name=login]").fill(ALL_ROLES)
    visitor.page.locator("[name=password]").fill(PASSWORD)
    visitor.complaints.clear()
    with visitor.page.expect_navigation():
        visitor.page.locator("[name=password]").press("Enter")
    assert "/account/2fa/sign-in/" in visitor.page.url
    assert visitor.faults_here() == []


def test_a_link_to_choose_a_password_leads_to_such_a_page(
    visitor: Visitor, demo: Server
) -> None:
    visitor.become(None)
    name = "account_reset_password_from_key"
    (address,) = addresses(name, demo.world["values"])
    for link, title in ((address, "set-password"), (f"{address[:-4]}dead/", "dead")):
        visitor.complaints.clear()
        visitor.page.goto(link)
        assert title in visitor.page.url
        assert visitor.faults_here() == []


def test_the_label_of_a_passphrase_shuts_nobody_out_either(
    visitor: Visitor, demo: Server
) -> None:
    """It is shown this once, in answer to a button: no address leads to it."""
    visitor.become("everyone")
    (tag,) = demo.world["values"]["promised"]
    address = f"/d/{tag}/environment/passphrase/"
    assert visitor.faults(address) == []
    with visitor.page.expect_navigation():
        visitor.page.locator("main form [type=submit]").click()
    label = visitor.page.locator(".passphrase-label")
    assert label.locator(".passphrase").inner_text().count("-") == 3
    assert visitor.faults_here() == []
    visitor.page.locator("print-page button").focus()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.tagName") == "A"
    visitor.page.emulate_media(media="print")
    seen = visitor.page.locator("body *:visible", has_not=visitor.page.locator("*"))
    texts = [each.strip() for each in seen.all_inner_texts() if each.strip()]
    assert all(text in label.inner_text() for text in texts), "alone on its paper"
    visitor.page.emulate_media(media="screen")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nothing/here/", 404),
        ("/t/PC999999X", 404),
        ("/accounts/", 403),
        ("/devices/?days=-1", 422),
    ],
)
def test_a_page_that_is_not_there_shuts_nobody_out_either(
    visitor: Visitor, address: str, status: int
) -> None:
    visitor.become("technician")
    answer = visitor.page.goto(address)
    assert answer is not None
    assert answer.status == status
    visitor.complaints.clear()  # the browser notes every answer that is not 200
    assert visitor.faults_here() == []


def test_what_is_said_to_be_no_page_is_none(visitor: Visitor, demo: Server) -> None:
    visitor.become("everyone")
    for name in routes():
        why = why_not(name)
        if why in {None, PROGRAMS}:
            continue
        for address in addresses(name, demo.world["values"]):
            answer = visitor.context.request.get(address, max_redirects=0)
            assert ANSWERS[str(why)](answer), f"{name} is said to be: {why}"


def test_what_is_said_to_be_no_page_exists() -> None:
    spaces = {f"{name.partition(':')[0]}:" for name in routes()}
    assert [n for n in NOT_PAGES if n not in routes() and n not in spaces] == []
