"""A disk that fills while a file comes: a real one, of forty megabytes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.provision.blobs import GIVEN_BACK, PART, Blobs
from agent.provision.sources import Web
from agent.provision.step import StepFailed
from tests.agent.provision.mirrors import Mirror, blob_of

pytestmark = pytest.mark.root
MEGABYTE = 2**20
FILM = os.urandom(MEGABYTE) * 30
BLOB = blob_of(FILM)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    there = tmp_path / "disk"
    there.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(there)]
    subprocess.run(mount, check=True)
    yield there
    subprocess.run(["umount", str(there)], check=True)


def test_what_was_begun_on_a_disk_that_filled_is_gone_on_with(disk: Path) -> None:
    other = disk / "photos"
    other.write_bytes(bytes(MEGABYTE) * 20)
    with Mirror(FILM) as mirror:
        blobs = Blobs(disk / "blobs", [Web(mirror.address)])
        with pytest.raises(StepFailed) as full:
            blobs.get(BLOB)
        assert full.value.code == "disk_full"
        part = blobs.path(BLOB).with_name(BLOB.sha256 + PART)
        have = part.stat().st_size
        assert 0 < have <= 20 * MEGABYTE - GIVEN_BACK
        assert FILM.startswith(part.read_bytes())
        assert os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize >= GIVEN_BACK
        other.unlink()
        assert blobs.get(BLOB).read_bytes() == FILM
        assert [asked[1] for asked in mirror.asked] == ["", f"bytes={have}-"]


def test_a_file_on_a_full_disk_leaves_the_others_as_they_are(disk: Path) -> None:
    other = disk / "photos"
    other.write_bytes(b"p" * MEGABYTE * 39)
    with Mirror(FILM) as mirror, pytest.raises(StepFailed) as full:
        Blobs(disk / "blobs", [Web(mirror.address)]).get(BLOB)
    assert full.value.code == "disk_full"
    assert other.read_bytes() == b"p" * MEGABYTE * 39
