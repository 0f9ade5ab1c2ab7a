"""eMMC: erase and sanitize (JEDEC 5.1), and what lies beside the main area: two boot
areas, and up to four general-purpose ones.

The area for keys (RPMB) takes no plain writes and holds no file: it is left alone.
"""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

from agent.collect.around import Around, entries, number
from agent.erase.contract import Advance, Outcome, Stopped, Target, Tell, step_of
from agent.erase.firmware.pace import Pace
from agent.erase.overwrite import Overwrite
from agent.methods import Ended, Technique
from agent.parse import Unreadable, extcsd
from agent.proofs import Step
from agent.run import Ran

STEP = "emmc"
SECTOR_BYTES = 512
SECONDS = 6 * 3600.0
LOOK_SECONDS = 30.0


@dataclasses.dataclass(frozen=True)
class EmmcErase:
    """Erase every address, then sanitize what that left behind, as far as offered."""

    around: Around
    emmc: extcsd.ExtCsd
    pace: Pace = dataclasses.field(default_factory=Pace)

    @property
    def technique(self) -> Technique:
        return Technique.EMMC_ERASE_SANITIZE

    @property
    def zeroes(self) -> bool:
        return False  # erased cells read as zeros or as ones, as the maker likes

    def commands(self, target: Target) -> tuple[tuple[str, ...], ...]:
        last = f"{target.size_bytes // SECTOR_BYTES - 1:#x}"
        kind = "secure-erase" if self.emmc.secure_erase else "legacy"
        erase = ("mmc", "erase", kind, "0x0", last, target.path)
        sanitize = ("mmc", "sanitize", target.path)
        return (erase, sanitize) if self.emmc.sanitize else (erase,)

    def lines(self, target: Target) -> tuple[str, ...]:
        return tuple(" ".join(argv) for argv in self.commands(target))

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        steps: list[Step] = []
        for argv in self.commands(target):
            ran = self._run(argv, tell, stopped)
            if ran is None:
                reason = "stopped; the drive goes on by itself"
                return Outcome(Ended.ABORTED, reason, steps=tuple(steps))
            steps.append(step_of(ran))
            if ran.exit_code != 0:
                reason = "the drive refused it"
                return Outcome(Ended.FAILED, reason, steps=tuple(steps))
        return self._judge(target, tuple(steps))

    def _run(self, argv: tuple[str, ...], tell: Tell, stopped: Stopped) -> Ran | None:
        def work() -> Ran:
            return self.around.run(argv, SECONDS)

        def told(_seconds: float) -> None:
            tell(STEP, Advance())

        return self.pace.meanwhile(work, told, stopped)

    def _judge(self, target: Target, steps: tuple[Step, ...]) -> Outcome:
        """It has no word for having erased itself: that it answers is all it says."""
        ran = self.around.run(extcsd.argv(target.path), LOOK_SECONDS)
        try:
            now = extcsd.parse(ran.stdout.decode(errors="replace"))
        except Unreadable:
            reason = "the drive does not answer any more"
            return Outcome(Ended.FAILED, reason, steps=steps)
        status = f"EXT_CSD read again: {now.sectors} sectors"
        return Outcome(Ended.ERASED, status=status, steps=steps, passes=1)


@dataclasses.dataclass(frozen=True)
class EmmcEraseWithBootAreas(EmmcErase):
    """The same, and after it zeros on the areas beside the main one."""

    def lines(self, target: Target) -> tuple[str, ...]:
        return (*super().lines(target), *_shown(self.around, target))

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        outcome = super().erase(target, tell, stopped)
        return _with_boot_areas(self.around, target, outcome)


@dataclasses.dataclass(frozen=True)
class OverwriteWithBootAreas(Overwrite):
    """The overwrite of the main area, and after it zeros on those beside it."""

    around: Around = dataclasses.field(default_factory=Around)

    def lines(self, target: Target) -> tuple[str, ...]:
        return (*super().lines(target), *_shown(self.around, target))

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        outcome = super().erase(target, tell, stopped)
        return _with_boot_areas(self.around, target, outcome)


def _shown(around: Around, target: Target) -> tuple[str, ...]:
    areas = boot_areas(around, target.drive.name)
    return tuple(f"write zeros: /dev/{area.name}" for area in areas)


def _with_boot_areas(around: Around, target: Target, outcome: Outcome) -> Outcome:
    if outcome.ended is not Ended.ERASED:
        return outcome
    areas = boot_areas(around, target.drive.name)
    steps = [_overwrite(around, area) for area in areas]
    outcome = outcome._replace(steps=(*outcome.steps, *steps))
    if any(step.exit_code for step in steps):
        reason = "an area beside the main one could not be overwritten"
        return outcome._replace(ended=Ended.FAILED, reason=reason)
    return outcome


def boot_areas(around: Around, name: str) -> list[Path]:
    """/sys/block/mmcblk0boot0, boot1, and gp0 to gp3 where the drive was made so."""
    found = entries(around.sys / "block")
    area = re.compile(rf"{re.escape(name)}(boot|gp)\d+")
    return [each for each in found if area.fullmatch(each.name)]


def _overwrite(around: Around, area: Path) -> Step:
    """Zeros, read back; the kernel’s own lock on it is put back in any case."""
    device = around.root / "dev" / area.name
    line = f"write zeros: /dev/{area.name}"
    size = (number(area / "size") or 0) * SECTOR_BYTES
    lock = area / "force_ro"
    try:
        lock.write_text("0")
        try:
            left = _write_and_read(device, size)
        finally:
            lock.write_text("1")
    except OSError as exc:
        return Step(line=line, exit_code=exc.errno or 1, said=exc.strerror or "")
    said = "not zero" if left else f"{size} bytes, read back"
    return Step(line=line, exit_code=1 if left else 0, said=said)


def _write_and_read(device: Path, size: int) -> bool:
    """Whether anything but zeros is left. What is held by anybody is not given away."""
    descriptor = os.open(device, os.O_RDWR | os.O_EXCL | os.O_CLOEXEC)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        done = 0
        while done < size:
            done += file.write(bytes(min(2**20, size - done)))
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, size, os.POSIX_FADV_DONTNEED)
        file.seek(0)
        seen = 0
        while chunk := file.read(2**20):
            if chunk.count(0) != len(chunk):
                return True
            seen += len(chunk)
    return seen < size
