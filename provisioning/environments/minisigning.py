"""Sign in the format of minisign, so that `minisign -Vm FILE -P KEY` agrees.

Prehashed: Ed25519 over the BLAKE2b-512 of the bytes, and over that signature with the
trusted comment. `agent.profile.minisign` reads what is written here.
"""

from __future__ import annotations

import binascii
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.profile.minisign import PREHASHED, TRUSTED, Key

UNTRUSTED = "untrusted comment: signature by rebond"


def public_of(private: Ed25519PrivateKey) -> Key:
    """Its public half, named by the first eight bytes of its BLAKE2b."""
    raw = private.public_key().public_bytes_raw()
    return Key(hashlib.blake2b(raw, digest_size=8).digest(), raw)


def signed(body: bytes, private: Ed25519PrivateKey, comment: str) -> str:
    """The text of a `.minisig` file; `comment` is one line, and signed too."""
    if not comment.isprintable():
        raise ValueError("a trusted comment is one line")
    over_body = private.sign(hashlib.blake2b(body).digest())
    over_comment = private.sign(over_body + comment.encode())
    first = PREHASHED + public_of(private).number + over_body
    lines = (UNTRUSTED, _text(first), TRUSTED + comment, _text(over_comment))
    return "".join(f"{line}\n" for line in lines)


def _text(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).decode()
