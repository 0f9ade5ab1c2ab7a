"""The key by which machines know this server's word: beside the database, never in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from backoffice.core.keys import signing_key


def public_key() -> bytes:
    """Raw Ed25519, 32 bytes: what a machine that joins is given."""
    return _key(_path()).public_key().public_bytes_raw()


def sign(said: bytes) -> bytes:
    return _key(_path()).sign(said)


def _path() -> Path:
    return Path(settings.STATE_DIR) / "agents" / "key.pem"


@cache
def _key(path: Path) -> Ed25519PrivateKey:
    return signing_key(path)
