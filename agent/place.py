"""Where a machine keeps what it must not forget."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from agent.boot import boot_id
from agent.collect.around import Around
from agent.diary import Diary
from agent.identity import Identity
from agent.jobs import Jobs
from agent.spool import Spool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """The disk of one machine in service."""

    spool: Spool
    diary: Diary
    jobs: Jobs


def place_of(state: Path, known: Identity, around: Around) -> Place:
    """The places in a state folder, for the machine as it was started now."""
    spool = Spool(state / "spool", known.agent_id, known.seal)
    diary = Diary(
        state / "spool" / "events", boot_id(around), around.now, around.uptime_ms
    )
    return Place(spool=spool, diary=diary, jobs=Jobs(state / "jobs.json"))
