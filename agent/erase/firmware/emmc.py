"""eMMC: erase and sanitize (JEDEC 5.1), with what lies beside the main area."""

from __future__ import annotations

import dataclasses

from agent.collect.around import Around
from agent.erase.contract import Advance, Outcome, Stopped, Target, Tell, step_of
from agent.erase.firmware import areas
from agent.erase.firmware.pace import Pace
from agent.erase.overwrite import Overwrite
from agent.methods import Ended, Technique
from agent.parse import Unreadable, extcsd
from agent.proofs import Step
from agent.run import Ran

STEP = "emmc"
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
        last = f"{target.size_bytes // areas.SECTOR_BYTES - 1:#x}"
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
class EmmcEraseWithAreas(EmmcErase):
    """The same, and after it zeros on the areas beside the main one."""

    def lines(self, target: Target) -> tuple[str, ...]:
        return (*super().lines(target), *areas.lines(self.around, target))

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        outcome = super().erase(target, tell, stopped)
        return areas.with_areas(self.around, target, outcome, tell, stopped)


@dataclasses.dataclass(frozen=True)
class OverwriteWithAreas(Overwrite):
    """The overwrite of the main area, and after it zeros on those beside it."""

    around: Around = dataclasses.field(default_factory=Around)

    def lines(self, target: Target) -> tuple[str, ...]:
        return (*super().lines(target), *areas.lines(self.around, target))

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        outcome = super().erase(target, tell, stopped)
        return areas.with_areas(self.around, target, outcome, tell, stopped)
