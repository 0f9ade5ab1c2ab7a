"""The files of a description on this machine's disk, each whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from agent import durable
from agent.profile import Blob
from agent.provision.reasons import failed
from agent.provision.sources import Busy, NotThere, Part, Source
from agent.run import Stopped, never
from agent.transport import Unreachable

PART: Final = ".part"
_CHUNK: Final = 2**18
_FLUSH: Final = 2**25
# Of what was begun, on a disk that fills: as much as a desktop needs to start.
GIVEN_BACK: Final = 2**24
# A server that is asked by a whole room gives to a few at a time: so long one waits.
PATIENCE_SECONDS: Final = 3600.0
_LOOK_SECONDS: Final = 0.5

# The bytes of the file at hand that are there, and of how many.
Told = Callable[[int, int], None]


class _Missed(NamedTuple):
    """Why each did not give a file; in how many seconds one of them may, or None."""

    why: str
    pause: float | None


class Wrong(Exception):
    """A source gave other bytes than those that were asked for."""


class Blobs:
    """A tree `blobs/sha256/ab/hex` that is filled from sources, in their order.

    `fetched_bytes` counts what came over a line or from a stick. `refused` says which
    source gave something wrong, for people.
    """

    def __init__(
        self,
        folder: Path,
        sources: Sequence[Source],
        *,
        stopped: Stopped = never,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._sources = list(sources)
        self.told: Told = lambda _done, _size: None
        self._stopped = stopped
        self._wait = wait
        self._proven: set[str] = set()
        self.fetched_bytes = 0
        self.refused: list[str] = []

    def path(self, blob: Blob) -> Path:
        return self._folder / blob.sha256[:2] / blob.sha256

    def has(self, blob: Blob) -> bool:
        """Whether it lies here in its size; `get` reads it again before it is used."""
        try:
            return self.path(blob).stat().st_size == blob.size_bytes
        except FileNotFoundError:
            return False

    def get(self, blob: Blob) -> Path:
        """The file, whole and verified.

        Raises StepFailed: `no_source` where none has it, `disk_full`, `cancelled`.
        """
        path = self.path(blob)
        if blob.sha256 in self._proven and self.has(blob):
            return path
        if not (self.has(blob) and _begun(path)[0].hexdigest() == blob.sha256):
            path.unlink(missing_ok=True)
            self._fetch(blob, path)
        self._proven.add(blob.sha256)
        return path

    def forget(self, blob: Blob) -> None:
        """It lies in its place by now: the disk is the person's."""
        self.path(blob).unlink(missing_ok=True)
        part = _part_of(self.path(blob))
        part.unlink(missing_ok=True)

    def _fetch(self, blob: Blob, path: Path) -> None:
        """From the first that gives it; those that are busy are asked again."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        patience = PATIENCE_SECONDS
        while (missed := self._ask(blob, path)) is not None:
            if missed.pause is None or patience <= 0:
                raise failed("no_source", f"{blob.name} ({missed.why})")
            patience -= missed.pause
            self._rest(missed.pause)

    def _ask(self, blob: Blob, path: Path) -> _Missed | None:
        """Every source in its turn; None once one of them has given it."""
        whys, pause = [], None
        for source in tuple(self._sources):
            try:
                self._take(source, blob, path)
            except Busy as exc:
                whys.append(f"{source.name}: {exc}")
                pause = exc.seconds
            except (NotThere, Unreachable) as exc:
                whys.append(f"{source.name}: {exc}")
            except Wrong as exc:
                whys.append(f"{source.name}: {exc}")
                self.refused.append(whys[-1])
                # for the others it is the last to be asked
                self._sources.remove(source)
                self._sources.append(source)
            except OSError as exc:
                if exc.errno in (errno.ENOSPC, errno.EDQUOT):
                    _give_back(_part_of(path))
                    raise failed("disk_full", blob.name) from exc
                whys.append(f"{source.name}: {exc.strerror}")
            else:
                return None
        if not whys:
            return _Missed("no source was named", None)
        return _Missed("; ".join(whys), pause)

    def _rest(self, seconds: float) -> None:
        """Leave them alone for so long, unless somebody calls this off."""
        while seconds > 0:
            if self._stopped():
                raise failed("cancelled")
            self._wait(min(seconds, _LOOK_SECONDS))
            seconds -= _LOOK_SECONDS

    def _take(self, source: Source, blob: Blob, path: Path) -> None:
        """All of it from one source, going on where another stopped.

        What was begun elsewhere may be what is wrong: then once more from the start.
        """
        part = _part_of(path)
        began = part.stat().st_size if part.exists() else 0
        if began > blob.size_bytes:
            part.unlink()
            began = 0
        try:
            self._pour(source, blob, part)
        except Wrong:
            part.unlink(missing_ok=True)
            if not began:
                raise
            try:
                self._pour(source, blob, part)
            except Wrong:
                part.unlink(missing_ok=True)
                raise
        part.replace(path)
        durable.settle(path.parent)

    def _pour(self, source: Source, blob: Blob, part: Path) -> None:
        digest, have = _begun(part)
        if have == blob.size_bytes and digest.hexdigest() == blob.sha256:
            return
        mode = "r+b" if part.exists() else "w+b"
        with (
            source.open(blob.sha256, have) as given,
            part.open(mode, buffering=0) as file,
        ):
            _refuse_at_once(given, blob)
            if given.start != have:
                if given.start:
                    raise NotThere("it answers with another part than was asked for")
                digest, have = hashlib.sha256(), 0
                file.truncate(0)
            file.seek(have)
            for chunk in given.chunks:
                have += len(chunk)
                if have > blob.size_bytes:
                    raise Wrong("it is longer than it should be")
                _write(file.fileno(), chunk)
                digest.update(chunk)
                self.fetched_bytes += len(chunk)
                if have // _FLUSH > (have - len(chunk)) // _FLUSH:
                    # on its way to the disk while the rest comes: nothing to wait for
                    os.posix_fadvise(file.fileno(), 0, have, os.POSIX_FADV_DONTNEED)
                self.told(have, blob.size_bytes)
                if self._stopped():
                    raise failed("cancelled")
            os.fsync(file.fileno())
        if have < blob.size_bytes:
            raise NotThere("it ends too early")
        if digest.hexdigest() != blob.sha256:
            raise Wrong("it is another file")


def _refuse_at_once(given: Part, blob: Blob) -> None:
    """A page of a hotel's network is no film: its length says so before it is read."""
    if given.size is not None and given.size != blob.size_bytes:
        raise Wrong(f"it has {given.size} bytes instead of {blob.size_bytes}")


def _begun(part: Path) -> tuple[hashlib._Hash, int]:
    digest, have = hashlib.sha256(), 0
    with contextlib.suppress(FileNotFoundError), part.open("rb", buffering=0) as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
            have += len(chunk)
    return digest, have


def _write(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _give_back(part: Path) -> None:
    """Leave people room to sign in on a full disk; the rest is gone on with later."""
    with contextlib.suppress(FileNotFoundError):
        have = part.stat().st_size
        os.truncate(part, max(0, have - GIVEN_BACK))


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + PART)
