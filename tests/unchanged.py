"""A refusal leaves nothing behind: every row is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from backoffice.core.errors import DomainError
from inventory.models import DeviceEvent

APPS = ("inventory", "lending")


def rows(*left_out: type[Model]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the inventory and of lending, but those left out.

    As the database says it, which a refusal asks twice: no model reads it.
    """
    unasked = {model._meta.db_table for model in left_out}
    with connection.cursor() as cursor:
        cursor.execute(_which_hold_rows())
        filled = [table for (table,) in cursor.fetchall() if table not in unasked]
        return {table: _held(cursor, table) for table in filled}


def _held(cursor: CursorWrapper, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _which_hold_rows() -> str:
    """One statement that names those of the tables that are not empty."""
    models = [m for app in APPS for m in apps.get_app_config(app).get_models()]
    tables = [model._meta.db_table for model in models]
    each = (f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for t in tables)
    return " UNION ALL ".join(each)


@contextmanager
def refused(error: type[DomainError]) -> Iterator[None]:
    """The block raises this refusal, and changes not one row."""
    before = rows()
    with pytest.raises(error):
        yield
    assert rows() == before


@contextmanager
def refused_and_kept(error: type[DomainError], act: str) -> Iterator[None]:
    """As `refused`, with one event that says which act was refused, and why."""
    before, events = rows(DeviceEvent), DeviceEvent.objects.count()
    with pytest.raises(error):
        yield
    assert rows(DeviceEvent) == before
    assert DeviceEvent.objects.count() == events + 1
    last = DeviceEvent.objects.order_by("-pk")[0]
    assert (last.verb, last.data) == ("refused", {"act": act, "rule": error.code})
