"""Keys and signatures of minisign for tests, made as its specification says."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.profile.minisign import ALGORITHM, PREHASHED, TRUSTED, Key


class Signer:
    """One key pair; every one is made of its number alone."""

    def __init__(self, number: int = 1) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.name = bytes([number]) * 8

    @property
    def key(self) -> Key:
        raw = self._private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return Key(self.name, raw)

    def sign(self, body: bytes, comment: str = "profile=emploi-fr version=7") -> str:
        over_body = self._private.sign(hashlib.blake2b(body).digest())
        over_comment = self._private.sign(over_body + comment.encode())
        return "\n".join(
            (
                "untrusted comment: anything",
                base64.b64encode(PREHASHED + self.name + over_body).decode(),
                TRUSTED + comment,
                base64.b64encode(over_comment).decode(),
                "",
            )
        )

    def public_file(self) -> str:
        assert ALGORITHM == b"Ed"
        return f"untrusted comment: minisign public key\n{self.key}\n"
