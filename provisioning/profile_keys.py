"""The keys that sign environments: two files beside the database, never in it.

`STATE_DIR/profile-keys/current.pem` signs; machines trust `next.pem` already, so that
it can take the place of the current one on the day that has to be.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from agent.profile.minisign import Key
from backoffice.core.keys import signing_key
from provisioning.environments.minisigning import public_of


class Ring(NamedTuple):
    """The private keys, and the counter that grows with each change."""

    current: Ed25519PrivateKey
    next: Ed25519PrivateKey
    counter: int

    @property
    def public(self) -> tuple[Key, Key]:
        return public_of(self.current), public_of(self.next)


def folder() -> Path:
    return Path(settings.STATE_DIR) / "profile-keys"


def ring() -> Ring:
    """As the files say now; both keys are made at first use."""
    with _held():
        return _read()


def rotate() -> Ring:
    """Let the next key be the current one, and make another next.

    The current one is gone afterwards. Cut off in the middle, the counter has grown
    and the keys are the old ones, or all is done.
    """
    with _held():
        before = _read()
        _replace(folder() / "counter", str(before.counter + 1))
        (folder() / "next.pem").replace(folder() / "current.pem")
        _sync(folder())
        return _read()


def _read() -> Ring:
    counter = folder() / "counter"
    if not counter.exists():
        _replace(counter, "1")
    return Ring(
        signing_key(folder() / "current.pem"),
        signing_key(folder() / "next.pem"),
        int(counter.read_text()),
    )


@contextlib.contextmanager
def _held() -> Iterator[None]:
    """One process of this machine at a time."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with draft.open("w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
