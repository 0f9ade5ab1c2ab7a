from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent import durable


@pytest.fixture
def synced(monkeypatch):
    """What was waited for on the disk, and whether the file had its name by then."""
    seen: list[tuple[str, bool]] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append((path.name, (path.parent / "report").exists()))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, synced):
    durable.write(tmp_path / "report", b"content")
    assert synced[0] == (f"report{durable.UNFINISHED}", False)
    assert synced[1][0] == tmp_path.name
    assert (tmp_path / "report").read_bytes() == b"content"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_crash_while_writing_leaves_the_former_content(tmp_path, monkeypatch):
    path = tmp_path / "report"
    durable.write(path, b"former")

    def crash(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="No space"):
        durable.write(path, b"half")
    assert path.read_bytes() == b"former"


def test_what_a_crash_left_behind_is_written_over(tmp_path):
    path = tmp_path / "report"
    path.with_name(f"report{durable.UNFINISHED}").write_bytes(b"half of a longer text")
    durable.write(path, b"whole")
    assert path.read_bytes() == b"whole"


def test_a_move_is_on_the_disk_in_both_folders(tmp_path, synced):
    aside = tmp_path / "aside"
    aside.mkdir()
    (tmp_path / "report").write_bytes(b"content")
    durable.move(tmp_path / "report", aside)
    assert {name for name, _ in synced} == {"aside", tmp_path.name}
    assert (aside / "report").read_bytes() == b"content"
