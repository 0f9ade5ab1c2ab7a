"""What a target was asked, one line each, in a file that a test may read meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path


def asked_at(progress: float) -> str:
    """The line of a drive that was asked how far it is; a progress of 1 is all."""
    return f"ASKED at {progress:.0%}"


class Journal:
    """Appended to by the target's process alone."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def note(self, words: str) -> None:
        with self._lock, self._file.open("a", encoding="utf-8") as opened:
            opened.write(f"{words}\n")


def lines(file: Path) -> list[str]:
    """What is noted so far; a line that is being written is not."""
    if not file.exists():
        return []
    return file.read_text(encoding="utf-8").split("\n")[:-1]
