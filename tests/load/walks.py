"""What a social worker does in the portal, and a technician at the bench, without end."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from tests.load.browser import FOUND, Browser

# Seconds between two pages, on average: reading one, or walking to the next machine.
READING, CARRYING = 10.0, 4.0
# One that was sent; the address of a draft goes on, to its check.
_REQUEST = re.compile(r'/portal/requests/([0-9a-f-]{36})/"')
_PERSON = re.compile(r"/people/([0-9a-f-]{36})/")
Steps = Iterator[float]
Walk = Callable[[Browser, dict[str, Any]], Steps]


def social_worker(browser: Browser, known: dict[str, Any]) -> Steps:
    """Looks at what was asked, asks for a pack, writes a line, looks at the rest."""
    home = browser.get("portal: home", "/portal/")
    yield READING
    yield from _ask(browser, known["person"])
    yield from _write(browser, home)
    people = browser.get("portal: people", "/people/")
    yield READING
    browser.get("portal: a person", f"/people/{_one(browser, _PERSON, people)}/")
    yield READING
    browser.get("portal: hand-overs", "/handovers/")
    yield READING
    browser.get("portal: loans", "/loans/")
    yield READING


def _ask(browser: Browser, person: str) -> Steps:
    """Six questions, the check, and sent."""
    browser.get("portal: ask", "/portal/requests/new/")
    yield READING / 2
    page = browser.post("portal: begin a request", "/portal/requests/new/", {})
    answers = (
        {"beneficiary": person},
        {"situation": "none"},
        {"goals": "job_search"},
        {"capabilities": "laptop"},
        {"urgency": "0"},
        {"note": "Clavier français."},
    )
    for answer in answers:
        browser.get("portal: a question", page)
        yield READING / 2
        page = browser.post("portal: an answer", page, answer)
    browser.get("portal: check", page)
    yield READING / 2
    page = browser.post("portal: send a request", page, {})
    browser.get("portal: sent", page)
    yield READING


def _write(browser: Browser, home: str) -> Steps:
    """A line about a request that stands on the first page."""
    asked = _one(browser, _REQUEST, home)
    page = browser.get("portal: a request", f"/portal/requests/{asked}/")
    yield READING
    if f"/portal/requests/{asked}/message/" in page:
        browser.post(
            "portal: a message",
            f"/portal/requests/{asked}/message/",
            {"text": "Bonjour, quand sera-t-il prêt ?"},
        )
        browser.get("portal: a request", f"/portal/requests/{asked}/")
        yield READING


def technician(browser: Browser, known: dict[str, Any]) -> Steps:
    """Looks a machine up, then makes a pack of it by scan and puts it on its shelf."""
    machine = known["machines"].pop()
    look = {"code": machine, "mode": "look_up", "nonce": _nonce()}
    browser.post("bench: look up", "/station/scan/", look, (FOUND,), htmx=True)
    yield CARRYING
    browser.get("bench: packs", "/packs/")
    yield CARRYING
    browser.get("bench: new pack", "/packs/new/")
    wanted = {"template": known["template"], "site": known["site"], "request": ""}
    pack = browser.post("bench: begin a pack", "/packs/new/", wanted)
    browser.get("bench: a pack", pack)
    yield CARRYING
    for code in (machine, "XXFIN", known["shelf"]):
        told = {"code": code, "physical": "", "nonce": _nonce()}
        browser.post("bench: scan", f"{pack}scan/", told, (FOUND,), htmx=True)
        yield CARRYING


def walk(
    browser: Browser,
    known: dict[str, Any],
    steps: Walk,
    ending: threading.Event,
) -> None:
    """Sign in once, then go round until told to end."""
    ending.wait(known["begins"])
    browser.sign_in(known["email"], known["password"])
    while not ending.is_set():
        for pause in steps(browser, known):
            if ending.wait(pause * known["pace"] * (0.5 + browser.random.random())):
                break


def _one(browser: Browser, shape: re.Pattern[str], page: str) -> str:
    found: list[str] = shape.findall(page)
    return browser.random.choice(found)


def _nonce() -> str:
    return str(uuid.uuid4())
