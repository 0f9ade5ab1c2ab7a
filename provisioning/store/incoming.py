"""A file on its way in: it grows at its end alone, and waits where it was cut off."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from provisioning.errors import DiskFull, UploadElsewhere

# Left free for the database, whatever is imported, in bytes.
KEPT_FREE = 256 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def folder() -> Path:
    """Beside the blobs, on the same disk; nobody but the server looks into it."""
    path = Path(settings.STATE_DIR) / "blobs" / "incoming"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


class Incoming:
    """One file on its way in; `name` is ours, never somebody's."""

    def __init__(self, name: str) -> None:
        self.path = folder() / f"{name}.part"

    @property
    def received(self) -> int:
        """Bytes that are here and on the disk."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, offset: int, blocks: Iterable[bytes], *, most: int) -> int:
        """Add what follows `offset`; returns how far it is then.

        All of it or nothing. Refuses where the file is not that far, or further, or
        would grow beyond `most` bytes.
        """
        with self._held() as file:
            here = file.seek(0, os.SEEK_END)
            if here != offset:
                raise _elsewhere(here)
            try:
                self._write(file, blocks, most)
            except OSError as failure:
                file.truncate(offset)
                if failure.errno in _FULL:
                    raise _full() from failure
                raise
            except UploadElsewhere:
                file.truncate(offset)
                raise
            return file.tell()

    def _write(self, file: io.FileIO, blocks: Iterable[bytes], most: int) -> None:
        for block in blocks:
            if file.tell() + len(block) > most:
                raise _elsewhere(file.tell())
            rest = memoryview(block)
            while rest:
                rest = rest[file.write(rest) :]
        os.fsync(file.fileno())

    @contextmanager
    def _held(self) -> Iterator[io.FileIO]:
        """The file for one writer alone: a second one, in another tab, is refused."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with io.FileIO(handle, "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise _elsewhere(self.received) from held
            yield file

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


def hash_of(path: Path) -> str:
    """Of a file that may be larger than memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def room_for(size: int) -> None:
    """Refuse what the disk cannot take."""
    free = shutil.disk_usage(folder()).free - KEPT_FREE
    if size > free:
        raise DiskFull(
            _("The disk of the server has no room for this file."),
            advice=_("Ask whoever looks after the server."),
            free=max(free, 0),
            needed=size,
        )


def forgotten(days: int) -> Iterator[Path]:
    """What nobody has added to for that long."""
    before = time.time() - days * 86_400
    for path in folder().iterdir():
        if path.stat().st_mtime < before:
            yield path


def _elsewhere(received: int) -> UploadElsewhere:
    return UploadElsewhere(
        _("The file is further, or less far, than this part of it."),
        advice=_("Choose the same file again: it goes on where it stopped."),
        received=received,
    )


def _full() -> DiskFull:
    return DiskFull(
        _("The disk of the server is full: this part of the file was not kept."),
        advice=_("Ask whoever looks after the server."),
    )
