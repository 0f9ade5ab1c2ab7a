from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pytest_django
from django.db import connection
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    setup_databases,
    teardown_databases,
)
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings

from tests import kept, migrated, needs
from tests.flush import unguarded_flush
from tests.primes import Primes

FOLDERS = itertools.count()
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def pytest_collection_finish() -> None:
    """What collecting made stays to the end: looking for garbage passes over it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[None]:
    """The database of this process, whose journal a committing test can be cleared of."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            migrated.copy_sqlite(Path(connection.settings_dict["TEST"]["NAME"]))
        else:
            name = migrated.on_postgresql(os.environ["DATABASE_URL"])
            connection.settings_dict["TEST"]["TEMPLATE"] = name
        made = setup_databases(
            verbosity=0,
            interactive=False,
            serialized_aliases=(),
            keepdb=connection.vendor == "sqlite",
        )
        unguarded_flush()
        kept.born_with()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def _primes() -> Iterator[Primes]:
    with pytest.MonkeyPatch.context() as patch:
        primes = Primes()
        primes.lend(patch)
        yield primes


# A slow machine is not a wrong answer.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """No test inherits the language that another one's request spoke."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_state(settings: Settings, own_folder: Path, _primes: Primes) -> None:
    """A test’s checkpoints, keys and files are its own: the database forgets, they would not."""
    settings.STATE_DIR = own_folder / "state"
    settings.MEDIA_ROOT = own_folder / "media"
    _primes.begin()


@pytest.fixture
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `tmp_path` would be, made by whoever writes there: hardly any test does."""
    return tmp_path_factory.getbasetemp() / "own" / str(next(FOLDERS))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real dumps of real machines, beside the project; never copied into it."""
    if not SHARED_DATA.is_dir():
        needs.absent(f"{SHARED_DATA} is absent: nothing is tested of real machines")
    return SHARED_DATA


@pytest.fixture
def count_queries(client: Client) -> Callable[[str], int]:
    """How many queries one GET costs, answered 200."""

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        assert response.status_code == 200
        return len(queries)

    return count
