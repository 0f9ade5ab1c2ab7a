"""What SCSI drives erase themselves with (SAS): SANITIZE, and FORMAT UNIT (SBC-4).

By sg3-utils. A drive has no word for having completed: that it was busy with the
operation, or took the command, and stands idle with no failure is all that it says.
"""

from __future__ import annotations

import dataclasses

from agent.collect.around import Around
from agent.erase.contract import Outcome, Stopped, Target, Tell
from agent.erase.firmware.pace import Pace
from agent.erase.firmware.sanitizing import Asked, Course, Sanitizer
from agent.methods import Ended, Technique
from agent.parse import scsi
from agent.parse.sanitizing import Sanitizing, State
from agent.run import Ran

LOOK_SECONDS = 30.0
SECONDS = 300.0
# A drive says each thing that happened to it once, before it says where it stands.
ATTENTIONS = 8
QUICK = ("--quick", "--early")  # neither 15 seconds of waiting, nor hours
SANITIZE, FORMAT = ("sg_sanitize", *QUICK), ("sg_format", *QUICK, "--format")
COMMANDS = {
    Technique.SCSI_SANITIZE_BLOCK: (*SANITIZE, "--block"),
    Technique.SCSI_SANITIZE_CRYPTO: (*SANITIZE, "--crypto"),
    Technique.SCSI_SANITIZE_OVERWRITE: (*SANITIZE, "--overwrite", "--zero"),
    Technique.SCSI_FORMAT_UNIT: FORMAT,
}


def ask(around: Around, path: str) -> Asked:
    """Where a drive stands with erasing itself."""
    for _ in range(ATTENTIONS):
        ran = around.run(("sg_requests", "--raw", path), LOOK_SECONDS)
        now = scsi.sense(ran.stdout)
        if now is None or now.key != scsi.UNIT_ATTENTION:
            break
    return Asked(scsi.standing(ran.stdout), ran._replace(stdout=_said(ran)))


def _said(ran: Ran) -> bytes:
    """The sense data, for the record: in letters."""
    return ran.stdout.hex(" ").encode()


@dataclasses.dataclass(frozen=True)
class ScsiErase:
    """One of the four. A sanitize goes on after a power cut, and is then adopted;
    which of them it is, the drive does not say.
    """

    around: Around
    technique: Technique
    pace: Pace = dataclasses.field(default_factory=Pace)

    @property
    def zeroes(self) -> bool:
        return self.technique is Technique.SCSI_SANITIZE_OVERWRITE

    @property
    def is_format(self) -> bool:
        return self.technique is Technique.SCSI_FORMAT_UNIT

    def argv(self, path: str) -> tuple[str, ...]:
        return (*COMMANDS[self.technique], path)

    def lines(self, target: Target) -> tuple[str, ...]:
        return (" ".join(self.argv(target.path)),)

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        drive = _Drive(self, target.path)
        own = drive.recover if not self.is_format else None
        asked = Sanitizer(drive.look, drive.start, own, drive.action)
        outcome = Course(asked, self.pace, tell, stopped).run()
        return self._judge(target, outcome) if self.is_format else outcome

    def _judge(self, target: Target, outcome: Outcome) -> Outcome:
        """A format may leave another drive than it found."""
        if outcome.ended is not Ended.ERASED:
            return outcome
        argv = ("sg_readcap", "--brief", target.path)
        now = scsi.capacity(self.around.run(argv, LOOK_SECONDS).stdout.decode("latin"))
        wanted = (target.size_bytes // target.block_bytes, target.block_bytes)
        if now != wanted:
            reason = "the drive is not formatted as it was"
            return outcome._replace(ended=Ended.FAILED, reason=reason, passes=0)
        status = f"{outcome.status}, {now.blocks} blocks of {now.block_bytes}"
        return outcome._replace(status=status)


class _Drive:
    """One drive during one operation: whether it was ever busy with it."""

    def __init__(self, method: ScsiErase, path: str) -> None:
        self._method = method
        self._path = path
        self._has_begun = False
        self.action = scsi.FORMATTING if method.is_format else scsi.SANITIZING

    def look(self) -> Asked:
        asked = ask(self._method.around, self._path)
        return asked._replace(stands=self._of_this(asked.stands))

    def _of_this(self, stands: Sanitizing) -> Sanitizing:
        """What the state means for this operation; another's failure is none of it."""
        is_this = stands.action == self.action
        if stands.state is State.RUNNING and is_this:
            self._has_begun = True
        if stands.state is State.FAILED and not is_this:
            return stands._replace(state=State.IDLE)
        if stands.state is State.IDLE and self._has_begun:
            return stands._replace(state=State.COMPLETED)
        return stands

    def start(self) -> Ran:
        ran = self._method.around.run(self._method.argv(self._path), SECONDS)
        self._has_begun = ran.exit_code == 0
        return ran

    def recover(self) -> Ran:
        """Out of the state after a failure, where the drive was told to allow it."""
        argv = (*SANITIZE, "--fail", self._path)
        return self._method.around.run(argv, SECONDS)
