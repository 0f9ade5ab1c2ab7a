"""A stick with the bench image, as somebody prepares it for a workshop."""

from __future__ import annotations

import hashlib
import shutil
import struct
from pathlib import Path

from tests.machine.disks import BLOCK
from tools.image.debian import run

SETTINGS = 'server = "%s"\nplain_http = true\n'
FILE = "::rebond-agent.toml"


def written(iso: Path, stick: Path, address: str) -> Path:
    """A stick as somebody prepares it: the image, then one line in its settings."""
    shutil.copy(iso, stick)
    settings = stick.with_suffix(".toml")
    settings.write_text(SETTINGS % address)
    run("mcopy", "-o", "-i", _partition(stick), settings, FILE)
    return stick


def kept(stick: Path) -> str:
    """Its settings, as they are now."""
    return run("mtype", "-i", _partition(stick), FILE)


def _partition(stick: Path) -> str:
    """As mtools names it."""
    return f"{stick}@@{_settings(stick)[0]}"


def _settings(stick: Path) -> tuple[int, int]:
    """Where the third partition begins and how long it is, as the boot record says."""
    with stick.open("rb") as opened:
        record = opened.read(BLOCK)
    first, count = struct.unpack_from("<II", record, 446 + 2 * 16 + 8)
    return first * BLOCK, count * BLOCK


def apart_from_settings(stick: Path) -> str:
    """SHA-256 of all but the one partition that the agent writes to."""
    first, length = _settings(stick)
    content = stick.read_bytes()
    return hashlib.sha256(content[:first] + content[first + length :]).hexdigest()
