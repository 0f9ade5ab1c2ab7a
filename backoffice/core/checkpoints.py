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
import contextlib
import dataclasses
import datetime as dt
import hashlib
import itertools
import json
import mmap
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from backoffice.core import chain
from backoffice.core.keys import signing_key


@dataclasses.dataclass(frozen=True, slots=True)
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
    """One checkpoint as its file says; its heads stay in the file."""

    number: int
    previous: str
    signed_at: str
    count: int
    signature: bytes
    # What the header claims; equal to the heads' own hash unless somebody edited.
    heads_sha256: str
    path: Path

    @property
    def header(self) -> bytes:
        return chain.canonical(
            {
                "number": self.number,
                "previous": self.previous,
                "signed_at": self.signed_at,
                "heads": self.count,
                "heads_sha256": self.heads_sha256,
            }
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.header).hexdigest()

    @property
    def heads(self) -> Iterator[Head]:
        """In the order of their keys. A line that is none breaks `heads_sha256`."""
        for line in _lines(self.path):
            with contextlib.suppress(ValueError):
                yield Head.parse(line.decode())


@dataclasses.dataclass(frozen=True)
class Problem:
    number: int
    why: str


def folder() -> Path:
    return Path(settings.STATE_DIR) / "journal"


@dataclasses.dataclass(frozen=True)
class Draft:
    """The heads that moved, in a file of their own, before they are signed."""

    path: Path
    count: int
    heads_sha256: str


@contextlib.contextmanager
def drafted(
    current: Iterable[Head], extends: Callable[[Head], bool]
) -> Iterator[Draft]:
    """The heads that differ from what checkpoints saw; `current` by ascending key.

    A chain that no longer holds the head that was seen of it (`extends` says no) is
    left out, so that no checkpoint ever vouches for what somebody cut or rewrote.
    Takes its time and little memory, and holds nobody up: call it outside of any
    transaction.
    """
    path = folder() / f".heads.{secrets.token_hex(8)}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, count = hashlib.sha256(), 0
    try:
        with path.open("wb") as out:
            for head in _moved(current, extends):
                line = head.line().encode()
                out.write(line)
                digest.update(line)
                count += 1
        yield Draft(path, count, digest.hexdigest())
    finally:
        path.unlink()


def write(now: dt.datetime, draft: Draft) -> Signed | None:
    """Sign and keep the next checkpoint; None where no chain moved since the last."""
    kept = read_all()
    if kept and not draft.count:
        return None
    key = signing_key(folder() / "key.pem")
    number = kept[-1].number + 1 if kept else 1
    unsigned = Signed(
        number=number,
        previous=kept[-1].digest if kept else chain.GENESIS,
        signed_at=now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        count=draft.count,
        signature=b"",
        heads_sha256=draft.heads_sha256,
        path=folder() / f"checkpoint-{number:06d}.txt",
    )
    signed = dataclasses.replace(unsigned, signature=key.sign(unsigned.header))
    _keep(signed, draft.path)
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
        if signed.heads_sha256 != _heads_hash(signed.path):
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


def _heads_hash(path: Path) -> str:
    digest = hashlib.sha256()
    for line in _lines(path):
        digest.update(line)
    return digest.hexdigest()


def _lines(path: Path) -> Iterator[bytes]:
    """What stands below a checkpoint's header and signature."""
    with path.open("rb") as file:
        yield from itertools.islice(file, 2, None)


def _moved(current: Iterable[Head], extends: Callable[[Head], bool]) -> Iterator[Head]:
    """Compared by the thousand, each thousand with its part of every checkpoint."""
    some = iter(current)
    while batch := list(itertools.islice(some, 5000)):
        known = _between(batch[0].key, batch[-1].key)
        for head in batch:
            seen = known.get(head.key)
            if seen != head and (seen is None or extends(seen)):
                yield head


def _between(first: str, last: str) -> dict[str, Head]:
    """What the checkpoints together say of the chains from one key to another."""
    found: dict[str, Head] = {}
    for path in _paths():
        with path.open("rb") as file:
            text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            with text:
                text.seek(_place(text, f"{first} ".encode()))
                for line in iter(text.readline, b""):
                    with contextlib.suppress(ValueError):
                        head = Head.parse(line.decode())
                        if head.key > last:
                            break
                        found[head.key] = head
    return found


def _find(handle: int, key: str) -> Head | None:
    """One chain in one checkpoint."""
    wanted = f"{key} ".encode()
    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as text:
        text.seek(_place(text, wanted))
        line = text.readline()
    return Head.parse(line.decode()) if line.startswith(wanted) else None


def _place(text: mmap.mmap, wanted: bytes) -> int:
    """Bisect the sorted lines of one checkpoint: where the first not before begins."""
    low, high = text.find(b"\n", text.find(b"\n") + 1) + 1, len(text)
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.find(b"\n", start) + 1 or high
        low, high = (end, high) if text[start:end] < wanted else (low, start)
    return low


def _keep(signed: Signed, heads: Path) -> None:
    draft = signed.path.with_suffix(f".{os.getpid()}.draft")
    with draft.open("wb") as out, heads.open("rb") as lines:
        out.write(signed.header + b"\n")
        out.write(base64.b64encode(signed.signature) + b"\n")
        shutil.copyfileobj(lines, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        # A hard link refuses to replace what another process just wrote.
        signed.path.hardlink_to(draft)
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
        with path.open("rb") as file:
            header, signature = file.readline(), file.readline()
        said = json.loads(header)
        return Signed(
            number=int(said["number"]),
            previous=str(said["previous"]),
            signed_at=str(said["signed_at"]),
            count=int(said["heads"]),
            signature=base64.b64decode(signature.strip(), validate=True),
            heads_sha256=str(said["heads_sha256"]),
            path=path,
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        return Signed(number, "", "", 0, b"", "unreadable", path)
