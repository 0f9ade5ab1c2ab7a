"""Drives to erase for real: files behind loop devices. Needs root."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.erase.contract import Advance, Target
from tests.agent.samples import drive

PATTERN = hashlib.shake_128(b"somebody's photographs").digest(65_521)

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="a loop device is made by root alone"
)


def filled(file: Path, size: int) -> Path:
    """A file without a zero block anywhere, as somebody's drive."""
    with file.open("wb") as opened:
        for start in range(0, size, len(PATTERN)):
            opened.write(PATTERN[: size - start])
    return file


@contextlib.contextmanager
def loop(file: Path, block_bytes: int = 512) -> Iterator[Target]:
    """The file as a block device of that sector size, until the end of the block."""
    options = ["--sector-size", str(block_bytes), "--show", "-f"]
    made = subprocess.run(
        ["losetup", *options, file], check=True, capture_output=True, text=True
    )
    path = made.stdout.strip()
    size = file.stat().st_size // block_bytes * block_bytes
    try:
        yield Target(
            drive=drive(name=path.rpartition("/")[2], path=path, size_bytes=size),
            path=path,
            admin_path=path,
            size_bytes=size,
            block_bytes=block_bytes,
        )
    finally:
        subprocess.run(["losetup", "-d", path], check=True)


class Told:
    """Remembers every step that is told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, Advance]] = []

    def __call__(self, step: str, advance: Advance) -> None:
        self.steps.append((step, advance))
