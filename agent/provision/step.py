"""What a step is to the runner: looked at, brought about, looked at again, undone.

The runner knows when, the steps know how. A step is done only when looking at it
afterwards finds it so; whatever `apply` says of itself counts for nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from agent.run import Ran, Stopped

# (argv, timeout in seconds) -> what came of the program; ended when the pass is.
Run = Callable[[Sequence[str], float], Ran]


class Standing(enum.Enum):
    """How a step stands on this machine."""

    OK = "ok"
    MISSING = "missing"
    # It was brought about once, and is another way now.
    DRIFT = "drift"
    UNKNOWN = "unknown"


class Found(NamedTuple):
    """What was seen, with at most four facts behind it and one sentence for people."""

    standing: Standing
    evidence: Mapping[str, str] = {}
    why: str = ""


class StepFailed(Exception):
    """The step cannot be brought about, for a reason that a person can read.

    `code` is a word of the field, as `apt_locked`, `disk_full`, `no_such_package`.
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


class OnlyLooking(RuntimeError):
    """Something was to be written where a step is only looked at: a fault of its kind."""


class Kept(Protocol):
    """What the runner remembers on disk of what was there before, for going back."""

    def keep_file(self, path: Path) -> None:
        """Remember a file or link (content, mode, owner), or that there was none.

        Called before a file is first written; `path` is as `Ground.at` gave it. It is
        remembered once, for as long as the environment is there: going back leads to
        what was there before the environment, however often it was brought about.
        Empty folders above a file that was not there are removed with it.
        """

    def note(self, name: str, value: Any) -> None:
        """Remember something of the step at hand (JSON): packages newly installed."""

    def noted(self, name: str) -> Any:
        """What was noted of the step at hand, in this pass or an earlier one."""


class Ground(Protocol):
    """The machine, as far as a step may touch it. All of it is handed in.

    While only looking (`check`, a dry run, a verification) `write`, `kept.keep_file`
    and `kept.note` raise `OnlyLooking`, and `blob` raises StepFailed("no_source")
    where the file does not lie here.
    """

    @property
    def root(self) -> Path:
        """`/`, or the folder that stands for it."""

    @property
    def values(self) -> Mapping[str, str]:
        """What `{{…}}` stands for."""

    @property
    def connection(self) -> Mapping[str, str]:
        """Of the pack's line: iccid, apn, username, password; empty where none."""

    @property
    def mirrors(self) -> Sequence[str]:
        """Addresses on the workshop's network that steps may offer to their tools."""

    @property
    def kept(self) -> Kept: ...

    @property
    def stopped(self) -> Stopped: ...

    def at(self, path: str) -> Path:
        """A path of the machine under `root`; no symbolic link on the way leads out.

        The links of the machine itself (of root, in a folder of root's) are followed on
        the way, but from a place of files only to another such place; the last part is
        never followed. Raises StepFailed("path_unsafe").
        """

    def blob(self, name: str) -> Path:
        """A file of the description, whole and verified, on this machine's disk."""

    def sha256(self, name: str) -> str:
        """The hash of a file of the description, without having it."""

    def run(
        self, argv: Sequence[str], timeout_seconds: float, given: bytes = b""
    ) -> Ran:
        """Run a program of the machine, never a shell; `given` is what it reads."""

    def write(self, path: Path, content: bytes, mode: int) -> None:
        """Put a whole file in place, keeping what was there: draft, fsync, rename."""

    def progress(self, percent: int) -> None:
        """How far the step at hand is."""


class Handler(Protocol):
    """How one kind of step is looked at, brought about and undone.

    `check` writes nothing. `apply` raises StepFailed, or OSError where the disk or
    the rights are in the way. `undo` takes back what this step brought and says in
    words what it leaves. It is asked before the files that this step kept are put back
    by the runner: what was compiled of them is best kept with them.
    """

    def check(self, step: Any, ground: Ground) -> Found: ...

    def apply(self, step: Any, ground: Ground) -> None: ...

    def undo(self, step: Any, ground: Ground) -> str: ...


@runtime_checkable
class Leaving(Protocol):
    """A kind of step that has something to take away when a machine comes back.

    Asked of each step of each environment, the last step first, before the machine's
    drives are erased. Accounts, homes and connections of people are the runner's own to
    remove (`people`): a kind has this part where it keeps something of a person
    elsewhere, as lessons that they were at. The person's values are gone by then: what
    is needed of them was noted by `apply` (a login; never a secret). It says in words
    what it leaves, "" for nothing; raises StepFailed as `apply` does.
    """

    def leave(self, step: Any, ground: Ground) -> str: ...
