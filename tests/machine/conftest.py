"""A guest made once for all its tests, and a real server that it can reach."""

from __future__ import annotations

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import needs
from tests.browser.server import environment, run
from tests.faults.installation import Installation
from tests.machine import guest as system
from tests.machine.desks import Ask, desks
from tests.machine.guest import Guest
from tests.machine.vm import missing
from tests.migrated import copy_sqlite
from tools import deb

HOST = "10.0.2.2"  # what QEMU's user network calls the machine it runs on


@pytest.fixture(scope="session")
def emulators() -> None:
    if packages := missing():
        needs.absent(f"No emulated machine here: apt-get install {packages}")


@pytest.fixture(scope="session")
def guest(emulators: None, tmp_path_factory: pytest.TempPathFactory) -> Guest:
    with once_for_all(tmp_path_factory, "guest") as (folder, is_filled):
        if not is_filled:
            system.build(folder, deb.build(folder))
        return system.made(folder)


@contextmanager
def once_for_all(
    factory: pytest.TempPathFactory, name: str
) -> Iterator[tuple[Path, bool]]:
    """A folder that all test processes share, and whether it is filled already.

    The first one fills it; the others wait until it has.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, filled = shared / name, shared / f"{name}.filled"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder.mkdir(exist_ok=True)
        yield folder, filled.exists()
        filled.touch()


@contextmanager
def workshop(
    folder: Path, acts: str = "tests.machine.office", **settings: str
) -> Iterator[tuple[Installation, Ask]]:
    """`manage.py serve` on SQLite, and what people do at their desks there (`acts`)."""
    new = _new_workshop()
    shutil.copytree(new / "state", folder / "state")
    running = Installation(folder, new / "static", None, "", {})
    running.environment |= {"ALLOWED_HOSTS": f"127.0.0.1,{HOST}", **settings}
    running.start()
    try:
        with desks(running, acts) as ask:
            yield running, ask
    finally:
        running.server.kill()
        print(running.server.log)  # shown beside a failure  # noqa: T201


@functools.cache
def _new_workshop() -> Path:
    """The state and the static files of one that nobody has used yet, made once."""
    folder = Path(tempfile.mkdtemp(prefix="rebond-workshop-"))
    atexit.register(shutil.rmtree, folder)
    (folder / "state").mkdir(mode=0o700)
    copy_sqlite(folder / "state" / "rebond.sqlite3")
    wanted = environment(folder / "state", folder / "static", "")
    run(wanted, "manage.py", "migrate", "-v0")
    run(wanted, "manage.py", "collectstatic", "--noinput", "-v0")
    return folder
