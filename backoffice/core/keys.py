"""Secrets and keys that live in files beside the database, never in it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def kept_secret(path: Path) -> str:
    """The secret in this file; made (64 characters, mode 0600) when there is none."""
    return _kept(path, secrets.token_urlsafe(48).encode()).decode()


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in this PEM file; made (mode 0600) when there is none."""
    fresh = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = serialization.load_pem_private_key(_kept(path, fresh), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} does not hold an Ed25519 key")
    return key


def encryption_key(path: Path) -> Fernet:
    """What encrypts secrets that the database must hold; made when there is none."""
    return Fernet(_kept(path, Fernet.generate_key()))


def kept_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """What this file holds; made (mode 0600) when there is none."""
    return path.read_bytes() if path.exists() else _kept(path, make())


def _kept(path: Path, fresh: bytes) -> bytes:
    """Read the file, or write `fresh` there; of two first starts one wins, for both."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(fresh)
            out.flush()
            os.fsync(out.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: its secret is the one that counts
        finally:
            draft.unlink()
    return path.read_bytes().strip()
