"""The common course of a sanitize, ATA’s and NVMe’s: start or adopt, poll, judge.

The command only starts it. What the drive says of itself afterwards is what counts,
and even that is only half: the media are read back too, by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from agent.erase.contract import Advance, Outcome, Stopped, Tell, step_of
from agent.erase.firmware.pace import Pace
from agent.methods import Ended
from agent.parse.sanitizing import Sanitizing, State
from agent.proofs import Step
from agent.run import Ran

STEP = "sanitize"
# So often in a row may a drive that is busy with itself give no answer.
SILENCES = 20
REFUSALS = {
    State.FROZEN: "its sanitize commands are locked until its power is cut",
    State.NOT_OFFERED: "the drive does not take the command",
    State.UNKNOWN: "the drive does not say where it stands",
}
ENDS = {
    State.IDLE: "the drive is idle and does not say that it completed",
    State.FAILED: "the drive says that it failed",
    **REFUSALS,
}


class Asked(NamedTuple):
    """One answer to where the drive stands, and the command that it answers."""

    stands: Sanitizing
    ran: Ran


class Sanitizer(NamedTuple):
    """What differs between ATA and NVMe.

    `recover` leads out of the state after a failure, where there is a way.
    """

    look: Callable[[], Asked]
    start: Callable[[], Ran]
    recover: Callable[[], Ran] | None = None
    action: int | None = None


class Course:
    """One sanitize of one drive, from the first look to the last."""

    def __init__(
        self, sanitizer: Sanitizer, pace: Pace, tell: Tell, stopped: Stopped
    ) -> None:
        self._drive = sanitizer
        self._pace = pace
        self._tell = tell
        self._stopped = stopped
        self._steps: list[Step] = []
        self._adopted = False

    def run(self) -> Outcome:
        """Once more where it failed: the standards allow that, and nothing else."""
        found = self._drive.look().stands
        if found.state is State.RUNNING and self._is_ours(found):
            self._adopted = True
            return self._judge(self._wait())
        if found.state is State.RUNNING:
            found = self._wait()
        if found.state in REFUSALS:
            return self._outcome(Ended.NOT_ATTEMPTED, REFUSALS[found.state], found)
        return self._start_and_wait(found)

    def _start_and_wait(self, found: Sanitizing) -> Outcome:
        if found.state is State.FAILED:
            self._recover()
        stands = self._start()
        if stands.state is State.FAILED and not self._stopped():
            self._recover()
            stands = self._start()
        return self._judge(stands)

    def _start(self) -> Sanitizing:
        """Where the drive stands after one more try.

        A refused command leaves the word of an earlier operation standing, so only a
        drive that is busy all the same is waited for.
        """
        if self._stopped():
            return Sanitizing(State.IDLE)
        ran = self._drive.start()
        self._steps.append(step_of(ran))
        self._tell(STEP, Advance())
        if ran.exit_code == 0:
            return self._wait()
        stands = self._drive.look().stands
        if stands.state is State.RUNNING:
            return self._wait()
        is_failed = stands.state is State.FAILED
        return stands if is_failed else stands._replace(state=State.NOT_OFFERED)

    def _recover(self) -> None:
        if self._drive.recover:
            self._steps.append(step_of(self._drive.recover()))

    def _is_ours(self, found: Sanitizing) -> bool:
        """ATA drives do not say which operation it is that they are busy with."""
        return found.action is None or found.action == self._drive.action

    def _wait(self) -> Sanitizing:
        """The last answer: RUNNING only where it is to stop."""
        silences = 0
        while True:
            asked = self._drive.look()
            stands = asked.stands
            silences = silences + 1 if stands.state is State.UNKNOWN else 0
            is_over = stands.state not in {State.RUNNING, State.UNKNOWN}
            if is_over or silences > SILENCES:
                self._steps.append(step_of(asked.ran))
                return stands
            self._tell(STEP, Advance(percent=stands.percent))
            if not self._pace.pause(self._stopped):
                self._steps.append(step_of(asked.ran))
                return stands._replace(state=State.RUNNING)

    def _judge(self, stands: Sanitizing) -> Outcome:
        if stands.state is State.RUNNING:
            reason = "stopped; the drive goes on by itself"
            return self._outcome(Ended.ABORTED, reason, stands)
        if self._stopped() and stands.state is State.IDLE:
            return self._outcome(Ended.ABORTED, "stopped before it began", stands)
        if stands.state is not State.COMPLETED:
            return self._outcome(Ended.FAILED, ENDS[stands.state], stands)
        if not self._is_ours(stands):
            reason = "the drive speaks of another operation than the one that was asked"
            return self._outcome(Ended.FAILED, reason, stands)
        return self._outcome(Ended.ERASED, "", stands)

    def _outcome(self, ended: Ended, reason: str, stands: Sanitizing) -> Outcome:
        return Outcome(
            ended=ended,
            reason=reason,
            status=stands.said,
            steps=tuple(self._steps),
            passes=1 if ended is Ended.ERASED else 0,
            adopted=self._adopted,
        )
