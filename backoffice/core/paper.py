"""What a document says, before anything draws it.

The same specification is drawn as PDF (`backoffice.core.pdf`) and as its HTML twin,
so the two cannot say different things. All texts are ready to print, in the
document's language.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who issues the document; empty parts are left out."""

    name: str
    registration: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    block: ClassVar[str] = "paragraph"
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values, in one or two columns; empty values are left out."""

    block: ClassVar[str] = "facts"
    heading: str
    rows: tuple[tuple[str, str], ...]
    columns: int = 1

    @property
    def filled(self) -> tuple[tuple[str, str], ...]:
        return tuple((label, value) for label, value in self.rows if value)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header that is repeated on every page.

    `shares` are the widths of the columns in proportion to each other; columns in
    `numeric` are set to the right; those in `from_right` are read from right to left;
    `total` is a last row that stands out.
    """

    block: ClassVar[str] = "table"
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    numeric: frozenset[int] = frozenset()
    from_right: frozenset[int] = frozenset()
    total: tuple[str, ...] = ()
    on_new_page: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether a phone shows each row as a list: more than two texts side by side."""
        return len(self.columns) > 2

    @property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, each cell with what its column is called."""
        return tuple(
            tuple(
                Cell(self.columns[at], text, at in self.from_right)
                for at, text in enumerate(row)
            )
            for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of a table, where it cannot be seen below its column’s name."""

    label: str
    text: str
    is_from_right: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the document comes down to, and where to check it.

    `is_good` chooses a sign beside the words, which say it all; `address` becomes a QR
    code with `hint` under it. Without an address there is none.
    """

    block: ClassVar[str] = "verdict"
    text: str
    details: tuple[str, ...]
    is_good: bool
    address: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """One empty box to sign in for each of one or two parties, side by side."""

    block: ClassVar[str] = "signatures"
    parties: tuple[str, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class SignedBy:
    """How one party has signed: in words, and the picture of it where there is one.

    `address` is where the page finds the picture; without one the page leaves it out.
    """

    name: str
    lines: tuple[str, ...]
    picture: bytes = b""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Boxes that were signed, side by side."""

    block: ClassVar[str] = "signed"
    heading: str
    parties: tuple[SignedBy, SignedBy]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo (JPEG) and what it shows; `address` is where its page finds it."""

    block: ClassVar[str] = "picture"
    heading: str
    jpeg: bytes
    caption: str
    address: str


Block = Paragraph | Facts | Table | Verdict | Signatures | Signed | Picture


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    """One document: its identity, who issues it and what it says.

    `sha256` is the hash of the content as it was issued, `verification` a line that
    says where to check it (may be empty).
    """

    organisation: Organisation
    title: str
    number: str
    issued_on: dt.date
    language: str
    template_version: int
    sha256: str
    verification: str
    blocks: tuple[Block, ...]
