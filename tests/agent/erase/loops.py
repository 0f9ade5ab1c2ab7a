"""Drives to erase for real: files behind loop devices. Needs root."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

from agent.collect.around import Around
from agent.erase.contract import Advance, Target
from tests import needs
from tests.agent.samples import drive
from tests.agent.trees import around, disk, grow, proc

PATTERN = hashlib.shake_128(b"somebody's photographs").digest(65_521)

needs_root = needs.root()


def filled(file: Path, size: int) -> Path:
    """A file without a zero block anywhere, as somebody's drive."""
    with file.open("wb") as opened:
        for start in range(0, size, len(PATTERN)):
            opened.write(PATTERN[: size - start])
    return file


@contextlib.contextmanager
def loop(
    file: Path, block_bytes: int = 512, *, direct: bool = False
) -> Iterator[Target]:
    """The file as a block device of that sector size, until the end of the block."""
    options = ["--sector-size", str(block_bytes), "--show", "-f"]
    options += ["--direct-io=on"] if direct else []
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


def machine(root: Path, *targets: Target, behind: str = "ata") -> Around:
    """A machine whose drives sda, sdb… are these block devices. Its tools are absent."""
    tree: dict[str, str | bytes] = {**proc()}
    for number, target in enumerate(targets, start=1):
        name = f"sd{chr(96 + number)}"
        device = Path(target.path).stat().st_rdev
        serial = f"FICTIF-{number:05d}".encode()
        place = f"pci0000:00/0000:00:17.0/{behind}{number}/host{number}/target{number}"
        tree |= disk(
            name,
            place=place,
            number=f"{os.major(device)}:{os.minor(device)}",
            sectors=target.size_bytes // 512,
            device_model=f"EXAMPLE HDD {number}",
            device_vpd_pg80=b"\x00\x80\x00" + bytes([len(serial)]) + serial,
            queue__logical_block_size=str(target.block_bytes),
        )
    grow(root, tree)
    for number, target in enumerate(targets, start=1):
        node = root / f"dev/sd{chr(96 + number)}"
        node.parent.mkdir(exist_ok=True)
        node.symlink_to(target.path)
    return around(root)._replace(new_id=uuid.uuid4)
