"""NVMe Format with a secure erase: of the user data (1), or of their key (2)."""

from __future__ import annotations

import dataclasses

from agent.collect.around import Around
from agent.erase.contract import Advance, Outcome, Stopped, Target, Tell, step_of
from agent.erase.firmware.pace import Pace
from agent.erase.probe import format_of
from agent.methods import Ended, Technique
from agent.parse.nvmeformat import Format
from agent.proofs import Step
from agent.run import Ran

STEP = "format"
SECONDS = 3 * 3600.0
SETTINGS = {Technique.NVME_FORMAT_USER_DATA: 1, Technique.NVME_FORMAT_CRYPTO: 2}


@dataclasses.dataclass(frozen=True)
class NvmeFormat:
    """A format that keeps what the namespace is formatted as.

    Old versions of nvme-cli take format 0 where none is named, and the settings for
    metadata and protection would go back to none.
    """

    around: Around
    technique: Technique
    format: Format
    pace: Pace = dataclasses.field(default_factory=Pace)

    @property
    def zeroes(self) -> bool:
        return False

    def argv(self, path: str) -> tuple[str, ...]:
        kept = [f"--lbaf={self.format.number}"]
        if self.format.metadata:
            kept.append(f"--ms={self.format.metadata}")
        if self.format.protection:
            kept.append(f"--pi={self.format.protection & 7}")
            kept.append(f"--pil={self.format.protection >> 3 & 1}")
        limit = f"--timeout={round(SECONDS * 1000)}"
        setting = f"--ses={SETTINGS[self.technique]}"
        return ("nvme", "format", path, setting, *kept, limit, "--force")

    def lines(self, target: Target) -> tuple[str, ...]:
        return (" ".join(self.argv(target.path)),)

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        def work() -> Ran:
            return self.around.run(self.argv(target.path), SECONDS + 60)

        def told(_seconds: float) -> None:
            tell(STEP, Advance())

        ran = self.pace.meanwhile(work, told, stopped)
        if ran is None:
            reason = "stopped; the drive goes on by itself"
            return Outcome(Ended.ABORTED, reason)
        now = format_of(self.around, target.path)
        return _judge(step_of(ran), ran.exit_code, self.format, now)


def _judge(step: Step, exit_code: int | None, before: Format, now: Format) -> Outcome:
    """The command was taken, no format goes on, and the namespace is what it was."""
    status = f"lbaf {now.number}, {now.size_bytes} bytes, left {now.left_percent} %"
    if exit_code != 0:
        return Outcome(Ended.FAILED, "the drive refused it", status, (step,))
    if now.size_bytes is None or now.left_percent:
        reason = "the drive does not say that it has ended"
        return Outcome(Ended.FAILED, reason, status, (step,))
    if (now.number, now.size_bytes) != (before.number, before.size_bytes):
        reason = "the namespace is not formatted as it was"
        return Outcome(Ended.FAILED, reason, status, (step,))
    return Outcome(Ended.ERASED, status=status, steps=(step,), passes=1)
