"""What the parts of an erasure hand each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import NamedTuple, Protocol

from agent import wire
from agent.methods import Ended, ErasureClass, Technique
from agent.proofs import Step
from agent.run import Ran, Runner, Stopped


class Advance(NamedTuple):
    """How far an act on one drive is; None where nobody can say."""

    done_bytes: int | None = None
    total_bytes: int | None = None
    percent: int | None = None
    seconds_left: int | None = None


Tell = Callable[[str, Advance], None]
"""Told a step (`overwrite`, `verify`, `sanitize`, …) and how far it is."""


@dataclasses.dataclass(frozen=True)
class Target:
    """One drive that the guard let through, held open while it is erased.

    `drive` is what it was when the plan was made. `path` is its block device,
    `admin_path` where firmware commands go (/dev/nvme0 for /dev/nvme0n1).
    `size_bytes` is what it shows; a multiple of `block_bytes` (512 or 4096).
    """

    drive: wire.Drive
    path: str
    admin_path: str
    size_bytes: int
    block_bytes: int


class Outcome(NamedTuple):
    """What came of one technique, before anything is read back.

    `ended` ERASED only where the drive's own state, re-read, says so too; `status`
    is that state. `bytes_written` is 0 for a firmware command: the drive erases
    itself whole.
    """

    ended: Ended
    reason: str = ""
    status: str = ""
    steps: tuple[Step, ...] = ()
    bytes_written: int = 0
    passes: int = 0
    pattern: str = ""
    resumed_from: int | None = None
    adopted: bool = False
    errors: int = 0


class Method(Protocol):
    """One technique on one kind of drive."""

    @property
    def technique(self) -> Technique: ...

    @property
    def zeroes(self) -> bool:
        """Whether the drive is all zero afterwards; else it is only changed."""
        ...

    def lines(self, target: Target) -> tuple[str, ...]:
        """The exact commands, for the plan and the dry run. Touches nothing."""
        ...

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        """Erase, and wait for the end. An operation of the same kind that the drive
        is found busy with is adopted. Never raises for what a drive does.
        """
        ...


@dataclasses.dataclass(frozen=True)
class Plan:
    """What would be done to one drive, for people to see before it begins.

    `methods` in order: the next is for where one is refused or fails. `lines` are what
    is shown. `refusal`: why nothing at all is to be done, in a sentence, or "".
    `is_frozen`: a better method would be there if the drive's power were cut.
    """

    drive: wire.Drive
    methods: tuple[Method, ...] = ()
    lines: tuple[str, ...] = ()
    erasure_class: ErasureClass = ErasureClass.UNKNOWN
    refusal: str = ""
    is_frozen: bool = False


def step_of(ran: Ran) -> Step:
    """A command as it was executed, for the record."""
    said = " ".join((ran.stdout + b"\n" + ran.stderr).decode(errors="replace").split())
    return Step(
        line=" ".join(ran.argv),
        exit_code=ran.exit_code,
        seconds=round(ran.seconds),
        said=said or (ran.detail or (ran.why or "")),
    )


__all__ = [
    "Advance",
    "Method",
    "Outcome",
    "Plan",
    "Runner",
    "Stopped",
    "Target",
    "Tell",
]
