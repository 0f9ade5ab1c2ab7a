"""What an eMMC has beside its main area: two boot areas, and up to four general-purpose
ones, which may be as large as the main one.

The area for keys (RPMB) takes no plain writes and holds no file: it is left alone.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from agent.collect.around import Around, entries, number
from agent.erase.contract import Advance, Outcome, Stopped, Target, Tell
from agent.erase.overwrite import Overwrite
from agent.erase.verify import are_zero, whole
from agent.methods import Ended
from agent.proofs import Step

STEP = "areas"
SECTOR_BYTES = 512


def areas(around: Around, name: str) -> list[Path]:
    """/sys/block/mmcblk0boot0, boot1, and gp0 to gp3 where the drive was made so."""
    found = entries(around.sys / "block")
    area = re.compile(rf"{re.escape(name)}(boot|gp)\d+")
    return [each for each in found if area.fullmatch(each.name)]


def lines(around: Around, target: Target) -> tuple[str, ...]:
    return tuple(_line(area) for area in areas(around, target.drive.name))


def with_areas(
    around: Around, target: Target, outcome: Outcome, tell: Tell, stopped: Stopped
) -> Outcome:
    """The outcome of the main area, with zeros on all those beside it, read back."""
    if outcome.ended is not Ended.ERASED:
        return outcome
    found = areas(around, target.drive.name)
    told = _Told(tell, 2 * sum(map(_size, found)))
    steps = [_overwrite(around, target, area, told, stopped) for area in found]
    outcome = outcome._replace(steps=(*outcome.steps, *steps))
    if not any(step.exit_code for step in steps):
        return outcome
    if stopped():
        return outcome._replace(ended=Ended.ABORTED, reason="stopped")
    reason = "an area beside the main one could not be overwritten"
    return outcome._replace(ended=Ended.FAILED, reason=reason)


class _Told:
    """All areas, each written and read, as one course."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell = tell
        self._total = total
        self._before = 0

    def __call__(self, _step: str, advance: Advance) -> None:
        done = self._before + (advance.done_bytes or 0)
        self._tell(STEP, Advance(done, self._total, done * 100 // self._total))

    def passed(self, count: int) -> None:
        self._before += count


def _overwrite(
    around: Around, target: Target, area: Path, told: _Told, stopped: Stopped
) -> Step:
    path, size = around.root / "dev" / area.name, _size(area)
    beside = dataclasses.replace(target, path=str(path), size_bytes=size)
    try:
        if not size:
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO), str(path))
        with _unlocked(area / "force_ro"), _held(path):
            why = _why_not(beside, told, stopped)
    except OSError as exc:
        return Step(line=_line(area), exit_code=exc.errno or 1, said=str(exc.strerror))
    return Step(
        line=_line(area),
        exit_code=1 if why else 0,
        said=why or f"{size} bytes, read back",
    )


def _why_not(beside: Target, told: _Told, stopped: Stopped) -> str:
    """Why an area is not all zeros now; "" where it is. Raises OSError."""
    outcome = Overwrite().erase(beside, told, stopped)
    told.passed(beside.size_bytes)
    if outcome.ended is not Ended.ERASED:
        return outcome.reason
    looked = are_zero(beside, whole(beside.size_bytes), told, stopped)
    told.passed(beside.size_bytes)
    if looked.mismatches or looked.errors:
        return "not zero"
    return "" if looked.is_whole else "stopped"


@contextlib.contextmanager
def _unlocked(lock: Path) -> Iterator[None]:
    """The kernel’s own lock on an area is put back in any case."""
    lock.write_text("0")
    try:
        yield
    finally:
        lock.write_text("1")


@contextlib.contextmanager
def _held(device: Path) -> Iterator[None]:
    """What is held by anybody is not given away. Raises OSError."""
    descriptor = os.open(device, os.O_RDONLY | os.O_EXCL | os.O_CLOEXEC)
    try:
        yield
    finally:
        os.close(descriptor)


def _size(area: Path) -> int:
    return (number(area / "size") or 0) * SECTOR_BYTES


def _line(area: Path) -> str:
    return f"write zeros: /dev/{area.name}"
