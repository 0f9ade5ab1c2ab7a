"""Empties the database after a test that committed, journal and all, and puts back
what the migrations had written (roles, permissions).

The guards of the journal refuse exactly this, from anybody. They are passed here by
the means that only the owner of a test database has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


def unguarded_flush() -> None:
    """Replace the connection's flush, for this process; called once the database is made."""
    restore = _whole_file() if connection.vendor == "sqlite" else _row_by_row()

    def flush_and_restore(statements: list[str]) -> None:
        restore()
        cache.clear()

    setattr(connection.ops, "execute_sql_flush", flush_and_restore)  # noqa: B010


def _whole_file() -> Callable[[], None]:
    """SQLite copies its pages back: dropping and making guards would take longer."""
    connection.ensure_connection()
    born_with = sqlite3.connect(":memory:")
    connection.connection.backup(born_with)

    def restore() -> None:
        connection.ensure_connection()
        born_with.backup(connection.connection)

    return restore


def _row_by_row() -> Callable[[], None]:
    """PostgreSQL deletes where there are rows: truncating two hundred tables makes files."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA born_with")
        born = filled(cursor, tables)
        for table in born:
            cursor.execute(f'CREATE TABLE born_with."{table}" AS TABLE "{table}"')

    def restore() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Neither guards nor foreign keys look until the end of this transaction.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in filled(cursor, tables):
                cursor.execute(f'DELETE FROM "{table}"')
            for table in born:
                cursor.execute(
                    f'INSERT INTO "{table}" SELECT * FROM born_with."{table}"'
                )

    return restore


def filled(cursor: CursorWrapper, tables: Iterable[str]) -> list[str]:
    """Those of the tables that have rows."""
    each = (f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for t in tables)
    cursor.execute(" UNION ALL ".join(each))
    return [table for (table,) in cursor.fetchall()]
