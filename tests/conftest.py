from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pytest_django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings

from tests.flush import unguarded_flush

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """The database of the suite, whose journal a committing test can be cleared of."""
    with django_db_blocker.unblock():
        unguarded_flush()


# A slow machine is not a wrong answer.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """No test inherits the language that another one's request spoke."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_state(settings: Settings, tmp_path: Path) -> None:
    """A test’s checkpoints, keys and files are its own: the database forgets, they would not."""
    settings.STATE_DIR = tmp_path / "state"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real dumps of real machines, beside the project; never copied into it."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA
    absent = f"{SHARED_DATA} is absent: what real machines say is not tested here"
    if os.environ.get("CI"):
        pytest.fail(absent)
    pytest.skip(absent)


@pytest.fixture
def count_queries(client: Client) -> Callable[[str], int]:
    """How many queries one GET costs, answered 200."""

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        assert response.status_code == 200
        return len(queries)

    return count
