"""Whether this machine is with a person: then it says nothing of itself to anybody.

The server says it; it is kept on the disk, because a machine that starts in somebody's
home is to know it before it speaks.
"""

from __future__ import annotations

from pathlib import Path

from agent import durable, wire
from agent.collect.around import said

FILE = "mode"


def note(state: Path, mode: wire.Mode) -> None:
    """Raises OSError where the disk does not take it."""
    if said(state / FILE) != mode.value:
        durable.write(state / FILE, mode.value.encode())


def is_lent(state: Path) -> bool:
    return said(state / FILE) == wire.Mode.LOAN.value
