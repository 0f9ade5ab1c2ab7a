"""Messages that know their own JSON.

A message is a frozen dataclass whose annotations carry their bounds, so that a
value out of bounds cannot be built on either side. Reading is tolerant: unknown
keys are ignored, null stands for "not there". Writing is strict.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import types
import typing
import uuid
from collections.abc import Mapping
from typing import Any, Self

from agent.kinds import Choice, Flag, Id, Instant, Kind, Malformed, Maybe, Several


@dataclasses.dataclass(frozen=True)
class Part(Kind):
    """A message inside a message."""

    message: type[Message]

    def read(self, raw: Any, where: str) -> Message:
        return self.message.from_json(raw, where)

    def fit(self, value: Any, where: str) -> Message:
        if not isinstance(value, self.message):
            raise Malformed(where, f"is not a {self.message.__name__}")
        return value

    def write(self, value: Message) -> dict[str, Any]:
        return value.to_json()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Message:
    """A frozen dataclass that knows its own JSON.

    Building or reading one with a value out of bounds raises `Malformed`.
    """

    def __post_init__(self) -> None:
        for name, kind in kinds(type(self)).items():
            object.__setattr__(self, name, kind.fit(getattr(self, name), name))

    def to_json(self) -> dict[str, Any]:
        return {
            name: kind.write(getattr(self, name))
            for name, kind in kinds(type(self)).items()
        }

    def to_bytes(self) -> bytes:
        return encode(self.to_json())

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        if not isinstance(raw, dict):
            raise Malformed(where, "is not an object")
        values = {}
        for name, kind in kinds(cls).items():
            path = f"{where}.{name}" if where else name
            if raw.get(name) is not None:
                values[name] = kind.read(raw[name], path)
            elif name in required(cls):
                raise Malformed(path, "is missing")
        return cls(**values)

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        return cls.from_json(decode(body))


def required(message: type[Message]) -> frozenset[str]:
    """The names that a reader insists on: those without a default."""
    return frozenset(
        field.name
        for field in dataclasses.fields(message)
        if field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    )


def kinds(message: type[Message]) -> Mapping[str, Kind]:
    """What each field of a message may hold, from its annotations."""
    if message not in _KINDS:
        hints = typing.get_type_hints(message, include_extras=True)
        _KINDS[message] = {name: _kind(hint) for name, hint in hints.items()}
    return _KINDS[message]


_KINDS: dict[type[Message], Mapping[str, Kind]] = {}


def _kind(hint: Any) -> Kind:
    if hasattr(hint, "__metadata__"):
        bound = hint.__metadata__[-1]
        if isinstance(bound, Kind):
            return bound
        return Several(_kind(typing.get_args(hint.__origin__)[0]), bound.count)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return Maybe(_kind(typing.get_args(hint)[0]))
    if issubclass(hint, Message):
        return Part(hint)
    if issubclass(hint, enum.StrEnum):
        return Choice(hint)
    return {bool: Flag(), uuid.UUID: Id(), dt.datetime: Instant()}[hint]


def encode(value: Any) -> bytes:
    """Compact UTF-8 JSON; a number that JSON does not know raises ValueError."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def decode(body: bytes) -> Any:
    """The JSON of exact bytes; anything ambiguous in them is `Malformed`."""
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_once, parse_constant=_no_such_number
        )
    except UnicodeDecodeError as exc:
        raise Malformed("", "is not UTF-8") from exc
    except RecursionError as exc:
        raise Malformed("", "is nested too deeply") from exc
    except Malformed:
        raise
    except ValueError as exc:
        raise Malformed("", "is not JSON") from exc


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("", "says a key twice")
    return found


def _no_such_number(name: str) -> None:
    raise Malformed("", f"holds {name}, which JSON does not know")
