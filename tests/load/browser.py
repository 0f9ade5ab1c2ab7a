"""A browser of one person: cookies, forms and how long every answer took."""

from __future__ import annotations

import contextlib
import http.client
import random
import re
import time
import uuid
from collections.abc import Collection, Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.load.laptop import Asked

FORM = "application/x-www-form-urlencoded"
PATIENCE = 60.0
FOUND, CHANGED = 200, 302


class Wrong(Exception):
    """The server answered what no walk expects, or nothing; `Browser.wrong` says it."""


class Browser:
    """From an address of its own, through one proxy that connects for each request."""

    def __init__(self, port: int, number: int) -> None:
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.random = random.Random(number)
        self._port = port
        self._address = f"10.{number >> 8 & 255}.{number & 255}.1"
        self._cookies: dict[str, str] = {}

    def get(self, what: str, path: str) -> str:
        """The page there; `what` is its name in the table."""
        return self._ask(what, "GET", path, None, {FOUND})[1]

    def post(
        self,
        what: str,
        path: str,
        fields: Mapping[str, str],
        wanted: Collection[int] = (CHANGED,),
        *,
        htmx: bool = False,
    ) -> str:
        """Send a form as its page would; where the answer leads, or what it says."""
        told = {"once": str(uuid.uuid4()), **fields}
        told["csrfmiddlewaretoken"] = self._cookies.get("csrftoken", "")
        headers = {"Content-Type": FORM, **({"HX-Request": "true"} if htmx else {})}
        to, said = self._ask(what, "POST", path, urlencode(told), wanted, headers)
        return to or said

    def sign_in(self, email: str, password: str) -> None:
        page = self.get("sign-in page", "/account/login/")
        assert "csrfmiddlewaretoken" in page
        told = {"login": email, "password": password}
        self.post("sign in", "/account/login/", told)

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        body: str | None,
        wanted: Collection[int],
        headers: Mapping[str, str] | None = None,
    ) -> tuple[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {
            "Cookie": cookies,
            "Accept-Language": "fr",
            "X-Forwarded-For": self._address,
            "X-Forwarded-Proto": "http",
            **(headers or {}),
        }
        begun = time.perf_counter()
        there = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            with contextlib.closing(there):
                there.request(method, path, body, sent)
                answer = there.getresponse()
                said = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as unanswered:
            self.asked.append(Asked(what, 0, time.perf_counter() - begun))
            self.wrong.append(f"{method} {path} {unanswered!r}")
            raise Wrong(path) from unanswered
        took = time.perf_counter() - begun
        self.asked.append(Asked(what, answer.status, took))
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        if answer.status not in wanted:
            self.wrong.append(f"{method} {path} {answer.status} {_words(said)[:300]}")
            raise Wrong(path)
        return answer.headers.get("Location", ""), said


def _words(page: str) -> str:
    main = page.partition("<main")[2] or page
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
