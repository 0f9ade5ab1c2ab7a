"""The database server dies under a running application, and comes back."""

from __future__ import annotations

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.installation import STOP, Installation, Prepared

pytestmark = [pytest.mark.server, pytest.mark.postgres]
# More than there are workers and threads: every kept connection is met.
ASKED = 24


def ask(installation: Installation, path: str) -> int:
    """The status of one page, as somebody who is signed in."""
    session = installation.world["people"][0]["sessions"][0]
    return _status(installation.url + path, {"Cookie": f"sessionid={session}"})


def health(installation: Installation) -> int:
    """What a supervisor is told."""
    return _status(f"{installation.url}/health/", {})


def _status(url: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=STOP) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def ask_often(installation: Installation, path: str) -> set[int]:
    with ThreadPoolExecutor(ASKED) as pool:
        return set(pool.map(lambda _n: ask(installation, path), range(ASKED)))


def test_the_application_outlives_its_database(
    production: Prepared, tmp_path: Path
) -> None:
    with production.installation(tmp_path / "installation") as running:
        assert running.cluster is not None
        assert ask_often(running, "/places/") == {200}
        running.cluster.stop(abruptly=True)
        running.cluster.start()
        assert ask_often(running, "/places/") == {200}


def test_without_a_database_it_says_that_it_is_unwell(
    production: Prepared, tmp_path: Path
) -> None:
    with production.installation(tmp_path / "installation") as running:
        assert running.cluster is not None
        running.cluster.stop(abruptly=True)
        try:
            assert health(running) == 503
            assert ask(running, "/places/") >= 500
        finally:
            running.cluster.start()
        running.server.wait_for(f"{running.url}/health/")
        assert ask_often(running, "/places/") == {200}
