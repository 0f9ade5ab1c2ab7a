"""Write files so that a power cut leaves the old one or the new one, never half."""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".unfinished"


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, readable by its owner alone, and wait for the disk."""
    draft = path.with_name(path.name + UNFINISHED)
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    settle(path.parent)


def move(path: Path, folder: Path) -> Path:
    """Move a file to another folder of the same disk."""
    moved = path.replace(folder / path.name)
    settle(folder)
    settle(path.parent)
    return moved


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    settle(path.parent)


def make_folder(folder: Path) -> None:
    """A folder of its owner's alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def settle(folder: Path) -> None:
    """Wait until the disk knows the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def taken(path: Path) -> int:
    """The bytes that a file takes on the disk; none where it is gone."""
    try:
        return path.stat().st_blocks * 512
    except FileNotFoundError:
        return 0
