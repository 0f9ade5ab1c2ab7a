"""Bring codes to the server, in order; each is let go when the server says it holds it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from agent import wire
from agent.client import Client, Refused, bearer, read
from agent.scanner.news import News
from agent.scanner.waiting import Waiting
from agent.scans import (
    SCANNER_PATH,
    SCANS_PATH,
    JoinScanner,
    ScannerJoined,
    Scans,
    ScansKept,
)
from agent.sending import Outcome, Stop, Trouble, why_not
from agent.tell import of_stop
from agent.transport import NotUnderstood, Unreachable
from agent.words import Words

# A person stands there with a scanner in the hand: asked again soon, and never long.
FIRST_SECONDS = 0.5
LONGEST_SECONDS = 15.0
FOR_GOOD = frozenset({wire.Code.MALFORMED, wire.Code.TOO_LARGE})


class Calls(Client):
    """The two calls of a scanner."""

    def join(self, asked: JoinScanner) -> ScannerJoined:
        """Be the scanner of a station. The time is asked first: only of a server of ours."""
        self.time()
        answer = self._ask("POST", SCANNER_PATH, {}, asked.to_bytes())
        return read(ScannerJoined, answer)

    def hand_over(self, token: str, scans: Scans) -> ScansKept:
        """Codes; they are kept by the server when this returns."""
        answer = self._ask("POST", SCANS_PATH, bearer(token), scans.to_bytes())
        kept = read(ScansKept, answer)
        if {*kept.kept} != {scan.nonce for scan in scans.scans}:
            raise NotUnderstood("the answer is about other codes")
        return kept


class Carrier:
    """Sends until told to stop, or until the server wants no more of this scanner."""

    def __init__(
        self,
        calls: Calls,
        token: str,
        waiting: Waiting,
        news: News,
        words: Words,
        stopping: threading.Event,
    ) -> None:
        self._calls = calls
        self._token = token
        self._waiting = waiting
        self._news = news
        self._words = words
        self._stopping = stopping
        self._wake = threading.Event()
        self._pause = FIRST_SECONDS

    def wake(self) -> None:
        """There is something to send, or a reason to stop."""
        self._wake.set()

    def carry(self, random: Callable[[], float]) -> Refused | None:
        """None when told to stop; else the refusal that ends it."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                is_more = self._send_next()
            except Refused as refused:
                if why_not(refused) is Stop.ENROL_AGAIN:
                    return refused
                self._fail(refused, random)
            except (Unreachable, NotUnderstood) as trouble:
                self._fail(trouble, random)
            else:
                self._pause = FIRST_SECONDS
                if not is_more:
                    self._wake.wait()
        return None

    def _send_next(self) -> bool:
        """Whether there was anything to send."""
        parcel = self._waiting.parcel()
        if parcel is None:
            return False
        paths, scans = parcel
        try:
            kept = self._calls.hand_over(self._token, scans)
        except Refused as refused:
            if refused.problem.code not in FOR_GOOD:
                raise
            for path in paths:
                self._news.rejected(
                    str(refused), self._waiting.reject(path, str(refused))
                )
            return True
        self._waiting.done(paths)
        self._news.server_here()
        self._news.nobody(kept.waiting)
        return True

    def _fail(self, trouble: Trouble, random: Callable[[], float]) -> None:
        """Wait a moment that grows, or as long as the server asks."""
        outcome = Outcome(stop=why_not(trouble), detail=str(trouble))
        asked = trouble.retry_after_seconds if isinstance(trouble, Refused) else None
        outcome.retry_after_seconds = asked
        self._news.server_away(of_stop(outcome, self._words), self._waiting.count())
        self._stopping.wait(asked or self._pause * (0.5 + random() / 2))
        self._pause = min(LONGEST_SECONDS, self._pause * 2)
