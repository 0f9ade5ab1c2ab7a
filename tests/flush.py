"""Empties the database after a test that committed, journal and all, and puts back
what the migrations had written (roles, permissions).

The guards of the journal refuse exactly this, from anybody. They are lifted here by
the means that only the owner of a test database has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection


def unguarded_flush() -> None:
    """Replace the connection's flush, for this process; called once the database is made."""
    born_with = connection.creation.serialize_db_to_string()
    flush = connection.ops.execute_sql_flush

    def flush_and_restore(statements: list[str]) -> None:
        with _guards_lifted():
            flush(statements)
        connection.creation.deserialize_db_from_string(born_with)
        cache.clear()

    setattr(connection.ops, "execute_sql_flush", flush_and_restore)  # noqa: B010


@contextmanager
def _guards_lifted() -> Iterator[None]:
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            cursor.execute(sql)
