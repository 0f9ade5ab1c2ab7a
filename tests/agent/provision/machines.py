"""A folder that stands for a machine, with what a step may touch of it.

`Chroot` is a small real Debian, whose programs run inside of it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.durable import UNFINISHED
from agent.provision.step import StepFailed
from agent.run import Ran, never, run
from agent.vocabulary import Why


class Memory:
    """What was there before, and what steps noted; in memory."""

    def __init__(self) -> None:
        self.files: dict[Path, bytes | None] = {}
        self.notes: dict[str, Any] = {}

    def keep_file(self, path: Path) -> None:
        there = path.read_bytes() if path.is_file() else None
        self.files.setdefault(path, there)

    def note(self, name: str, value: Any) -> None:
        self.notes[name] = value

    def noted(self, name: str) -> Any:
        return self.notes.get(name)


class Folder:
    """A machine without programs, unless `answers` says what they would say."""

    def __init__(self, root: Path, **values: str) -> None:
        self.root = root
        self.values: Mapping[str, str] = values
        self.connection: Mapping[str, str] = {}
        self.mirrors: Sequence[str] = ()
        self.kept = Memory()
        self.stopped = never
        self.blobs: dict[str, Path] = {}
        self.asked: list[list[str]] = []

    def at(self, path: str) -> Path:
        found = self.root / path.lstrip("/")
        if not found.parent.resolve().is_relative_to(self.root.resolve()):
            raise StepFailed("path_unsafe", path)
        return found

    def give(self, name: str, content: bytes) -> str:
        """A file of the description under that name; the name again."""
        kept = self.root.with_name(f"{self.root.name}-blobs")
        kept.mkdir(exist_ok=True)
        self.blobs[name] = kept / name
        self.blobs[name].write_bytes(content)
        return name

    def blob(self, name: str) -> Path:
        return self.blobs[name]

    def sha256(self, name: str) -> str:
        return hashlib.sha256(self.blobs[name].read_bytes()).hexdigest()

    def run(
        self, argv: Sequence[str], timeout_seconds: float, given: bytes = b""
    ) -> Ran:
        self.asked.append(list(argv))
        return Ran(tuple(argv), why=Why.TOOL_MISSING)

    def write(self, path: Path, content: bytes, mode: int) -> None:
        """By way of a file of the name that the real ground takes for it."""
        self.kept.keep_file(path)
        draft = path.with_name(path.name + UNFINISHED)
        draft.unlink(missing_ok=True)
        draft.write_bytes(content)
        draft.chmod(mode)
        draft.replace(path)

    def progress(self, percent: int) -> None:
        assert 0 <= percent <= 100

    def tree(self) -> dict[str, bytes | str]:
        """All that is in the folder, to see that nothing changed."""
        return {
            str(path.relative_to(self.root)): (
                str(path.readlink()) if path.is_symlink() else path.read_bytes()
            )
            for path in sorted(self.root.rglob("*"))
            if path.is_symlink() or path.is_file()
        }


class Here(Folder):
    """The folder's files, and the programs of the machine that the tests run on."""

    def run(
        self, argv: Sequence[str], timeout_seconds: float, given: bytes = b""
    ) -> Ran:
        self.asked.append(list(argv))
        return run(argv, timeout_seconds, given=given)


class Chroot(Folder):
    """A Debian of its own in the folder, as root alone may enter it."""

    def run(
        self, argv: Sequence[str], timeout_seconds: float, given: bytes = b""
    ) -> Ran:
        self.asked.append(list(argv))
        chroot = shutil.which("chroot") or "/usr/sbin/chroot"
        inside = [chroot, str(self.root), *argv]
        ran = run(inside, timeout_seconds, given=given)
        if ran.exit_code == 127:
            return Ran(tuple(argv), why=Why.TOOL_MISSING)
        return ran._replace(argv=tuple(argv))
