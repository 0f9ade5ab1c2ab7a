"""Cut the power of a drive that is frozen, so that it takes its commands again.

Firmware of PCs freezes the password commands of a third of all drives at each start.
Sleeping thaws them on most machines; pulling the drive's own power thaws any, where a
person can reach it. Both are asked for, never done unasked: a machine that does not
wake takes every other drive along.
"""

from __future__ import annotations

import contextlib
import dataclasses

from agent import wire
from agent.collect.around import Around, said
from agent.collect.blocks import Block, blocks
from agent.erase.contract import Advance, Tell, step_of
from agent.erase.firmware.ata_security import PASSWORD
from agent.erase.firmware.pace import Pace
from agent.erase.probe import ATA, SECONDS, identity, sanitize_of_ata
from agent.erase.turns import alone_at
from agent.parse.sanitizing import State
from agent.proofs import Step
from agent.run import Stopped, never

SLEEP = ("rtcwake", "-m", "mem", "-s", "10")
SLEEP_SECONDS = 120.0
REPLUG = "replug"
# What the record says was found, in words of its own.
REPLUGGED = "replug the drive"
ASKED = "ask the drive after the sleep"
FREE = "it takes its commands"
STILL = "still frozen, or it does not answer"
BUSY = "not done: another process is erasing a drive, which would lose its power"
AWAKE_ALL_THE_TIME = "not done: its drives would keep their power, or nothing wake it"


@dataclasses.dataclass(frozen=True)
class Allowed:
    """What may be done: put the machine to sleep; wait so long for a person to pull
    the drive's power and give it back.
    """

    sleep: bool = False
    replug_seconds: float = 0.0


@dataclasses.dataclass(frozen=True)
class Thawed:
    """The drive under the name that it has now, and whether it takes commands.

    Nothing of it may be held open meanwhile: pulled out, it comes back as another.
    """

    name: str
    is_free: bool
    steps: tuple[Step, ...] = ()


def thaw(
    around: Around,
    drive: wire.Drive,
    allowed: Allowed,
    *,
    tell: Tell,
    stopped: Stopped = never,
    pace: Pace | None = None,
) -> Thawed:
    """Try what is allowed, one after the other, until the drive is free."""
    return _Thaw(around, drive, tell, stopped, pace or Pace()).run(allowed)


def can_sleep(around: Around) -> bool:
    """Whether this machine sleeps with the power of its drives off, and wakes alone."""
    deep = said(around.sys / "power/mem_sleep")
    is_deep = not deep or "deep" in deep
    alarm = around.sys / "class/rtc/rtc0/wakealarm"
    is_offered = "mem" in said(around.sys / "power/state").split()
    return is_offered and is_deep and alarm.exists()


def any_busy(around: Around) -> bool:
    """Whether any agent is at any drive of this machine."""
    for block in blocks(around):
        device = around.root / block.path.lstrip("/")
        # what cannot be opened is not erased either
        with contextlib.suppress(OSError), alone_at(device) as is_alone:
            if not is_alone:
                return True
    return False


def free(around: Around, drive: wire.Drive) -> tuple[Step, ...]:
    """Take off the password that an erasure of ours left when its power was cut.

    Only ours is tried, and once: a drive allows five tries.
    """
    if drive.bus not in ATA or drive.behind is not wire.Behind.NOTHING:
        return ()
    ata = identity(around, drive.name)
    if ata is None or ata.abilities is None or not ata.abilities.security_enabled:
        return ()
    argv = ("hdparm", "--user-master", "u", "--security-disable", PASSWORD, drive.path)
    return (step_of(around.run(argv, SECONDS)),)


class _Thaw:
    def __init__(
        self,
        around: Around,
        drive: wire.Drive,
        tell: Tell,
        stopped: Stopped,
        pace: Pace,
    ) -> None:
        self._around = around
        self._name = drive.name
        self._block = next((b for b in blocks(around) if b.name == drive.name), None)
        self._tell = tell
        self._stopped = stopped
        self._pace = pace
        self._steps: list[Step] = []

    def run(self, allowed: Allowed) -> Thawed:
        if self._block is None or not self._block.serial:
            return self._thawed(is_free=False)  # nobody would know it again
        if self._is_free():
            return self._thawed(is_free=True)
        if allowed.sleep and self._sleep():
            return self._thawed(is_free=True)
        if allowed.replug_seconds > 0:
            return self._thawed(is_free=self._replug(allowed.replug_seconds))
        return self._thawed(is_free=False)

    def _sleep(self) -> bool:
        """Whether it is free after a sleep; asked of the drive, never of the sleep."""
        if not can_sleep(self._around):
            self._note(" ".join(SLEEP), AWAKE_ALL_THE_TIME)
            return False
        if any_busy(self._around):
            self._note(" ".join(SLEEP), BUSY)
            return False
        self._tell("sleep", Advance())
        self._steps.append(step_of(self._around.run(SLEEP, SLEEP_SECONDS)))
        is_free = self._is_free()
        self._note(ASKED, FREE if is_free else STILL)
        return is_free

    def _replug(self, seconds: float) -> bool:
        """Wait for the drive to go and to come back; it is known by its serial."""
        until = self._pace.monotonic() + seconds
        was_gone = False
        while (left := until - self._pace.monotonic()) > 0:
            self._tell(REPLUG, Advance(seconds_left=round(left)))
            if not self._pace.pause(self._stopped):
                break
            found = self._find()
            was_gone = was_gone or found is None
            if was_gone and found is not None:
                self._name = found.name
                if self._is_free():
                    self._note(REPLUGGED, "it came back, and takes its commands")
                    return True
        self._note(REPLUGGED, "it did not come back in time, or still frozen")
        return False

    def _note(self, line: str, said: str) -> None:
        self._steps.append(Step(line=line, said=said))

    def _find(self) -> Block | None:
        wanted = self._block
        if wanted is None:
            return None
        who = (wanted.serial, wanted.model, wanted.size_bytes)
        return next(
            (
                each
                for each in blocks(self._around)
                if (each.serial, each.model, each.size_bytes) == who
            ),
            None,
        )

    def _is_free(self) -> bool:
        ata = identity(self._around, self._name)
        if ata is None or ata.abilities is None:
            return False
        can = ata.abilities
        is_open = can.security_frozen is False or not can.security
        offered = (can.sanitize_block, can.sanitize_crypto, can.sanitize_overwrite)
        if not any(offered):
            return is_open
        stands = sanitize_of_ata(self._around, f"/dev/{self._name}")
        return is_open and stands.state is not State.FROZEN

    def _thawed(self, *, is_free: bool) -> Thawed:
        return Thawed(self._name, is_free, tuple(self._steps))
