"""Who this machine is to its server: its key, its number, its credential.

All of it is one file of the owner's alone, written in one stroke. While a machine
enrols, its key waits in a file of its own: if the answer gets lost, the same code
with the same key gets the same agent again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from agent import durable, wire
from agent.fields import Digest, PublicKey, Token
from agent.kinds import Bytes, Text
from agent.marks import Marks

IDENTITY = "identity.json"
ENROLLING = "enrolling.json"
# The tag of the device that this machine is, as the server last said.
DEVICE = "device"

PrivateKey = Annotated[bytes, Bytes(32, 32, is_secret=True)]
Address = Annotated[str, Text(1000)]


class NotEnrolled(Exception):
    """This machine has no identity yet."""


class Server(wire.Message):
    """Where the server is, and whom to trust for it.

    `ca_pem` is the one authority to trust; where it is empty, the system's are.
    """

    address: Address
    ca_pem: Annotated[bytes, Bytes(0, 100_000)] = b""


class Identity(wire.Message):
    """What makes this machine itself to its server. Never printed.

    `former_token` stays until `token` was accepted once; `token_since` is an instant
    of the server's clock; `server_key` signs the server's time; `marks` are those of
    the hardware that was enrolled.
    """

    server: Server
    agent_id: uuid.UUID
    token: Token
    private_key: PrivateKey
    former_token: Token | None = None
    token_since: dt.datetime | None = None
    server_key: PublicKey | None = None
    marks: Marks | None = None

    def seal(self, report: wire.Report) -> wire.Envelope:
        return wire.Envelope.seal(self.agent_id, report, signer(self.private_key))


class Enrolling(wire.Message):
    """An enrolment that has begun. The code is kept as a hash, to tell it again."""

    attempt_sha256: Digest
    private_key: PrivateKey


def load(state: Path) -> Identity:
    """The identity in a state folder.

    Raises NotEnrolled where there is none, OSError and Malformed where there is one
    that cannot be read.
    """
    try:
        return Identity.from_bytes((state / IDENTITY).read_bytes())
    except FileNotFoundError as exc:
        raise NotEnrolled from exc


def save(state: Path, identity: Identity) -> None:
    """Keep a new identity; the enrolment that led to it is over."""
    keep(state, identity)
    durable.remove(state / ENROLLING)


def keep(state: Path, identity: Identity) -> None:
    """Write the identity down as it is now: the former one or this one, never half."""
    durable.write(state / IDENTITY, identity.to_bytes())


def begin(state: Path, code: str, address: str) -> bytes:
    """The private key to enrol with: this attempt's own if it was made before."""
    attempt = hashlib.sha256(f"{code}\n{address}".encode()).hexdigest()
    begun = _begun(state)
    if begun and begun.attempt_sha256 == attempt:
        return begun.private_key
    key = new_key()
    enrolling = Enrolling(attempt_sha256=attempt, private_key=key)
    durable.write(state / ENROLLING, enrolling.to_bytes())
    return key


def _begun(state: Path) -> Enrolling | None:
    try:
        return Enrolling.from_bytes((state / ENROLLING).read_bytes())
    except (FileNotFoundError, wire.Malformed):
        return None


def new_key() -> bytes:
    """A fresh Ed25519 key, its 32 bytes."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.Raw,
        serialization.PrivateFormat.Raw,
        serialization.NoEncryption(),
    )


def public_key(private_key: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(private_key).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signer(private_key: bytes) -> Callable[[bytes], bytes]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).sign
