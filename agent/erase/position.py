"""Where the erasure of one drive is, on the disk: a power cut costs a minute of it.

One file for each drive and order in `erase/` of the state folder, with what was found
before anything was written. A medium that forgets it makes the drive begin anew.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from agent import durable, wire
from agent.erase.turns import turn
from agent.fields import Count, Size, Word
from agent.kinds import AtMost
from agent.methods import Ended, Technique
from agent.proofs import Attempt, Counters, ErasureRecord, HiddenAreas, Run

FOLDER = "erase"
LOCKS = "locks"


def never_waits() -> bool:
    """Whoever comes second goes away again."""
    return True


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

    def turn(
        self, name: str, is_over: Callable[[], bool] = never_waits
    ) -> contextlib.AbstractContextManager[bool]:
        """Whether the order of that name is this process's until the end of the block.

        Another may be at it: one that a service left behind, or a person's.
        """
        durable.make_folder(self._locks)
        return turn(self._locks / name, is_over)

    def forget(self, name: str) -> None:
        """Nothing was begun, or all of it is told."""
        self._file(name).unlink(missing_ok=True)
        (self._folder / f"{name}.prints").unlink(missing_ok=True)

    def forget_others(self, names: set[str]) -> None:
        """Leave only the positions of these, and of what another process is at: the
        others are of former orders.
        """
        if not self._folder.is_dir():
            return
        for file in list(self._folder.iterdir()):
            name = file.name.partition(".")[0]
            if name not in names:
                with self.turn(name) as is_ours:
                    if is_ours:
                        file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"


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
