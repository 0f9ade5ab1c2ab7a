"""How things are with this machine, from what lies on its disk."""

from __future__ import annotations

from pathlib import Path

from agent import identity, wire
from agent.bench.screen import Said, Standing
from agent.bench.settings import Settings
from agent.collect.around import Around, said
from agent.collect.machine import machine
from agent.erase import confirming
from agent.identity import NotEnrolled
from agent.provision.room import Room
from agent.provision.screen import LANGUAGES, told


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
        installing=_installing(state),
    )


def _installing(state: Path) -> Said | None:
    """The n-th step of N and the time left, or how the last pass ended."""
    room = Room(state)
    try:
        if news := room.news():
            french, english = (" ".join(told(news, words)) for words in LANGUAGES)
            return Said(french, english)
        over = room.over()
    except OSError:
        return None
    return Said(over.fr, over.en) if over else None


def _to_erase(state: Path) -> tuple[str, ...]:
    """The drives of an order that waits for a yes, by their serial numbers."""
    try:
        job = confirming.waiting(state)
    except OSError:
        return ()
    return tuple(run.serial or run.model for run in job.args.runs) if job else ()
