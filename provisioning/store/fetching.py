"""Files from this machine or from an address, gone on with where they were cut off."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import urllib3
from django.utils.translation import gettext as _

from provisioning.errors import ImportFailed
from provisioning.kinds import ResourceKind
from provisioning.store.incoming import Incoming, room_for
from provisioning.store.media import fits

# What is on the disk before more is asked for: no more than this is fetched twice.
STEP = 4 * 1024 * 1024
# Between two tries of a line that is cut, in seconds; each step that came starts anew.
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
OK, PARTIAL, BEYOND = 200, 206, 416

Told = Callable[[int, int], None]


class Given(NamedTuple):
    """What a source gives from `start` on. `size` of all of it, in bytes."""

    start: int
    size: int
    # Names this state of the file; empty where the source cannot tell it from another.
    state: str
    steps: Iterator[bytes]


class Source(Protocol):
    name: str

    def open(self, start: int, state: str) -> contextlib.AbstractContextManager[Given]:
        """From `start` on where it is still in that state, else from its beginning."""


class OnDisk:
    def __init__(self, path: Path) -> None:
        self.name = str(path.resolve())
        self._path = path

    @contextlib.contextmanager
    def open(self, start: int, state: str) -> Iterator[Given]:
        with self._path.open("rb") as file:
            found = self._path.stat()
            now = f"{found.st_mtime_ns}"
            file.seek(start if state == now else 0)
            steps = iter(lambda: file.read(STEP), b"")
            yield Given(file.tell(), found.st_size, now, steps)


class AtAddress:
    def __init__(self, address: str) -> None:
        self.name = address
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=10, read=60),
            retries=urllib3.Retry(0, redirect=5),
        )

    @contextlib.contextmanager
    def open(self, start: int, state: str) -> Iterator[Given]:
        asked = {"Accept-Encoding": "identity"}
        if start and state:
            asked |= {"Range": f"bytes={start}-", "If-Range": state}
        answer = self._http.request(
            "GET", self.name, headers=asked, preload_content=False
        )
        try:
            yield _given(answer, start)
        finally:
            answer.close()


def _given(answer: urllib3.BaseHTTPResponse, asked: int) -> Given:
    if (
        answer.status == BEYOND
        and answer.headers.get("Content-Range") == f"bytes */{asked}"
    ):
        return Given(asked, asked, _state_of(answer), iter(()))
    length = answer.headers.get("Content-Length", "")
    if answer.status not in (OK, PARTIAL) or not length.isdigit():
        raise ImportFailed(
            _("The address gives no file: its answer is %(status)s.")
            % {"status": answer.status}
        )
    start = asked if answer.status == PARTIAL else 0
    size = start + int(length)
    return Given(start, size, _state_of(answer), answer.stream(STEP))


def _state_of(answer: urllib3.BaseHTTPResponse) -> str:
    """What If-Range may name: a weak tag says nothing of the bytes."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")


def source_of(name: str) -> Source:
    """A path of this machine, or an http:// or https:// address."""
    web = name.startswith(("http://", "https://"))
    return AtAddress(name) if web else OnDisk(Path(name))


class Fetching:
    """One file on its way from a source; a later one goes on with it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        name = hashlib.sha256(source.name.encode()).hexdigest()[:32]
        self.incoming = Incoming(f"from-{name}")
        self._state = self.incoming.path.with_suffix(".state")

    def drop(self) -> None:
        self.incoming.drop()
        self._state.unlink(missing_ok=True)

    def run(self, kind: ResourceKind, told: Told) -> None:
        """Until all of it is here; a line that is cut is tried again for a while.

        `told` hears how many bytes are here, of how many. Refuses what is too large for
        its kind, what the disk has no room for, and a source that gives nothing.
        """
        failures = 0
        while True:
            before = self.incoming.received
            try:
                return self._try(kind, told)
            except (urllib3.exceptions.HTTPError, ConnectionError) as cut:
                failures = 0 if self.incoming.received > before else failures + 1
                if failures > len(PAUSES):
                    raise _cut_off() from cut
                time.sleep(PAUSES[max(failures - 1, 0)])

    def _try(self, kind: ResourceKind, told: Told) -> None:
        start = self.incoming.received
        state = self._state.read_text() if self._state.exists() else ""
        with self.source.open(start, state) as given:
            fits(given.size, kind)
            if given.start != start:
                self.incoming.drop()
            self._state.write_text(given.state)
            room_for(given.size - given.start)
            told(given.start, given.size)
            for step in given.steps:
                here = self.incoming.received
                told(self.incoming.append(here, [step], most=given.size), given.size)
        if self.incoming.received != given.size:
            raise ConnectionError("ended before its end")


def _cut_off() -> ImportFailed:
    return ImportFailed(
        _("The line to the address is cut, again and again."),
        advice=_("The same command goes on where it stopped."),
    )
