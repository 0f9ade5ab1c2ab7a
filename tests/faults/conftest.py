"""`installation` is new for every test, once on SQLite and once on PostgreSQL.

On SQLite it is `manage.py serve`; on PostgreSQL gunicorn with three workers before
a database server that does what it promises the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation, Prepared, prepare
from tools.postgres import Cluster


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("embedded"), None)


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    with Cluster() as cluster:
        yield prepare(tmp_path_factory.mktemp("production"), cluster)


BOTH = ["embedded", pytest.param("production", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def installation(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Installation]:
    prepared: Prepared = request.getfixturevalue(request.param)
    with prepared.installation(tmp_path / "installation") as running:
        yield running


@pytest.fixture(scope="module", params=BOTH)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One for the tests of a module that stand in nobody's way; it never fails."""
    prepared: Prepared = request.getfixturevalue(request.param)
    with prepared.installation(tmp_path_factory.mktemp("shared") / "it") as running:
        yield running
        assert "Traceback" not in running.server.log
