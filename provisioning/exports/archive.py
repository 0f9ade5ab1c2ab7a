"""The file of an export, opened and read in bounds: nothing in it is trusted."""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from agent import wire
from provisioning.errors import ImportUnreadable, VersionUnsupported

MAX_FILE_BYTES = 64 * 2**20
# What the file may grow to once it is unpacked.
MAX_UNPACKED_BYTES = 512 * 2**20
# One name of an export takes less than this in the directory of the file.
MAX_DIRECTORY_BYTES = 256 * (wire.MAX_EXPORTED + 1)
# The last bytes of the file: how many parts it has, and how long their directory is.
_END, _LONG_END_BYTES = struct.Struct("<4s4H2LH"), 20
# How an agent packs. Each other method has failures of its own.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# ValueError: a name that is no text.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    _refuse_crowded(file)
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as broken:
        raise _unreadable() from broken
    sizes = [info.file_size for info in archive.infolist()]
    if len(sizes) > wire.MAX_EXPORTED + 1 or sum(sizes) > MAX_UNPACKED_BYTES:
        raise _crowded()
    return archive


def _refuse_crowded(file: IO[bytes]) -> None:
    """Read how long the directory is before all of it is read at once.

    No agent writes a remark at the end, nor the form for more than 65,535 parts:
    what is here is then what `zipfile` goes by.
    """
    size = file.seek(0, os.SEEK_END)
    if size > MAX_FILE_BYTES:
        raise ImportUnreadable(_("This file is larger than an export may be."))
    file.seek(max(0, size - _END.size - _LONG_END_BYTES))
    before, end = (tail := file.read())[: -_END.size], tail[-_END.size :]
    if len(end) < _END.size or before.startswith(b"PK\x06\x07"):
        raise _unreadable()
    mark, _disk, _first, _here, parts, directory, _at, remark = _END.unpack(end)
    if mark != b"PK\x05\x06" or remark:
        raise _unreadable()
    if parts > wire.MAX_EXPORTED + 1 or directory > MAX_DIRECTORY_BYTES:
        raise _crowded()


def manifest_of(archive: zipfile.ZipFile) -> wire.Manifest:
    try:
        return wire.Manifest.from_bytes(read(archive, wire.MANIFEST))
    except wire.Malformed as unfit:
        raise (
            another_version() if unfit.where == "version" else _unreadable()
        ) from unfit
    except ImportUnreadable as unfit:
        raise _unreadable() from unfit


def names(manifest: wire.Manifest) -> Iterator[str]:
    """The reports in the order of their chain, as the manifest lists them."""
    listed = sorted(manifest.reports, key=lambda report: report.seq)
    return iter(dict.fromkeys(report.name for report in listed))


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of it, bounded whatever it says of its own size."""
    try:
        member = archive.getinfo(name)
        if member.compress_type not in _METHODS:
            raise zipfile.BadZipFile(name)
        with archive.open(member) as packed:
            found = packed.read(wire.MAX_BODY_BYTES + 1)
    except (*_BROKEN, KeyError) as broken:
        raise ImportUnreadable(_("This part of the file cannot be read.")) from broken
    if len(found) > wire.MAX_BODY_BYTES:
        raise ImportUnreadable(_("A report holds at most four mebibytes."))
    return found


def fingerprint_of(file: IO[bytes]) -> tuple[str, int]:
    """The SHA-256 of a file that was refused, in hex, and its size in bytes."""
    file.seek(0)
    known = hashlib.sha256()
    while some := file.read(2**20):
        known.update(some)
    return known.hexdigest(), file.tell()


def _crowded() -> ImportUnreadable:
    return ImportUnreadable(_("This file holds more than an export may."))


def _unreadable() -> ImportUnreadable:
    return ImportUnreadable(
        _("This file is no export of a machine."),
        advice=_("On the machine, “agent export” writes one."),
    )


def another_version() -> VersionUnsupported:
    return VersionUnsupported(
        _("This file is of a version that is not spoken here."),
        advice=_("The machine’s image or this server needs an update."),
    )
