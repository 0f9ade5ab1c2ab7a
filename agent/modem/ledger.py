"""Which PIN was ever said to which card: written down before it is said.

A wrong PIN that is said at every start blocks a card in three days. So each is said
once, for ever, and the disk knows of it before the card does.
"""

from __future__ import annotations

import enum
import functools
import hashlib
from pathlib import Path
from typing import Annotated

from agent import durable
from agent.fields import Digest
from agent.kinds import AtMost, Malformed
from agent.message import Message
from agent.modem.parse.iccid import SAME, Iccid

MOST = 1_000
LEDGER = "pins.json"


class Came(enum.StrEnum):
    """What came of a PIN. `tried` stays where the machine stopped in the middle."""

    TRIED = "tried"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Try(Message):
    """One PIN and one card, as a digest of both: the PIN is not kept here."""

    digest: Digest
    came: Came


class Book(Message):
    """The file."""

    tries: Annotated[tuple[Try, ...], AtMost(MOST)] = ()


class Ledger:
    """The tries of one machine. Raises OSError where the disk does not keep one.

    A ledger that cannot be read raises Malformed: it is never begun anew.
    """

    def __init__(self, state: Path) -> None:
        self._path = state / LEDGER
        try:
            self._book = Book.from_bytes(self._path.read_bytes())
        except FileNotFoundError:
            self._book = Book()

    def came(self, card: Iccid, pin: str) -> Came | None:
        """What came of this PIN on this card; None where it was never said."""
        digest = _digest(card, pin)
        found = (each.came for each in self._book.tries if each.digest == digest)
        return next(found, None)

    def trying(self, card: Iccid, pin: str) -> None:
        """It is about to be said; on the disk when this returns."""
        if len(self._book.tries) >= MOST:
            raise Malformed("tries", f"holds {MOST} already")
        one = Try(digest=_digest(card, pin), came=Came.TRIED)
        self._write((*self._book.tries, one))

    def tried(self, card: Iccid, pin: str, came: Came) -> None:
        digest = _digest(card, pin)
        others = (each for each in self._book.tries if each.digest != digest)
        self._write((*others, Try(digest=digest, came=came)))

    def _write(self, tries: tuple[Try, ...]) -> None:
        book = Book(tries=tries)
        durable.make_folder(self._path.parent)
        durable.write(self._path, book.to_bytes())
        self._book = book


@functools.lru_cache(maxsize=4)
def _digest(card: Iccid, pin: str) -> str:
    """Slow on purpose: there are only so many PINs."""
    salt = card.digits[:SAME].encode()
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
