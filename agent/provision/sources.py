"""Where the files of a description may come from: a stick, a mirror, the server.

None of them is believed: a file is taken for what its hash says, and for nothing else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from urllib.parse import urljoin

from agent import __version__
from agent.identity import Server
from agent.transport import CHUNK_BYTES, OverHttp, Stream

TREE: Final = "blobs/sha256"
MOST_TURNS: Final = 3
_TURNED: Final = frozenset({301, 302, 303, 307, 308})
_NOT_NOW: Final = frozenset({429, 503})
# Before a source that is busy is asked again, in seconds.
USUAL_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 60.0


class NotThere(Exception):
    """A source has not the file, or answers with something that it cannot be."""


class Busy(NotThere):
    """A source has its hands full now, and may be asked again in so many seconds."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(f"status {status}")
        self.seconds = seconds


class Part(NamedTuple):
    """The bytes of a file from `start` on; `size` is that of the whole, where told."""

    start: int
    size: int | None
    chunks: Iterator[bytes]


class Source(Protocol):
    """One place to ask. Raises NotThere, Unreachable or OSError (of a stick)."""

    name: str

    def open(
        self, sha256: str, start: int
    ) -> contextlib.AbstractContextManager[Part]: ...


class Folder:
    """A folder with `blobs/sha256/ab/hex` in it: a USB stick, a disk."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    @contextlib.contextmanager
    def open(self, sha256: str, start: int) -> Iterator[Part]:
        path = self._folder / TREE / sha256[:2] / sha256
        try:
            file = path.open("rb", buffering=0)
        except OSError as exc:
            raise NotThere(exc.strerror or "") from exc
        with file:
            size = file.seek(0, 2)
            file.seek(start)
            yield Part(start, size, iter(lambda: file.read(CHUNK_BYTES), b""))


class Web:
    """A web server with the same tree under its address: a mirror, or the origin.

    `If-Range` is asked only of the origin, whose tag is the hash: a mirror has tags of
    its own, and what it goes on with is proven by the hash of the whole.
    """

    def __init__(self, address: str, server: Server | None = None) -> None:
        self._is_origin = server is not None
        self._address = address.rstrip("/")
        self._server = server or Server(address=self._address)
        self.name = self._address

    @contextlib.contextmanager
    def open(self, sha256: str, start: int) -> Iterator[Part]:
        headers = {
            "Accept-Encoding": "identity",
            "User-Agent": f"rebond-agent/{__version__}",
        }
        if start:
            headers["Range"] = f"bytes={start}-"
        if start and self._is_origin:
            headers["If-Range"] = f'"{sha256}"'
        url = f"{self._address}/{sha256[:2]}/{sha256}"
        with contextlib.ExitStack() as stack:
            answer = self._follow(url, headers, stack)
            yield _part(answer)

    def _follow(
        self, url: str, headers: Mapping[str, str], stack: contextlib.ExitStack
    ) -> Stream:
        """The answer where the file lies: a store may keep it at another address."""
        server = self._server
        for _turn in range(MOST_TURNS):
            over = OverHttp(server)
            answer = stack.enter_context(over.stream(url, headers))
            if answer.status not in _TURNED:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
            if not url.startswith(("https://", "http://")):
                raise NotThere("it leads elsewhere")
            server = Server(address=url)
        raise NotThere("it leads round in circles")


def _part(answer: Stream) -> Part:
    if answer.status == 206:
        begins, size = _range(answer.headers.get("content-range", ""))
        return Part(begins, size, answer.chunks)
    if answer.status in _NOT_NOW:
        raise Busy(answer.status, _pause(answer.headers.get("retry-after", "")))
    if answer.status != 200:
        raise NotThere(f"status {answer.status}")
    length = answer.headers.get("content-length", "")
    is_number = length.isascii() and length.isdigit()
    return Part(0, int(length) if is_number else None, answer.chunks)


def _pause(said: str) -> float:
    """Of Retry-After in seconds, as long as one waits without having been forgotten."""
    is_number = said.isascii() and said.isdigit() and len(said) < 6
    return max(1.0, min(float(said), LONGEST_PAUSE)) if is_number else USUAL_PAUSE


def _range(said: str) -> tuple[int, int | None]:
    """Of `bytes 5-9/10` (RFC 9110 §14.4): 5 and 10."""
    unit, _, rest = said.partition(" ")
    place, _, size = rest.partition("/")
    begin, _, _end = place.partition("-")
    if unit != "bytes" or not begin.isdigit():
        raise NotThere("it answers with another part than was asked for")
    return int(begin), int(size) if size.isdigit() else None


_MOUNTED: Final = ("media/*", "media/*/*", "mnt", "mnt/*", "run/media/*/*")


def sticks(root: Path) -> list[Folder]:
    """What is mounted here and has the tree on it."""
    found = [path for pattern in _MOUNTED for path in sorted(root.glob(pattern))]
    found += [root / "run/live/rebond"]
    return [Folder(path) for path in found if (path / TREE).is_dir()]
