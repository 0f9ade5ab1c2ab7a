"""Take an archive apart into an empty folder, believing nothing that it says.

Regular files and folders only. A name that leads out, a link, a device, a name that
comes twice, or more bytes than a sane archive of its size holds: refused, all of it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from agent.kinds import UNFIT
from agent.profile.parts import Packed
from agent.provision.reasons import failed

MAX_FILES: Final = 5000
MAX_BYTES: Final = 4 * 2**30
# What packs better than this was made to fill a disk; small ones may.
MAX_RATIO: Final = 200
SMALL_BYTES: Final = 64 * 2**20
_HEADER_BYTES: Final = 2**20
_XZ_MEMORY_BYTES: Final = 128 * 2**20
_CHUNK: Final = 2**18

_BROKEN: Final = (
    *(tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, lzma.LZMAError),
    *(zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError),
)


class Taken(NamedTuple):
    """A file that came out: below the folder, with its mode and hash."""

    name: str
    mode: int
    sha256: str


def unpack(source: Path, packed: Packed, strip: int, folder: Path) -> list[Taken]:
    """All files of the archive into `folder`, which is empty; raises StepFailed."""
    limit = min(MAX_BYTES, max(SMALL_BYTES, MAX_RATIO * source.stat().st_size))
    try:
        if packed is Packed.ZIP:
            return _take(_of_zip(source), strip, folder, limit)
        plain = folder / "plain.tar"
        with plain.open("w+b") as tar:
            _inflate(source, packed, tar, limit + MAX_FILES * 2048)
            tar.seek(0)
            plain.unlink()
            return _take(_of_tar(tar), strip, folder, limit)
    except _BROKEN as exc:
        raise failed("archive_broken", str(exc)) from exc


class _Member(NamedTuple):
    name: str
    mode: int
    content: IO[bytes] | None  # none for a folder


def _take(
    members: Iterator[_Member], strip: int, folder: Path, limit: int
) -> list[Taken]:
    taken: dict[str, Taken] = {}
    left = limit
    for count, member in enumerate(members):
        if count >= MAX_FILES:
            raise failed("archive_too_large", f"{MAX_FILES} +")
        name = _inside(member.name, strip)
        if not name or member.content is None:
            continue
        if name in taken or (folder / name).is_dir():
            raise failed("archive_unsafe", member.name)
        mode = 0o755 if member.mode & stat.S_IXUSR else 0o644
        digest, size = _write(member.content, folder / name, mode, left)
        left -= size
        taken[name] = Taken(name, mode, digest)
    return list(taken.values())


def _inside(name: str, strip: int) -> str:
    """The name below the folder, "" where nothing is left; raises StepFailed."""
    parts = name.rstrip("/").split("/")
    if parts[0] == ".":
        parts = parts[1:]
    if name.startswith("/") or "\\" in name or UNFIT.search(name) or len(name) > 1000:
        raise failed("archive_unsafe", repr(name))
    if any(part in ("", ".", "..") for part in parts):
        raise failed("archive_unsafe", repr(name))
    return "/".join(parts[strip:])


def _write(content: IO[bytes], path: Path, mode: int, left: int) -> tuple[str, int]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as exc:
        raise failed("archive_unsafe", path.name) from exc
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in iter(lambda: content.read(_CHUNK), b""):
            size += len(chunk)
            if size > left:
                raise failed("archive_too_large", path.name)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _of_zip(source: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise failed("archive_unsafe", info.filename)
            if info.is_dir():
                yield _Member(info.filename, mode, None)
                continue
            with archive.open(info) as content:
                yield _Member(info.filename, mode, content)


def _of_tar(tar: IO[bytes]) -> Iterator[_Member]:
    with tarfile.open(fileobj=_Sipped(tar), mode="r:") as archive:
        for info in archive:
            if not (info.isreg() or info.isdir()) or info.issparse():
                raise failed("archive_unsafe", info.name)
            yield _Member(info.name, info.mode, archive.extractfile(info))


class _Sipped(io.BufferedIOBase):
    """A file of which no more than a little is read at once: headers stay small."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _HEADER_BYTES:
            raise failed("archive_too_large", "header")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _inflate(source: Path, packed: Packed, target: IO[bytes], limit: int) -> None:
    chunks = _of_gzip(source) if packed is Packed.TAR_GZ else _of_xz(source)
    for chunk in chunks:
        if target.tell() + len(chunk) > limit:
            raise failed("archive_too_large", f"> {limit}")
        target.write(chunk)


def _of_gzip(source: Path) -> Iterator[bytes]:
    with gzip.open(source) as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def _of_xz(source: Path) -> Iterator[bytes]:
    """One stream, with bounded memory, whatever its header asks for."""
    inflating: Any = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)
    with source.open("rb") as file:
        while not inflating.eof:
            packed = file.read(_CHUNK) if inflating.needs_input else b""
            if inflating.needs_input and not packed:
                raise EOFError("the archive ends too early")
            yield inflating.decompress(packed, max_length=_CHUNK)
