"""A world is acted out once per process; later tests get its rows and objects back.

Acting takes tens of milliseconds, putting back a few. A world is acted out all the same
where it would not be the same one: on rows that a test made before, on a clock that a
test has set, on another day, or outside the transaction that ends with a test.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import time_machine
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from tests.flush import filled

Rows = list[tuple[Any, ...]]
Asked = ParamSpec("Asked")
World = TypeVar("World")
REAL_NOW = timezone.now


@dataclass
class Kept:
    """What acting wrote, table by table, and the objects that stand for it."""

    rows: dict[str, Rows]
    world: Any

    def put_back(self, cursor: CursorWrapper) -> None:
        for table, rows in self.rows.items():
            values = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({values})', rows)


def kept(act: Callable[Asked, World]) -> Callable[Asked, World]:
    """Of a function that acts a world out: the same, which remembers it."""
    known: dict[dt.date, Kept] = {}

    @wraps(act)
    def world(*args: Asked.args, **kwargs: Asked.kwargs) -> World:
        if args or kwargs or not _ends_with_the_test() or not _real_time():
            return act(*args, **kwargs)
        with connection.cursor() as cursor:
            if tuple(filled(cursor, _tables())) != born_with():
                return act(*args, **kwargs)
            today = timezone.localdate()
            if today in known:
                known[today].put_back(cursor)
            else:
                before = _rows(cursor)
                made = act(*args, **kwargs)
                known[today] = Kept(_added(before, _rows(cursor)), made)
        found: World = copy.deepcopy(known[today].world)
        return found

    return world


@cache
def born_with() -> tuple[str, ...]:
    """The tables that hold rows where no test has made any: asked first of all."""
    with connection.cursor() as cursor:
        return tuple(filled(cursor, _tables()))


@cache
def _tables() -> tuple[str, ...]:
    return tuple(connection.introspection.table_names())


def _ends_with_the_test() -> bool:
    return any(getattr(b, "_from_testcase", False) for b in connection.atomic_blocks)


def _real_time() -> bool:
    return timezone.now is REAL_NOW and not time_machine.escape_hatch.is_travelling()


def _rows(cursor: CursorWrapper) -> dict[str, Rows]:
    found = {}
    for table in filled(cursor, _tables()):
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        found[table] = cursor.fetchall()
    return found


def _added(before: dict[str, Rows], after: dict[str, Rows]) -> dict[str, Rows]:
    """The rows that were not there; none of those that were may have changed."""
    moved = [table for table in after if after[table] != before.get(table)]
    added = {
        table: [row for row in after[table] if row not in before.get(table, [])]
        for table in moved
    }
    for table in {*before, *moved}:
        there, more = before.get(table, []), added.get(table, [])
        assert len(after[table]) == len(there) + len(more), table
    return added
