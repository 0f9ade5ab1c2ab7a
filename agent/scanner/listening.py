"""Stay on the line: through half codes, noise, and a scanner that is pulled and put back."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from agent.scanner.beeping import Signals
from agent.scanner.frames import Fault, Frames, Heard
from agent.scanner.news import News
from agent.scanner.port import Gone

if TYPE_CHECKING:
    from serial import Serial

AGAIN_SECONDS = 0.5
# A code that has begun and does not end by then has a scanner that ends none.
ENDLESS_SECONDS = 3.0


class Listening:
    """One thread that turns what the scanner says into codes that are kept."""

    def __init__(
        self,
        open_line: Callable[[], Serial],
        keep: Callable[[Sequence[str]], None],
        signals: Signals,
        news: News,
        stopping: threading.Event,
    ) -> None:
        self._open = open_line
        self._keep = keep
        self._signals = signals
        self._news = news
        self._stopping = stopping
        self._frames = Frames()
        self._is_modem = False

    def stay(self) -> None:
        """Until told to stop."""
        while not self._stopping.is_set():
            try:
                with contextlib.closing(self._open()) as line:
                    self._news.here()
                    self._hear(line)
            except Gone as exc:
                self._lose(exc)
                self._stopping.wait(AGAIN_SECONDS)

    def _hear(self, line: Serial) -> None:
        """Read as long as there is a line; what came in one go is kept in one go."""
        last = time.monotonic()
        while not self._stopping.is_set():
            data = line.read(line.in_waiting or 1)
            if data:
                last = time.monotonic()
                self._take(line, list(self._frames.feed(data)))
            elif self._frames.is_open and time.monotonic() - last > ENDLESS_SECONDS:
                self._news.endless()

    def _take(self, line: Serial, heard: Sequence[Heard]) -> None:
        for each in heard:
            if each.fault:
                self._news.fault(each.fault, each.code)
            self._is_modem |= each.fault is Fault.MODEM
        codes = [each.code for each in heard if each.fault is None and each.code]
        if codes:
            self._keep_safe(codes)
        self._beep(line, heard)

    def _keep_safe(self, codes: Sequence[str]) -> None:
        """Only what is on the disk is acknowledged: a full disk makes scanning wait."""
        while True:
            try:
                self._keep(codes)
            except OSError as exc:
                self._news.not_kept(exc)
                if self._stopping.wait(AGAIN_SECONDS):
                    return
            else:
                self._news.kept()
                return

    def _beep(self, line: Serial, heard: Sequence[Heard]) -> None:
        """Answer by the scanner’s own protocol. What may be a modem is sent nothing."""
        if self._is_modem:
            return
        for each in heard:
            signal = self._signals.again if each.fault else self._signals.taken
            if signal and (each.fault or each.code):
                line.write(signal)

    def _lose(self, why: BaseException) -> None:
        if self._frames.is_open:
            self._news.cut()
        self._frames.forget()
        self._is_modem = False
        self._news.away(why)
