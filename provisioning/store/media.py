"""What a file is, by its bytes: its name and what a browser says of it prove nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

from provisioning.errors import (
    ResourceMistyped,
    ResourceTooLarge,
    ResourceUnsafe,
)
from provisioning.kinds import LARGEST, ResourceKind
from provisioning.store.archives import packed_as

# Of the beginning of a file, in bytes: enough for any sign looked for here.
HEAD = 4096
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
FONTS = {
    b"\x00\x01\x00\x00": "font/ttf",
    b"OTTO": "font/otf",
    b"wOFF": "font/woff",
    b"wOF2": "font/woff2",
}
# The brand of an MP4 follows these four letters.
MP4, WEBM = b"ftyp", b"\x1aE\xdf\xa3"
ZIM = b"ZIM\x04"
# Where a ZIM says where its checksum begins, and how long that is.
ZIM_CHECKSUM, CHECKSUM = 72, 16


def look(path: Path, kind: ResourceKind) -> str:
    """The media type of a file of this kind, which is then whole as far as it says.

    Refuses what is empty, too large, of another type, cut off, or unsafe to unpack.
    """
    size = path.stat().st_size
    fits(size, kind)
    with path.open("rb") as file:
        head = file.read(HEAD)
    media = _READERS[kind](path, head)
    if media is None:
        raise ResourceMistyped(
            _("This file is no %(kind)s.") % {"kind": kind.label},
            advice=_("Choose another kind, or another file.") + _hint(head),
            kind=kind.value,
        )
    return media


def fits(size: int, kind: ResourceKind) -> None:
    """Refuse what is empty, or larger than one of its kind may be."""
    if size <= 0:
        raise ResourceTooLarge(_("The file is empty."), size=size)
    if size > LARGEST[kind]:
        raise ResourceTooLarge(
            _("The file has %(size)s MB; %(kind)s: %(largest)s MB at most.")
            % {
                "size": -(-size // 1024**2),
                "kind": kind.label,
                "largest": LARGEST[kind] // 1024**2,
            },
            size=size,
            largest=LARGEST[kind],
        )


def _hint(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return " " + _("An SVG picture can hold a program: save it as PNG.")
    if start.startswith((b"<!doctype html", b"<html")):
        return " " + _("It is a web page: perhaps an address answered with an error.")
    return ""


def _sheet(path: Path, head: bytes) -> str | None:
    if not head.startswith(b"%PDF-"):
        return None
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - HEAD, 0))
        if b"%%EOF" not in file.read():
            raise _cut_off()
    return "application/pdf"


def _video(path: Path, head: bytes) -> str | None:
    if head[4:8] == MP4:
        return "video/mp4"
    return "video/webm" if head.startswith(WEBM) and b"webm" in head[:64] else None


def _zim(path: Path, head: bytes) -> str | None:
    if not head.startswith(ZIM) or len(head) < ZIM_CHECKSUM + 8:
        return None
    (checksum_at,) = struct.unpack_from("<Q", head, ZIM_CHECKSUM)
    if checksum_at + CHECKSUM != path.stat().st_size:
        raise _cut_off()
    return "application/x-zim"


def _picture(path: Path, head: bytes) -> str | None:
    try:
        with Image.open(path, formats=list(PICTURES)) as picture:
            known = PICTURES.get(picture.format or "")
            where = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
            picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        return None
    except (OSError, SyntaxError, ValueError) as broken:
        raise _cut_off() from broken
    if where:
        raise ResourceUnsafe(
            _("The picture says where it was taken."),
            advice=_("Save it without its position: it would be on every machine."),
        )
    return known


def _archive(path: Path, head: bytes) -> str | None:
    return packed_as(path, head)


def _script(path: Path, head: bytes) -> str | None:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    return "text/plain" if text.startswith("#!") and "\0" not in text else None


def _font(path: Path, head: bytes) -> str | None:
    return FONTS.get(head[:4])


def _package(path: Path, head: bytes) -> str | None:
    if head.startswith(b"!<arch>\ndebian-binary"):
        return "application/vnd.debian.binary-package"
    extension = packed_as(path, head, holding="manifest.json") == "application/zip"
    return "application/x-xpinstall" if extension else None


def _cut_off() -> ResourceMistyped:
    return ResourceMistyped(
        _("The file is damaged, or not all of it is here."),
        advice=_("Fetch it again where it comes from."),
    )


_READERS: Mapping[ResourceKind, Callable[[Path, bytes], str | None]] = {
    ResourceKind.SHEET: _sheet,
    ResourceKind.VIDEO: _video,
    ResourceKind.ZIM: _zim,
    ResourceKind.PICTURE: _picture,
    ResourceKind.ARCHIVE: _archive,
    ResourceKind.SCRIPT: _script,
    ResourceKind.FONT: _font,
    ResourceKind.PACKAGE: _package,
}
