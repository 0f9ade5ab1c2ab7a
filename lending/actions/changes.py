"""What an act changes of a row, as its journal tells it: from what, to what."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model


def set_and_tell(row: Model, wanted: Mapping[str, object]) -> dict[str, object]:
    """Set what differs on a locked row, not saved yet; each field with before and after.

    A row that it points to is told by its public id.
    """
    told: dict[str, object] = {}
    for field, new in wanted.items():
        old = getattr(row, field)
        if old != new:
            setattr(row, field, new)
            told[field] = [_code(old), _code(new)]
    return told


def _code(value: object) -> object:
    return str(getattr(value, "uuid", "")) if isinstance(value, Model) else value
