from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import run
from tests.agent.checks.desks import Room


@pytest.fixture
def tools_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that come before those of the system."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setitem(run.ENVIRONMENT, "PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def sit(tmp_path: Path) -> Iterator[Room]:
    """Sit down at a desk: `sit("1", "2")` answers the first two questions."""
    room = Room(tmp_path)
    yield room
    room.close()
