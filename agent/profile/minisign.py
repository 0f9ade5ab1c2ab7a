"""Verify detached signatures in the format of minisign (jedisct1.github.io/minisign).

Prehashed only: Ed25519 over the BLAKE2b-512 of the file, and a second one over that
signature and the trusted comment. `minisign -Vm FILE -P KEY` says the same.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

ALGORITHM: Final = b"Ed"  # of a key
PREHASHED: Final = b"ED"  # of a signature over a BLAKE2b-512
TRUSTED: Final = "trusted comment: "
_KEY_BYTES: Final = 2 + 8 + 32
_SIGNATURE_BYTES: Final = 2 + 8 + 64


class NotSigned(ValueError):
    """The bytes carry no good signature by a key that is trusted."""


class Key(NamedTuple):
    """A public key: its eight bytes of name, and Ed25519 raw."""

    number: bytes
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Of base64, the last line of a minisign.pub; raises ValueError."""
        lines = text.strip().splitlines() or [""]
        found = _base64(lines[-1], _KEY_BYTES)
        if found[:2] != ALGORITHM:
            raise ValueError("is not a key of minisign")
        return cls(found[2:10], found[10:])

    def __str__(self) -> str:
        whole = ALGORITHM + self.number + self.raw
        return binascii.b2a_base64(whole, newline=False).decode()


def verify(body: bytes, signature: str, keys: Iterable[Key]) -> str:
    """The trusted comment of a good signature; raises `NotSigned` with the reason."""
    try:
        _untrusted, first, comment, second = signature.strip().splitlines()
        over_body = _base64(first, _SIGNATURE_BYTES)
        over_comment = _base64(second, 64)
    except ValueError as exc:
        raise NotSigned("the signature is not in the format of minisign") from exc
    if over_body[:2] != PREHASHED or not comment.startswith(TRUSTED):
        raise NotSigned("the signature is not in the format of minisign")
    key = next((key for key in keys if key.number == over_body[2:10]), None)
    if key is None:
        raise NotSigned("it is signed by a key that this machine does not trust")
    said = comment.removeprefix(TRUSTED)
    _check(key, over_body[10:], hashlib.blake2b(body).digest())
    _check(key, over_comment, over_body[10:] + said.encode())
    return said


def _check(key: Key, signature: bytes, message: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except InvalidSignature as exc:
        raise NotSigned("it was altered after it was signed") from exc


def _base64(text: str, size: int) -> bytes:
    found = binascii.a2b_base64(text, strict_mode=True)
    if len(found) != size:
        raise ValueError(f"is not {size} bytes")
    return found
