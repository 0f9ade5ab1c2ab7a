"""The files of the library that a description needs, each under one name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from agent.profile.document import Blob
from agent.profile.parts import Packed


class Held(NamedTuple):
    """A file that the library holds: its hash, size in bytes, media type and rights."""

    sha256: str
    size_bytes: int
    media: str
    licence: str = ""
    source: str = ""


class NotHeld(ValueError):
    """A resource that a layer names is not in the library, or withdrawn from it."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the library does not offer {sha256}")
        self.sha256 = sha256


class NotPacked(ValueError):
    """A resource that is to be unpacked is no archive."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"{sha256} is no archive")
        self.sha256 = sha256


ENDINGS: Final[Mapping[str, str]] = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/gzip": ".tar.gz",
    "application/x-xz": ".tar.xz",
    "application/x-zim": ".zim",
    "application/x-xpinstall": ".xpi",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "font/ttf": ".ttf",
    "font/otf": ".otf",
    "font/woff": ".woff",
    "font/woff2": ".woff2",
}
_PACKED: Final[Mapping[str, Packed]] = {
    "application/zip": Packed.ZIP,
    "application/gzip": Packed.TAR_GZ,
    "application/x-xz": Packed.TAR_XZ,
}
ARCHIVES: Final = frozenset(_PACKED)
_LONGEST_SOURCE = 300


class Shelf:
    """Takes files out of the library, and remembers which were taken."""

    def __init__(self, library: Mapping[str, Held]) -> None:
        self._library = library
        self._taken: dict[str, Blob] = {}

    def take(self, sha256: str, label: str) -> str:
        """The name of a file in the description. Raises `NotHeld`."""
        if sha256 not in self._taken:
            held = self.look_up(sha256)
            stem = re.sub(r"[^a-z0-9-]", "-", label.lower()).strip("-")[:50]
            far = len(held.source) > _LONGEST_SOURCE
            self._taken[sha256] = Blob(
                name=f"{stem or 'file'}-{sha256[:8]}{self.ending(sha256)}",
                sha256=sha256,
                size_bytes=held.size_bytes,
                media=held.media,
                licence=held.licence,
                source="" if far else held.source,
            )
        return self._taken[sha256].name

    def ending(self, sha256: str) -> str:
        """As `.pdf`; nothing for what no program opens by its name."""
        return ENDINGS.get(self.look_up(sha256).media, "")

    def packed(self, sha256: str) -> Packed:
        """How an archive is packed. Raises `NotPacked`."""
        found = _PACKED.get(self.look_up(sha256).media)
        if found is None:
            raise NotPacked(sha256)
        return found

    def look_up(self, sha256: str) -> Held:
        if sha256 not in self._library:
            raise NotHeld(sha256)
        return self._library[sha256]

    @property
    def bytes(self) -> int:
        """What all that was taken holds."""
        return sum(blob.size_bytes for blob in self._taken.values())

    @property
    def taken(self) -> tuple[Blob, ...]:
        return tuple(self._taken.values())
