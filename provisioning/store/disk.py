"""Blobs as files of a folder that any web server may serve beside this one."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

from provisioning.store import place_of


class DiskStore:
    can_seek = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / place_of(sha256)

    def size(self, sha256: str) -> int | None:
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, sha256: str, start: int, length: int) -> Section:
        return Section(self.path(sha256), start, length)

    def keep(self, path: Path, sha256: str) -> None:
        """By its name alone: what the name says is on the disk before the name is."""
        target = self.path(sha256)
        if target.exists():
            path.unlink()
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as whole:
            os.fsync(whole.fileno())
        # A mirror reads it as another user; nobody writes it any more.
        path.chmod(0o444)
        path.rename(target)
        for folder in (target.parent, target.parent.parent):
            _fsync(folder)


class Section(io.RawIOBase):
    """A part of a file as if it were all of it, opened when it is first read.

    waitress sends what can be sought from its own loop: no thread waits for a slow
    line, and no more than a block of it is ever in memory.
    """

    def __init__(self, path: Path, start: int, length: int) -> None:
        super().__init__()
        self._path = path
        self._start = start
        self._length = length
        self._at = 0
        self._file: BinaryIO | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}
        self._at = max(base[whence] + offset, 0)
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        left = max(self._length - self._at, 0)
        wanted = left if size < 0 else min(size, left)
        if self._file is None:
            self._file = self._path.open("rb", buffering=0)
        found = os.pread(self._file.fileno(), wanted, self._start + self._at)
        self._at += len(found)
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def _fsync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
