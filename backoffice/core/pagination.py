"""Pages without counting: the same work at a thousand rows and at a million."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.pagination import CursorPagination

M = TypeVar("M", bound=Model)


class NewestFirst(CursorPagination):
    """The API's pages: `next` and `previous` links, no total."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-pk",)


class Slice(Generic[M]):
    """One page of a list: its rows, and whether another follows.

    Fetches one row more than it shows instead of counting them all. `keys_first`: the
    rows are found by their keys alone and then read with all that they show, so that
    nothing is joined to thousands of rows to be sorted away.
    """

    SIZE = 50
    # Beyond this an offset costs; filters find things better than page 200.
    LAST = 200

    def __init__(
        self, rows: QuerySet[M], page: str | int | None, *, keys_first: bool = False
    ) -> None:
        self.number = _page_number(page, self.LAST)
        start = (self.number - 1) * self.SIZE
        wanted = slice(start, start + self.SIZE + 1)
        found: Sequence[M] = list(_by_key(rows, wanted) if keys_first else rows[wanted])
        self.rows = found[: self.SIZE]
        self.has_next = len(found) > self.SIZE and self.number < self.LAST
        self.has_previous = self.number > 1

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _by_key(rows: QuerySet[M], wanted: slice) -> QuerySet[M]:
    """The same rows in the same order, asked for by their keys."""
    keys = rows.select_related(None).values_list("pk", flat=True)[wanted]
    return rows.filter(pk__in=list(keys))


def _page_number(page: str | int | None, last: int) -> int:
    try:
        return min(max(int(page or 1), 1), last)
    except ValueError:
        return 1
