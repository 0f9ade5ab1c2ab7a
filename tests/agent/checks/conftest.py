from __future__ import annotations

from pathlib import Path

import pytest

from agent import run


@pytest.fixture
def tools_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that come before those of the system."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setitem(run.ENVIRONMENT, "PATH", f"{folder}:/usr/bin:/bin")
    return folder
