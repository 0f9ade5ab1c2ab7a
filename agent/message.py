"""Messages that know their own JSON.

A message is all that a frozen dataclass is, and its annotations carry their bounds:
a value out of bounds cannot be built on either side. Reading is tolerant: unknown
keys are ignored, null stands for "not there". Writing is strict.

`dataclasses` itself writes and compiles five functions for each class each time that
it is loaded, which is longer than most machines take to say what they are.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from agent.kinds import Choice, Flag, Kind, Malformed, Maybe, Several

if TYPE_CHECKING:
    import dataclasses


class Part(Kind):
    """A message inside a message."""

    def __init__(self, message: type[Message]) -> None:
        self.message = message

    def read(self, raw: Any, where: str) -> Message:
        return self.message.from_json(raw, where)

    def fit(self, value: Any, where: str) -> Message:
        if not isinstance(value, self.message):
            raise Malformed(where, f"is not a {self.message.__name__}")
        return value

    def write(self, value: Message) -> dict[str, Any]:
        return value.to_json()


class AsDataclass:
    """What `dataclasses.replace` asks a message for, made when it asks."""

    def __get__(
        self, message: Message | None, of: type[Message]
    ) -> dict[str, dataclasses.Field[Any]]:
        if of is Message:
            raise AttributeError("it has no fields of its own")
        if of not in _FIELDS:
            import dataclasses

            made: Any = dataclasses.make_dataclass(of.__name__, list(kinds(of)))
            _FIELDS[of] = made.__dataclass_fields__
        return _FIELDS[of]


@typing.dataclass_transform(frozen_default=True, kw_only_default=True)
class Message:
    """A frozen dataclass, but for how it is made, that knows its own JSON.

    Building or reading one with a value out of bounds raises `Malformed`.
    """

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]
    else:
        __dataclass_fields__ = AsDataclass()

    def __init__(self, **values: Any) -> None:
        own, of = vars(self), type(self)
        for name, kind in kinds(of).items():
            if name in values:
                own[name] = kind.fit(values.pop(name), name)
            elif name in required(of):
                raise TypeError(f"{of.__name__} needs {name}")
            else:
                own[name] = kind.fit(getattr(of, name), name)
        if values:
            raise TypeError(f"{of.__name__} has no {', '.join(values)}")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        """What is secret is left out."""
        said = (
            f"{name}={getattr(self, name)!r}"
            for name, kind in kinds(type(self)).items()
            if not kind.is_secret
        )
        return f"{type(self).__name__}({', '.join(said)})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is never changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} is never changed")

    def but(self, **changes: Any) -> Self:
        """The same with other values in some fields."""
        return type(self)(**vars(self) | changes)

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
    if message not in _REQUIRED:
        _REQUIRED[message] = frozenset(
            name for name in kinds(message) if not hasattr(message, name)
        )
    return _REQUIRED[message]


def kinds(message: type[Message]) -> Mapping[str, Kind]:
    """What each field of a message may hold, from its annotations."""
    if message not in _KINDS:
        hints = message.__annotations__
        if any(isinstance(hint, str) for hint in hints.values()):
            hints = typing.get_type_hints(message, include_extras=True)
        _KINDS[message] = {name: _kind(hint) for name, hint in hints.items()}
    return _KINDS[message]


_KINDS: dict[type[Message], Mapping[str, Kind]] = {}
_REQUIRED: dict[type[Message], frozenset[str]] = {}
_FIELDS: dict[type[Message], dict[str, dataclasses.Field[Any]]] = {}


def _kind(hint: Any) -> Kind:
    if hasattr(hint, "__metadata__"):
        bound = hint.__metadata__[-1]
        if isinstance(bound, Kind):
            return bound
        return Several(_kind(typing.get_args(hint.__origin__)[0]), bound.count)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return Maybe(_kind(typing.get_args(hint)[0]))
    if hint is bool:
        return Flag()
    if issubclass(hint, Message):
        return Part(hint)
    if issubclass(hint, str):
        return Choice(hint)
    from agent import values  # not every message has a UUID or an instant

    return values.KINDS[hint]


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
