"""Which start of the machine this is."""

from __future__ import annotations

import uuid

from agent.collect.around import Around, said


def boot_id(around: Around) -> uuid.UUID | None:
    """The kernel's number of this start of the machine, where it says one."""
    try:
        return uuid.UUID(said(around.proc / "sys/kernel/random/boot_id"))
    except ValueError:
        return None
