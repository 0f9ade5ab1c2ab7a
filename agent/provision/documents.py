"""The signed description itself: its exact bytes, from a folder, this disk or the server.

The order of things is the protection: the hash and the signature over the exact bytes
first, then reading, then the version. Nothing of it is believed before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from agent import durable, wire
from agent.fields import Word
from agent.kinds import AtMost, Number
from agent.message import Message
from agent.profile import MAX_BYTES, Profile, read
from agent.profile.minisign import Key, NotSigned, verify
from agent.provision.ends import Refused

SUFFIX: Final = ".minisig"
MOST_SIGNATURE: Final = 4096
MOST_SLUGS: Final = 64


class Signed(NamedTuple):
    """A description as it travels."""

    body: bytes
    signature: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def of_folder(folder: Path, order: wire.ProfileOrder) -> Signed | None:
    """From the tree `profiles/slug/version/sha256.json` of a stick; None without it."""
    path = folder / "profiles" / order.slug / str(order.version)
    return of_file(path / f"{order.sha256}.json")


def of_file(path: Path) -> Signed | None:
    """A file and the signature beside it; None where one of them is not there."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
        with path.with_name(path.name + SUFFIX).open("rb") as file:
            signature = file.read(MOST_SIGNATURE)
    except FileNotFoundError:
        return None
    return Signed(body, signature.decode(errors="replace"))


def save(signed: Signed, path: Path) -> None:
    """Keep it, the signature first: the body is what says that it is there."""
    durable.make_folder(path.parent)
    durable.write(path.with_name(path.name + SUFFIX), signed.signature.encode())
    durable.write(path, signed.body)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + SUFFIX).unlink(missing_ok=True)


def unsigned(signed: Signed) -> Profile:
    """One that was checked before it was kept here. Raises Malformed."""
    return read(signed.body)


def checked(signed: Signed, keys: Iterable[Key]) -> Profile:
    """The description, once its signature holds. Raises Refused."""
    try:
        verify(signed.body, signed.signature, keys)
    except NotSigned as exc:
        raise Refused(
            "signature",
            "This environment’s signature does not hold: {why}",
            why=exc,
        ) from exc
    try:
        return read(signed.body)
    except wire.Malformed as exc:
        raise Refused(
            "malformed",
            "This environment cannot be read by this agent: {why}",
            why=exc,
        ) from exc


def fits(signed: Signed, profile: Profile, order: wire.ProfileOrder) -> None:
    """Raises Refused where it is another than the one that was ordered."""
    same = (profile.slug, profile.version) == (order.slug, order.version)
    if not same or signed.sha256 != order.sha256:
        raise Refused(
            "another",
            "This is another environment than the one that was ordered.",
        )


class Highest(Message):
    """The version of one environment that was begun on this machine."""

    slug: Word
    version: Annotated[int, Number(1, 1_000_000)]


class Begun(Message):
    """The file."""

    environments: Annotated[tuple[Highest, ...], AtMost(MOST_SLUGS)] = ()


class Versions:
    """Which version this machine has begun of each environment: it only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, slug: str) -> int:
        """0 where it never had any."""
        return self._all().get(slug, 0)

    def check(self, order: wire.ProfileOrder) -> None:
        """Raises Refused where it would go back without being told to."""
        have = self.of(order.slug)
        if order.version < have and not order.downgrade:
            raise Refused(
                "downgrade",
                "This machine has version {have} already; version {asked} is older.",
                have=have,
                asked=order.version,
            )

    def begin(self, slug: str, version: int) -> None:
        """From now on, nothing older is taken without being told to go back."""
        if self.of(slug) != version:
            self._write(self._all() | {slug: version})

    def _all(self) -> dict[str, int]:
        try:
            begun = Begun.from_bytes(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        return {each.slug: each.version for each in begun.environments}

    def _write(self, versions: dict[str, int]) -> None:
        newest = list(versions.items())[-MOST_SLUGS:]
        begun = tuple(Highest(slug=slug, version=version) for slug, version in newest)
        durable.make_folder(self._path.parent)
        durable.write(self._path, Begun(environments=begun).to_bytes())
