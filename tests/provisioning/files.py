"""Files of every kind that the library takes, as small as they can be, and made here."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

from PIL import Image

from backoffice.core.models import User
from provisioning import actions
from provisioning.intake import take_in
from provisioning.kinds import ContentLanguage, Licence, ResourceKind
from provisioning.models import Resource
from provisioning.store.incoming import Incoming

FACTS = actions.ResourceFacts(
    title_fr="Écrire un courriel",
    title_en="Writing a mail",
    language=ContentLanguage.FRENCH,
    licence=Licence.BY_SA,
    source_url="https://exemple.test/fiches/courriel",
)


def pdf(text: str = "Bonjour") -> bytes:
    return b"%PDF-1.7\n% " + text.encode() + b"\nstartxref\n9\n%%EOF\n"


def png(*, gps: bool = False, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (4, 3), "navy")
    exif = picture.getexif()
    if gps:
        exif.get_ifd(0x8825)[1] = "N"
    picture.save(out, form, exif=exif)
    return out.getvalue()


def zim(body: bytes = b"articles") -> bytes:
    """A header whose checksum is where it says, as whole files have it."""
    head = bytearray(80)
    head[:4] = b"ZIM\x04"
    struct.pack_into("<Q", head, 72, len(head) + len(body))
    return bytes(head) + body + bytes(16)


def tar(
    mode: str = "gz",
    *names: str,
    link: str = "",
    size: int = 5,
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}") as archive:  # type: ignore[call-overload]
        for name in names or ("Mon e-portfolio/cv.odt",):
            member = tarfile.TarInfo(name)
            member.size = size
            archive.addfile(member, io.BytesIO(b"x" * size))
        if link:
            member = tarfile.TarInfo("link")
            member.type, member.linkname = tarfile.SYMTYPE, link
            archive.addfile(member)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return out.getvalue()


def arrived(content: bytes, name: str = "file") -> Incoming:
    """A whole file that has just come in."""
    incoming = Incoming(name)
    incoming.drop()
    incoming.append(0, [content], most=len(content))
    return incoming


def in_library(
    by: User,
    content: bytes | None = None,
    kind: ResourceKind = ResourceKind.SHEET,
    facts: actions.ResourceFacts = FACTS,
) -> Resource:
    return take_in(arrived(pdf() if content is None else content), kind, facts, by=by)


def kept_files(folder: Path) -> list[str]:
    """Names of the blobs on the disk."""
    return sorted(path.name for path in folder.glob("blobs/sha256/*/*"))
