"""Where the erasure of one drive is, on the disk: a power cut costs a minute of it.

One file for each drive and order in `erase/` of the state folder, with what was found
before anything was written. A medium that forgets it makes the drive begin anew.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from agent import durable, wire
from agent.fields import Count, Size, Word
from agent.kinds import AtMost
from agent.methods import Ended, Technique
from agent.proofs import Attempt, Counters, ErasureRecord, HiddenAreas, Run

FOLDER = "erase"
LOCKS = "locks"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trying(wire.Message):
    """A technique that was begun. `done_bytes` are safe on the medium."""

    technique: Technique
    started_at: dt.datetime
    seen_at: dt.datetime
    boot_id: uuid.UUID | None = None
    resumed_from: Size = 0
    done_bytes: Size = 0

    def cut(self, reason: str) -> Attempt:
        """What the record says of it, where the power failed in the middle."""
        return Attempt(
            technique=self.technique,
            ended=Ended.ABORTED,
            reason=reason,
            started_at=self.started_at,
            ended_at=self.seen_at,
            boot_id=self.boot_id,
            bytes_written=self.done_bytes - self.resumed_from,
            resumed_from=self.resumed_from or None,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Position(wire.Message):
    """How far one drive is. `seed` is that of the markers planted on it, if any are.

    `has_lied`: it said that it was erased, and was not; nothing it does counts then.
    `record` and `report_id` are there once it is over, `is_told` once the report waits.
    """

    drive: wire.Drive
    started_at: dt.datetime
    report_id: uuid.UUID
    hidden: HiddenAreas | None = None
    before: Counters | None = None
    seed: Word = ""
    planted: Count = 0
    attempts: Annotated[tuple[Attempt, ...], AtMost(8)] = ()
    trying: Trying | None = None
    has_lied: bool = False
    record: ErasureRecord | None = None
    is_told: bool = False


class Positions:
    """The positions in one state folder. Raises OSError where the disk takes none."""

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER
        self._locks = state / LOCKS

    def load(self, name: str) -> Position | None:
        """The position of that name; a file that cannot be read any more is none."""
        try:
            return Position.from_bytes(self._file(name).read_bytes())
        except (FileNotFoundError, wire.Malformed):
            return None

    def keep(self, name: str, position: Position) -> None:
        durable.make_folder(self._folder)
        durable.write(self._file(name), position.to_bytes())

    def keep_prints(self, name: str, prints: bytes) -> None:
        """What was read before, to be compared with afterwards."""
        durable.make_folder(self._folder)
        durable.write(self._folder / f"{name}.prints", prints)

    def prints(self, name: str) -> bytes | None:
        try:
            return (self._folder / f"{name}.prints").read_bytes()
        except FileNotFoundError:
            return None

    @contextlib.contextmanager
    def lock(self, device: str) -> Iterator[bool]:
        """Whether nobody else is at the device of that name (`sda`), until the end.

        A file that stays where it is: one that was deleted would lock nobody out.
        """
        durable.make_folder(self._locks)
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self._locks / device, flags, 0o600)
        try:
            yield _is_locked(descriptor)
        finally:
            os.close(descriptor)

    def forget(self, name: str) -> None:
        """Nothing was begun, or all of it is told."""
        self._file(name).unlink(missing_ok=True)
        (self._folder / f"{name}.prints").unlink(missing_ok=True)

    def forget_others(self, names: set[str]) -> None:
        """Leave only the positions of these: the others are of former orders."""
        if self._folder.is_dir():
            for file in self._folder.iterdir():
                if file.name.partition(".")[0] not in names:
                    file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def name_of(drive: wire.Drive, run: Run | None) -> str:
    """The order's own name, or without one the drive's: no two drives have the same."""
    if run:
        return str(run.run_id)
    marks = (
        f"{drive.make}\n{drive.model}\n{drive.serial}\n{drive.wwn}\n{drive.size_bytes}"
    )
    if not drive.serial:
        marks += f"\n{drive.name}"
    return hashlib.sha256(marks.encode()).hexdigest()[:32]
