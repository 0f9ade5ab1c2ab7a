"""ATA SECURITY ERASE UNIT, normal and enhanced (ACS-3, 4.17).

A drive takes it only after a password was set, and loses the password with the data.
Ours is always the same and written down here, so that a drive which lost its power in
the middle can be freed by anybody: hdparm's word for the empty one.
"""

from __future__ import annotations

import dataclasses

from agent import wire
from agent.collect.around import Around
from agent.erase.contract import Advance, Outcome, Stopped, Target, Tell, step_of
from agent.erase.firmware.pace import Pace
from agent.erase.probe import identity
from agent.methods import Ended, Technique
from agent.proofs import Step
from agent.run import Ran

STEP = "security_erase"
PASSWORD = "NULL"  # noqa: S105  # documented, and the same for every drive
SECONDS = 60.0
# hdparm has a limit of its own, made of the minutes that the drive announces.
ERASE_SECONDS = 14 * 24 * 3600.0
MODES = {
    Technique.ATA_SECURE_ERASE: "--security-erase",
    Technique.ATA_SECURE_ERASE_ENHANCED: "--security-erase-enhanced",
}


@dataclasses.dataclass(frozen=True)
class AtaSecurityErase:
    """One of the two. The command blocks until the drive is done: progress is told by
    the minutes that the drive announced, and nothing can end it but a power cut.
    """

    around: Around
    technique: Technique
    pace: Pace = dataclasses.field(default_factory=Pace)

    @property
    def zeroes(self) -> bool:
        return False

    def lines(self, target: Target) -> tuple[str, ...]:
        path = target.admin_path
        commands = (_argv("--security-set-pass", path), self._argv(path))
        return tuple(" ".join(argv) for argv in commands)

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        return _Erasure(self, target, tell, stopped).run()

    def _argv(self, path: str) -> tuple[str, ...]:
        return _argv(MODES[self.technique], path)


def _argv(option: str, path: str) -> tuple[str, ...]:
    return ("hdparm", "--user-master", "u", option, PASSWORD, path)


class _Erasure:
    def __init__(
        self, method: AtaSecurityErase, target: Target, tell: Tell, stopped: Stopped
    ) -> None:
        self._method = method
        self._path = target.admin_path
        self._name = target.drive.name
        self._tell = tell
        self._stopped = stopped
        self._steps: list[Step] = []

    def run(self) -> Outcome:
        can = self._look()
        if can is not None and can.security_enabled and can.security_locked:
            # ours, from an erasure that lost its power; a drive allows five tries
            self._run("--security-unlock")
            can = self._look()
        reason = _why_not(can)
        if can is None or reason:
            return self._outcome(Ended.NOT_ATTEMPTED, reason)
        if self._stopped():
            return self._outcome(Ended.ABORTED, "stopped before it began")
        self._run("--security-set-pass")
        armed = self._look()
        if armed is None or not armed.security_enabled:
            reason = "the drive did not take the password that it asks for"
            return self._outcome(Ended.FAILED, reason)
        return self._erase(can)

    def _erase(self, can: wire.Abilities) -> Outcome:
        method, pace = self._method, self._method.pace
        is_normal = method.technique is Technique.ATA_SECURE_ERASE
        minutes = can.erase_minutes if is_normal else can.enhanced_erase_minutes
        argv = _argv(MODES[method.technique], self._path)

        def work() -> Ran:
            return method.around.run(argv, ERASE_SECONDS)

        def told(seconds: float) -> None:
            self._tell(STEP, _advance(seconds, minutes))

        ran = pace.meanwhile(work, told, self._stopped)
        if ran is None:
            reason = "stopped; the drive goes on by itself, under the known password"
            return self._outcome(Ended.ABORTED, reason)
        self._steps.append(step_of(ran))
        return self._judge(ran)

    def _judge(self, ran: Ran) -> Outcome:
        """A drive that erased itself has no password any more."""
        after = self._look()
        if after is None:
            return self._outcome(Ended.FAILED, "the drive does not answer any more")
        if after.security_enabled is not False:
            return self._outcome(Ended.FAILED, self._disarm())
        if ran.exit_code != 0:
            return self._outcome(Ended.FAILED, "the drive refused it", after)
        return self._outcome(Ended.ERASED, "", after)

    def _disarm(self) -> str:
        """Take our password off again."""
        self._run("--security-disable")
        freed = self._look()
        if freed is not None and freed.security_enabled is False:
            return "the drive did not erase itself; it has no password any more"
        return f"the drive did not erase itself, and keeps the password {PASSWORD}"

    def _run(self, option: str) -> None:
        ran = self._method.around.run(_argv(option, self._path), SECONDS)
        self._steps.append(step_of(ran))

    def _look(self) -> wire.Abilities | None:
        """The drive's own word of now; None where it gives none, or another does."""
        ata = identity(self._method.around, self._name)
        return ata.abilities if ata else None

    def _outcome(
        self, ended: Ended, reason: str, after: wire.Abilities | None = None
    ) -> Outcome:
        return Outcome(
            ended=ended,
            reason=reason,
            status="Security: not enabled" if after else "",
            steps=tuple(self._steps),
            passes=1 if ended is Ended.ERASED else 0,
        )


def _why_not(can: wire.Abilities | None) -> str:
    """What keeps a drive from taking a password now; "" where nothing does."""
    if can is None:
        return "the drive does not say where it stands"
    states = (
        (not can.security, "the drive does not offer it"),
        (can.security_frozen is not False, "the machine’s firmware froze it"),
        (bool(can.security_expired), "it takes no password until its power is cut"),
        (can.security_locked is not False, "a password that is not ours locks it"),
    )
    return next((reason for is_so, reason in states if is_so), "")


def _advance(seconds: float, minutes: int | None) -> Advance:
    """By the clock: a drive that is busy with this answers nothing."""
    if not minutes:
        return Advance()
    percent = min(99, round(seconds * 100 / (minutes * 60)))
    return Advance(percent=percent, seconds_left=max(0, round(minutes * 60 - seconds)))
