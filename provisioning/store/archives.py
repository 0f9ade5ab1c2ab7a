"""Folders in one file: looked through to the end before any machine unpacks them."""

from __future__ import annotations

import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from provisioning.errors import ResourceMistyped, ResourceUnsafe
from provisioning.store import BLOCK

GZIP, XZ, ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"PK\x03\x04"
# What unpacks to more is no folder of sheets: in bytes, and in files.
MOST_BYTES = 32 * 1024**3
MOST_FILES = 200_000


def packed_as(path: Path, head: bytes, *, holding: str = "") -> str | None:
    """Its media type; None where it is no archive, or does not hold that file.

    Refuses one that is cut off or damaged, leaves its folder, holds links or devices,
    or unpacks to more than a machine can take.
    """
    if head.startswith(ZIP):
        media, members = "application/zip", _zipped(path)
    elif head.startswith(GZIP):
        media, members = "application/gzip", _tarred(path, gzip.GzipFile)
    elif head.startswith(XZ):
        media, members = "application/x-xz", _tarred(path, lzma.LZMAFile)
    else:
        return None
    names = set()
    try:
        for count, (name, total) in enumerate(members, start=1):
            if total > MOST_BYTES or count > MOST_FILES:
                raise _unsafe(_("It unpacks to more than a machine can take."))
            names.add(name)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as broken:
        raise _damaged() from broken
    except (lzma.LZMAError, zlib.error, NotImplementedError, RuntimeError) as broken:
        raise _damaged() from broken
    if not names:
        raise _damaged()
    return media if not holding or holding in names else None


def _tarred(
    path: Path, unpacked: type[gzip.GzipFile | lzma.LZMAFile]
) -> Iterator[tuple[str, int]]:
    """Names, and the bytes up to there; read once, in blocks, to the very end."""
    total = 0
    with unpacked(path) as stream:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                total += member.size
                if not (member.isreg() or member.isdir()):
                    raise _unsafe(_("It holds links or devices, not only files."))
                yield _inside(member.name), total
        # What the packer wrote last says whether all of it is here.
        while block := stream.read(BLOCK):
            total += len(block)
            yield ".", total


def _zipped(path: Path) -> Iterator[tuple[str, int]]:
    total = 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            total += member.file_size
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _unsafe(_("It holds links or devices, not only files."))
            if "\\" in member.orig_filename or "\0" in member.orig_filename:
                raise _unsafe(_("It would write outside its own folder."))
            yield _inside(member.filename), total


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise _unsafe(_("It would write outside its own folder."))
    return str(path)


def _unsafe(why: str) -> ResourceUnsafe:
    return ResourceUnsafe(why, advice=_("Pack it again, from files alone."))


def _damaged() -> ResourceMistyped:
    return ResourceMistyped(
        _("The archive is damaged, empty, or not all of it is here."),
        advice=_("Pack it again, or fetch it again where it comes from."),
    )
