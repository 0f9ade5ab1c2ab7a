"""Whether this machine still is the one that enrolled; what to do where it is not."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from pathlib import Path

from agent import durable, identity, lent, marks
from agent.collect import Around
from agent.identity import Identity

FORMER = "former"
# What belongs to one identity, in the order in which it is moved: the identity
# goes last, so that a move cut short by a power cut is begun again.
OWN = (
    identity.DEVICE,
    lent.FILE,
    "provision/asked.json",
    "spool",
    "jobs.json",
    "tests.json",
    "reported",
    "erase",
    "own-key.json",
    identity.ENROLLING,
    identity.IDENTITY,
)
LOCK = "running.lock"
# What environments left here, which stay with a disk that moves and go with a machine.
ENVIRONMENTS = ("provision", "blobs")


class AnotherMachine(Exception):
    """The identity here was made on other hardware. It was put aside."""


def check(state: Path, around: Around) -> Identity:
    """The identity, with the marks of today's hardware.

    Raises AnotherMachine, after having put everything of the other machine aside:
    nothing that it left is ever sent as this one's.
    """
    known = identity.load(state)
    today = marks.look(around)
    if known.marks and marks.is_another(known.marks, today):
        put_aside(state, known)
        raise AnotherMachine
    kept = marks.renewed(known.marks or marks.Marks(), today)
    if kept != known.marks:
        known = dataclasses.replace(known, marks=kept)
        identity.keep(state, known)
    return known


def put_aside(state: Path, known: Identity) -> Path:
    """Move an identity, and the reports made under it, where nobody sends them."""
    folder = _unfinished(state / FORMER, str(known.agent_id))
    durable.make_folder(folder)
    for name in OWN:
        if (state / name).exists():
            durable.move(state / name, folder)
    return folder


def _unfinished(former: Path, name: str) -> Path:
    """A folder that holds no identity yet: new, or of a move that was cut short."""
    folders = (former / f"{name}-{number}" for number in itertools.count(1))
    return next(each for each in folders if not (each / identity.IDENTITY).exists())


def forget(state: Path) -> None:
    """Remove everything that makes this machine itself, former identities too."""
    for name in (identity.IDENTITY, *OWN, FORMER, LOCK, *ENVIRONMENTS):
        path = state / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    durable.settle(state)
