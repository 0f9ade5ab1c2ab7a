"""What a field of a message may hold, and how it is read, bounded and written.

Every text is made fit instead of being refused: outer blanks go, control
characters, NUL, lone surrogates and characters that turn the direction of
writing become U+FFFD, and what exceeds the cap is cut. A broken serial is still
evidence, and none of those may reach a screen or a database.
"""

from __future__ import annotations

import binascii
import enum
import re
from typing import Any


class Malformed(ValueError):
    """What came over the wire is not what the wire describes."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}" if where else why)
        self.where = where
        self.why = why


class Kind:
    """What a field may hold: `read` from JSON, `fit` as a value, `write` to JSON."""

    is_secret = False  # what is secret is never shown

    def read(self, raw: Any, where: str) -> Any:
        return self.fit(raw, where)

    def fit(self, value: Any, where: str) -> Any:
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        return value


UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Text(Kind):
    """Any text, made fit; at most `cap` characters."""

    def __init__(self, cap: int) -> None:
        self.cap = cap

    def fit(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise Malformed(where, "is not a text")
        return UNFIT.sub("\ufffd", value.strip())[: self.cap].strip()


class Shape(Kind):
    """A text of one exact form. It is never repaired."""

    def __init__(self, pattern: str, meaning: str, is_secret: bool = False) -> None:
        self.pattern = pattern
        self.meaning = meaning
        self.is_secret = is_secret

    def fit(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise Malformed(where, f"is not {self.meaning}")
        return value


class Number(Kind):
    """A whole number between two bounds, both included."""

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def fit(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed(where, "is not a whole number")
        if not self.low <= value <= self.high:
            raise Malformed(where, f"is not between {self.low} and {self.high}")
        return value


class Flag(Kind):
    """True or false."""

    def fit(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            raise Malformed(where, "is neither true nor false")
        return value


class Bytes(Kind):
    """Bytes, in base64 (RFC 4648 §4, with padding) on the wire."""

    def __init__(self, low: int, high: int, is_secret: bool = False) -> None:
        self.low = low
        self.high = high
        self.is_secret = is_secret

    def read(self, raw: Any, where: str) -> bytes:
        if not isinstance(raw, str):
            raise Malformed(where, "is not base64")
        try:
            found = binascii.a2b_base64(raw, strict_mode=True)
        except ValueError as exc:
            raise Malformed(where, "is not base64") from exc
        return self.fit(found, where)

    def fit(self, value: Any, where: str) -> bytes:
        if not isinstance(value, bytes) or not self.low <= len(value) <= self.high:
            raise Malformed(where, f"is not {self.low} to {self.high} bytes")
        return value

    def write(self, value: bytes) -> str:
        return binascii.b2a_base64(value, newline=False).decode()


class Choice(Kind):
    """One of the words of a StrEnum; a word of tomorrow is read as `unknown`."""

    def __init__(self, words: type[enum.StrEnum]) -> None:
        self.words = words

    def read(self, raw: Any, where: str) -> enum.StrEnum:
        if not isinstance(raw, str):
            raise Malformed(where, "is not a word")
        try:
            return self.words(raw)
        except ValueError as exc:
            if "unknown" in list(self.words):
                return self.words("unknown")
            raise Malformed(where, f"is none of {', '.join(self.words)}") from exc

    def fit(self, value: Any, where: str) -> enum.StrEnum:
        if not isinstance(value, self.words):
            raise Malformed(where, f"is none of {', '.join(self.words)}")
        return value

    def write(self, value: enum.StrEnum) -> str:
        return value.value


class AtMost:
    """Put on a tuple: how many it may hold."""

    def __init__(self, count: int) -> None:
        self.count = count


class Several(Kind):
    """A list, held as a tuple."""

    def __init__(self, one: Kind, cap: int) -> None:
        self.one = one
        self.cap = cap

    def read(self, raw: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise Malformed(where, "is not a list")
        self.bound(len(raw), where)
        return tuple(self.one.read(each, f"{where}[{n}]") for n, each in enumerate(raw))

    def fit(self, value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, tuple):
            raise Malformed(where, "is not a tuple")
        self.bound(len(value), where)
        return tuple(
            self.one.fit(each, f"{where}[{n}]") for n, each in enumerate(value)
        )

    def bound(self, count: int, where: str) -> None:
        if count > self.cap:
            raise Malformed(where, f"holds {count}, more than {self.cap}")

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        return [self.one.write(each) for each in value]


class Measures(Kind):
    """Named numbers, at most `cap` of them. Names are made fit as every text is."""

    def __init__(self, cap: int) -> None:
        self.cap = cap

    def fit(self, value: Any, where: str) -> dict[str, float]:
        if not isinstance(value, dict):
            raise Malformed(where, "is not an object")
        if len(value) > self.cap:
            raise Malformed(where, f"holds {len(value)}, more than {self.cap}")
        return {
            Text(64).fit(name, where): _measure(number, f"{where}.{name}")
            for name, number in value.items()
        }


def _measure(number: Any, where: str) -> float:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not abs(number) < 2**63:
        raise Malformed(where, "is not a number")
    return number  # type: ignore[no-any-return]  # narrowed above


class Maybe(Kind):
    """Something, or None where it is not known."""

    def __init__(self, one: Kind) -> None:
        self.one = one
        self.is_secret = one.is_secret

    def read(self, raw: Any, where: str) -> Any:
        return None if raw is None else self.one.read(raw, where)

    def fit(self, value: Any, where: str) -> Any:
        return None if value is None else self.one.fit(value, where)

    def write(self, value: Any) -> Any:
        return None if value is None else self.one.write(value)
