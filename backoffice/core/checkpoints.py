"""Signed checkpoints: files outside the database that remember every chain's head.

`STATE_DIR/journal/checkpoint-000001.txt` is one checkpoint: a line of canonical
JSON (number, digest of the checkpoint before, instant, how many heads and their
SHA-256), a line with the Ed25519 signature of that line in base64, then one line
per chain that moved since: its key, its last sequence, its last hash, sorted, so
that one chain is found by bisection and a page never reads the whole file. The
key is `journal/key.pem`, its public half `key.pub`, for whoever checks from
outside. Copies of the folder kept elsewhere are what makes it a witness.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime as dt
import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from backoffice.core import chain
from backoffice.core.keys import signing_key


@dataclasses.dataclass(frozen=True)
class Head:
    """Where a chain stood: `key` is "device:5f3c…", `hash` that of its last event."""

    key: str
    sequence: int
    hash: str

    def line(self) -> str:
        return f"{self.key} {self.sequence} {self.hash}\n"

    @classmethod
    def parse(cls, line: str) -> Head:
        key, sequence, digest = line.split()
        return cls(key, int(sequence), digest)


@dataclasses.dataclass(frozen=True)
class Signed:
    """One checkpoint as its file says; `heads` in the order of their keys."""

    number: int
    previous: str
    signed_at: str
    heads: tuple[Head, ...]
    signature: bytes
    # What the header claims; equal to the heads' own hash unless somebody edited.
    heads_sha256: str

    @property
    def header(self) -> bytes:
        return chain.canonical(
            {
                "number": self.number,
                "previous": self.previous,
                "signed_at": self.signed_at,
                "heads": len(self.heads),
                "heads_sha256": self.heads_sha256,
            }
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.header).hexdigest()


@dataclasses.dataclass(frozen=True)
class Problem:
    number: int
    why: str


def folder() -> Path:
    return Path(settings.STATE_DIR) / "journal"


def write(now: dt.datetime, current: Iterable[Head]) -> Signed | None:
    """Sign and keep the next checkpoint; None where no chain moved since the last."""
    kept = read_all()
    known = heads(kept)
    moved = sorted(
        (head for head in current if known.get(head.key) != head),
        key=lambda head: head.key,
    )
    if kept and not moved:
        return None
    key = signing_key(folder() / "key.pem")
    draft = Signed(
        number=kept[-1].number + 1 if kept else 1,
        previous=kept[-1].digest if kept else chain.GENESIS,
        signed_at=now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        heads=tuple(moved),
        signature=b"",
        heads_sha256=_heads_hash(moved),
    )
    signed = dataclasses.replace(draft, signature=key.sign(draft.header))
    _keep(signed)
    _keep_public_key(key.public_key())
    return signed


def read_all() -> list[Signed]:
    """Every checkpoint on disk by number; one that cannot be read proves nothing."""
    return [_read(path) for path in _paths()]


def heads(kept: Iterable[Signed]) -> dict[str, Head]:
    """What the checkpoints together say of every chain they saw."""
    return {head.key: head for signed in kept for head in signed.heads}


def newest_head(key: str) -> Head | None:
    """What the newest checkpoint that saw this chain says of it."""
    for path in reversed(_paths()):
        with path.open("rb") as file:
            if head := _find(file.fileno(), key):
                return head
    return None


def problems(kept: list[Signed]) -> Iterator[Problem]:
    """Checkpoints whose signature, content, number or order does not hold."""
    if not kept:
        return
    public = signing_key(folder() / "key.pem").public_key()
    previous = chain.GENESIS
    for place, signed in enumerate(kept, start=1):
        if signed.number != place:
            yield Problem(place, "its file is missing")
            return
        if signed.heads_sha256 != _heads_hash(signed.heads):
            yield Problem(place, "its heads were altered")
        try:
            public.verify(signed.signature, signed.header)
        except InvalidSignature:
            yield Problem(place, "its signature does not hold")
        if signed.previous != previous:
            yield Problem(place, "does not follow the checkpoint before it")
        previous = signed.digest


def _paths() -> list[Path]:
    return sorted(folder().glob("checkpoint-*.txt"))


def _heads_hash(listed: Iterable[Head]) -> str:
    digest = hashlib.sha256()
    for head in listed:
        digest.update(head.line().encode())
    return digest.hexdigest()


def _find(handle: int, key: str) -> Head | None:
    """Bisect the sorted lines of one checkpoint for a chain."""
    wanted = f"{key} ".encode()
    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as text:
        low, high = text.find(b"\n", text.find(b"\n") + 1) + 1, len(text)
        while low < high:
            start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = text.find(b"\n", start) + 1 or high
            line = text[start:end]
            if line.startswith(wanted):
                return Head.parse(line.decode())
            low, high = (end, high) if line < wanted else (low, start)
    return None


def _keep(signed: Signed) -> None:
    path = folder() / f"checkpoint-{signed.number:06d}.txt"
    draft = path.with_suffix(f".{os.getpid()}.draft")
    with draft.open("wb") as out:
        out.write(signed.header + b"\n")
        out.write(base64.b64encode(signed.signature) + b"\n")
        out.writelines(head.line().encode() for head in signed.heads)
        out.flush()
        os.fsync(out.fileno())
    try:
        # A hard link refuses to replace what another process just wrote.
        path.hardlink_to(draft)
    finally:
        draft.unlink()


def _keep_public_key(key: Ed25519PublicKey) -> None:
    path = folder() / "key.pub"
    if not path.exists():
        path.write_bytes(
            key.public_bytes(
                serialization.Encoding.PEM,
                serialization.PublicFormat.SubjectPublicKeyInfo,
            )
        )


def _read(path: Path) -> Signed:
    number = int(path.stem.removeprefix("checkpoint-"))
    try:
        header, signature, *lines = path.read_text(encoding="utf-8").splitlines()
        said = json.loads(header)
        return Signed(
            number=int(said["number"]),
            previous=str(said["previous"]),
            signed_at=str(said["signed_at"]),
            heads=tuple(Head.parse(line) for line in lines),
            signature=base64.b64decode(signature, validate=True),
            heads_sha256=str(said["heads_sha256"]),
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        return Signed(number, "", "", (), b"", "unreadable")
