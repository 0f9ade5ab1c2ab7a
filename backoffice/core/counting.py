"""Many lengths asked for at once, where a page says many numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

from django.db.models import Count, QuerySet, Value

K = TypeVar("K", bound=Hashable)


def counted(lists: Mapping[K, QuerySet[Any]]) -> dict[K, int]:
    """How many rows each list has: one statement, in which each has a plan of its own."""
    parts = [
        rows.order_by().values_list(Value(place)).annotate(count=Count("*"))
        for place, rows in enumerate(lists.values())
    ]
    found = dict(parts[0].union(*parts[1:], all=True)) if parts else {}
    # One that can have no row is not asked about.
    return {key: found.get(place, 0) for place, key in enumerate(lists)}
