"""Kinds of fields whose modules are loaded by the messages that have such fields."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any, Final

from agent.kinds import Kind, Malformed


class Id(Kind):
    """A UUID, written with dashes."""

    pattern = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

    def read(self, raw: Any, where: str) -> uuid.UUID:
        if not isinstance(raw, str) or not self.pattern.fullmatch(raw):
            raise Malformed(where, "is not a UUID")
        return uuid.UUID(raw)

    def fit(self, value: Any, where: str) -> uuid.UUID:
        if not isinstance(value, uuid.UUID):
            raise Malformed(where, "is not a UUID")
        return value

    def write(self, value: uuid.UUID) -> str:
        return str(value)


class Instant(Kind):
    """An RFC 3339 instant with its offset, held in UTC."""

    pattern = re.compile(
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII
    )

    def read(self, raw: Any, where: str) -> dt.datetime:
        if not isinstance(raw, str) or not self.pattern.fullmatch(raw.upper()):
            raise Malformed(where, "is not an RFC 3339 instant with an offset")
        try:
            return self.fit(dt.datetime.fromisoformat(raw.upper()), where)
        except ValueError as exc:
            raise Malformed(where, "is not an instant of the calendar") from exc

    def fit(self, value: Any, where: str) -> dt.datetime:
        if not isinstance(value, dt.datetime) or value.utcoffset() is None:
            raise Malformed(where, "is not an instant with an offset")
        try:
            return value.astimezone(dt.UTC)
        except OverflowError as exc:
            raise Malformed(where, "is not an instant of the calendar") from exc

    def write(self, value: dt.datetime) -> str:
        return value.isoformat().replace("+00:00", "Z")


KINDS: Final[dict[type, Kind]] = {uuid.UUID: Id(), dt.datetime: Instant()}
