"""SQL that keeps rows unchanged, whoever writes: used by migrations.

SQLite drops a table's triggers when Django rebuilds the table: a migration that
alters a guarded table must guard it again. `missing()` says which are not there;
`manage.py verify_journal` and a test ask it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, migrations

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME; END $$
"""
_VERBS = ("update", "delete")


def _install(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        each = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
        guards = [
            f'CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb.upper()} ON "{table}" '
            f"FOR EACH {scope} EXECUTE FUNCTION journal_refuse()"
            for verb, scope in each.items()
        ]
        return [_PG_FUNCTION, *guards]
    return [
        f'CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb.upper()} ON "{table}" BEGIN '
        f"SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END"
        for verb in _VERBS
    ]


def _remove(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{table}_no_{verb}" ON "{table}"'
            for verb in (*_VERBS, "truncate")
        ]
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"' for verb in _VERBS]


def append_only(*tables: str) -> migrations.RunPython:
    """A migration step: these tables take new rows and nothing else."""

    def run(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            for sql in (
                *_remove(table, schema_editor.connection.vendor),
                *_install(table, schema_editor.connection.vendor),
            ):
                schema_editor.execute(sql, params=None)

    def undo(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            for sql in _remove(table, schema_editor.connection.vendor):
                schema_editor.execute(sql, params=None)

    return migrations.RunPython(run, undo)


def by_vendor(
    *, sqlite: Iterable[str], postgresql: Iterable[str], undo: Iterable[str] = ()
) -> migrations.RunPython:
    """A migration step in each database's own words."""

    def run(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        for sql in postgresql if vendor == "postgresql" else sqlite:
            schema_editor.execute(sql, params=None)

    def back(apps: Any, schema_editor: Any) -> None:
        for sql in undo:
            schema_editor.execute(sql, params=None)

    return migrations.RunPython(run, back)


def missing(tables: Iterable[str]) -> list[str]:
    """Names of the guards that these tables should have and have not (or disabled)."""
    postgresql = connection.vendor == "postgresql"
    verbs = (*_VERBS, "truncate") if postgresql else _VERBS
    wanted = {f"{table}_no_{verb}" for table in tables for verb in verbs}
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if postgresql
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - present)
