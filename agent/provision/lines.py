"""A file of lines of JSON that only grows, each on the disk when `add` returns."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from agent import durable
from agent.kinds import Malformed
from agent.message import decode, encode


class Lines:
    """A last line without its end was cut by the power, and was never promised."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end: int | None = None  # of the last whole line, once it was looked for

    def read(self) -> list[dict[str, Any]]:
        """Every whole line up to the first that cannot be read."""
        try:
            whole, _, _torn = self._path.read_bytes().rpartition(b"\n")
        except FileNotFoundError:
            return []
        found = []
        for line in whole.split(b"\n") if whole else ():
            try:
                found.append(decode(line))
            except Malformed:  # of a disk that lost a block in the middle
                break
        return found

    def add(self, line: dict[str, Any]) -> None:
        """Raises OSError where the disk does not take it."""
        is_new = not self._path.exists()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        content = encode(line) + b"\n"
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            if self._end is None:
                self._end = file.read().rfind(b"\n") + 1
            file.truncate(self._end)
            file.seek(self._end)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self._end += len(content)
        if is_new:
            durable.settle(self._path.parent)

    def remove(self) -> None:
        self._end = None
        if self._path.exists():
            durable.remove(self._path)
