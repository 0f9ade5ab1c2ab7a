"""What was tested until now, on the disk: a crash costs the running test at most."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from agent import durable, wire
from agent.boot import boot_id
from agent.collect.around import Around
from agent.kinds import AtMost
from agent.vocabulary import Check

FILE = "tests.json"


class Sitting(wire.Message):
    """One run through some tests. `running`: what was begun and did not end yet.

    `sitting_id` becomes the report's id, so that one sitting is reported once.
    """

    sitting_id: uuid.UUID
    started_at: dt.datetime
    boot_id: uuid.UUID | None = None
    names: Annotated[tuple[Check, ...], AtMost(32)]
    running: Check | None = None
    done: Annotated[tuple[wire.Test, ...], AtMost(32)] = ()

    @property
    def left(self) -> tuple[Check, ...]:
        tested = {test.name for test in self.done}
        return tuple(name for name in self.names if name not in tested)

    def begin(self, name: Check, around: Around) -> Self:
        return dataclasses.replace(self, running=name, boot_id=boot_id(around))

    def end(self, test: wire.Test) -> Self:
        """With one more result; a test made again replaces its former result."""
        others = tuple(each for each in self.done if each.name is not test.name)
        return dataclasses.replace(self, running=None, done=(*others, test))

    def again(self, name: Check) -> Self:
        others = tuple(each for each in self.done if each.name is not name)
        return dataclasses.replace(self, done=others)

    def was_cut_off(self, around: Around) -> bool:
        """Whether the machine itself stopped during a test."""
        here = boot_id(around)
        return (
            self.running is not None
            and None not in (here, self.boot_id)
            and here != self.boot_id
        )


def start(names: Sequence[Check], around: Around) -> Sitting:
    return Sitting(
        sitting_id=around.new_id(),
        started_at=around.now(),
        names=tuple(dict.fromkeys(names)),
    )


def load(state: Path) -> Sitting | None:
    """The sitting that did not end; a file that cannot be read any more is none."""
    try:
        return Sitting.from_bytes((state / FILE).read_bytes())
    except (FileNotFoundError, wire.Malformed):
        return None


def keep(state: Path, sitting: Sitting) -> None:
    durable.make_folder(state)
    durable.write(state / FILE, sitting.to_bytes())


def forget(state: Path) -> None:
    durable.remove(state / FILE)
