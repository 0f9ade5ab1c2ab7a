"""Where the bytes of blobs are: a folder of this machine, or a service that speaks S3.

Either way a blob lies at `sha256/ab/abcdef…`, is written whole or not at all, and is
never written again. What makes it known is its row (provisioning.models.Blob).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

HASH = re.compile(r"[0-9a-f]{64}")
# What is read, sent and hashed at once, in bytes.
BLOCK = 256 * 1024


class Readable(Protocol):
    """A part of a blob, to be read from its beginning to its end."""

    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


class Store(Protocol):
    # Whether what it opens can be sought: waitress sends that from its own loop.
    can_seek: bool

    def size(self, sha256: str) -> int | None:
        """In bytes; None where it is not here."""

    def open(self, sha256: str, start: int, length: int) -> Readable:
        """That part of a blob that is here."""

    def keep(self, path: Path, sha256: str) -> None:
        """Take a whole file of this machine that has this hash; the file is gone then."""


def store() -> Store:
    """The one that BLOB_STORAGE names: `s3://bucket/…`, or nothing for this machine.

    The other's module is loaded only where it is wanted: it needs boto3.
    """
    address: str = settings.BLOB_STORAGE
    name = "s3.S3Store" if address.startswith("s3://") else "disk.DiskStore"
    made: Store = import_string(f"provisioning.store.{name}")(
        address or Path(settings.STATE_DIR) / "blobs"
    )
    return made


def place_of(sha256: str) -> str:
    """The same in every store, on a mirror and on a stick."""
    if not HASH.fullmatch(sha256):
        raise ValueError("no SHA-256 in small hexadecimal digits")
    return f"sha256/{sha256[:2]}/{sha256}"
