"""How things are with this machine, from what lies on its disk."""

from __future__ import annotations

from pathlib import Path

from agent import identity, wire
from agent.bench.screen import Standing
from agent.bench.settings import Settings
from agent.collect.around import Around, said
from agent.collect.machine import machine
from agent.erase import confirming
from agent.identity import NotEnrolled


def name_of(around: Around) -> str:
    """What a person calls the machine by who stands before it."""
    seen = machine(around).what
    words = (seen.make, seen.model, seen.serial)
    return " · ".join(dict.fromkeys(word for word in words if word))


def standing(state: Path, settings: Settings, name: str, answer: str) -> Standing:
    """What the screen is to say now."""
    agent_id, server, unreadable = "", settings.server, ""
    try:
        known = identity.load(state)
        agent_id, server = str(known.agent_id), known.server.address
    except NotEnrolled:
        pass
    except (OSError, wire.Malformed) as exc:
        unreadable = str(exc)
    return Standing(
        machine=name,
        server=server,
        site=settings.site,
        agent_id=agent_id,
        device=said(state / identity.DEVICE),
        waiting=len(list(state.glob("spool/waiting/*.json"))),
        wrong=settings.wrong,
        unreadable=unreadable,
        answer=answer,
        to_erase=_to_erase(state),
    )


def _to_erase(state: Path) -> tuple[str, ...]:
    """The drives of an order that waits for a yes, by their serial numbers."""
    try:
        job = confirming.waiting(state)
    except OSError:
        return ()
    return tuple(run.serial or run.model for run in job.args.runs) if job else ()
