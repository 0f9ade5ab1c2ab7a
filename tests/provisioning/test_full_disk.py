"""A disk that is full in the middle of a file: a real one, of two megabytes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from provisioning.errors import DiskFull
from provisioning.store import incoming
from provisioning.store.incoming import Incoming

pytestmark = pytest.mark.root
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, settings: Settings) -> Iterator[None]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    settings.STATE_DIR = disk
    yield
    subprocess.run(["umount", str(disk)], check=True)


def test_what_does_not_fit_is_refused_whole_and_what_is_there_stays() -> None:
    file = Incoming("large")
    file.append(0, [b"a" * MEGABYTE], most=9 * MEGABYTE)
    with pytest.raises(DiskFull):
        file.append(MEGABYTE, [b"b" * MEGABYTE, b"c" * MEGABYTE], most=9 * MEGABYTE)
    assert file.path.read_bytes() == b"a" * MEGABYTE
    assert file.append(MEGABYTE, [b"d" * 1000], most=9 * MEGABYTE) == MEGABYTE + 1000


def test_what_will_not_fit_is_refused_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "KEPT_FREE", MEGABYTE)
    incoming.room_for(MEGABYTE // 2)
    with pytest.raises(DiskFull):
        incoming.room_for(2 * MEGABYTE)
