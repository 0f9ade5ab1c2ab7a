"""What a scanner’s bridge tells whoever looks at it, once for each change."""

from __future__ import annotations

import threading

from agent.scanner.frames import Fault
from agent.tell import warn
from agent.words import Words

FAULTS = {
    Fault.UNREADABLE: "What came is no readable code. Scan it again: {code}",
    Fault.TOO_LONG: "What came is longer than any code. Scan it again: {code}",
    Fault.MODEM: "This speaks like a modem, not like a scanner. It was not sent: {code}",
}


class News:
    """Says what is new; the same again is not said again. Two threads speak."""

    def __init__(self, words: Words, port: str, station: str) -> None:
        self._words = words
        self._port = port
        self._station = station
        self._said: dict[str, str] = {}
        self._lock = threading.Lock()

    def here(self) -> None:
        """The line is open."""
        self._say(
            "port",
            "here",
            self._words(
                "The scanner at {port} is heard. Its codes go to the station “{station}”.",
                port=self._port,
                station=self._station,
            ),
        )

    def away(self, why: object) -> None:
        """There is no line now; it is tried again until there is."""
        self._say(
            "port",
            "away",
            self._words(
                "No scanner at {port} for now ({why}). Plug it in: nothing needs to be "
                "started again.",
                port=self._port,
                why=why,
            ),
        )

    def fault(self, fault: Fault, code: str) -> None:
        warn(self._words(FAULTS[fault], code=code[:80]))

    def endless(self) -> None:
        self._say(
            "end",
            "endless",
            self._words(
                "The scanner does not say where a code ends. Set its suffix to CR."
            ),
        )

    def cut(self) -> None:
        warn(
            self._words("The scanner went away in the middle of a code: scan it again.")
        )

    def not_kept(self, why: object) -> None:
        self._say(
            "disk",
            "full",
            self._words(
                "The disk of this machine takes no code ({why}). Scanning waits for it.",
                why=why,
            ),
        )

    def kept(self) -> None:
        self._forget("disk")

    def server_away(self, why: str, waiting: int) -> None:
        self._say(
            "server",
            why,
            why,
            self._words("Nothing is lost. Codes waiting here: {count}.", count=waiting),
        )

    def server_here(self) -> None:
        if self._forget("server"):
            warn(self._words("The server answers again."))

    def rejected(self, why: str, where: object) -> None:
        warn(
            self._words(
                "The server refused codes for good ({why}). They are kept in {path}.",
                why=why,
                path=where,
            )
        )

    def nobody(self, waiting: int) -> None:
        """Codes wait on the server for somebody to open the station’s page."""
        if not waiting:
            self._forget("nobody")
            return
        self._say(
            "nobody",
            "nobody",
            self._words(
                "Nobody is at the station “{station}”: its codes wait on the server.",
                station=self._station,
            ),
        )

    def _say(self, about: str, state: str, *sentences: str) -> None:
        with self._lock:
            if self._said.get(about) == state:
                return
            self._said[about] = state
        for sentence in sentences:
            warn(sentence)

    def _forget(self, about: str) -> bool:
        with self._lock:
            return self._said.pop(about, None) is not None
