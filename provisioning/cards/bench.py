"""The bench: one card for each machine on it, with what it is doing in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agent import wire
from inventory.health import Verdict
from provisioning.cards import erasures
from provisioning.cards.rooms import NOWHERE, Room, room_of
from provisioning.cards.words import (
    CHECKS,
    installing_step,
    left_in_words,
    no_news,
)
from provisioning.models import (
    Agent,
    ConnectionLook,
    Job,
    JobKind,
    JobState,
    LineVerdict,
)
from provisioning.models.agent import SILENT
from provisioning.models.connection import newest_looks_of
from provisioning.models.job import AMISS, IN_HAND
from provisioning.models.report import newest_tests_of

_TESTED = (JobKind.TESTS, JobState.DONE)
_CONNECTED = (JobKind.CONNECT, JobState.DONE)


class Group(models.TextChoices):
    """The parts of the board, what needs somebody first."""

    LOOK = "look", gettext_lazy("Needs a look")
    WORK = "work", gettext_lazy("At work")
    DONE = "done", pgettext_lazy("machines on the bench", "Finished")
    REST = "rest", gettext_lazy("Nothing asked of them")


# What waits for a person on the board of erasures needs a look here too.
_OF_ERASURE = {
    **dict.fromkeys(erasures.Group, Group.LOOK),
    erasures.Group.RUNNING: Group.WORK,
    erasures.Group.DONE: Group.DONE,
}


@dataclasses.dataclass(frozen=True)
class Card:
    """`family` is a chip's. `left` and `said` are empty where nobody knows."""

    agent: Agent
    room: Room
    group: Group
    family: str
    state: str
    left: str = ""
    said: str = ""
    # The drive that speaks for the machine, where it is there to be erased.
    erasure: erasures.Row | None = None

    @property
    def job(self) -> Job | None:
        return self.agent.job

    @property
    def percent(self) -> int | None:
        """How far an open job is, where the machine said so."""
        if self.erasure is not None:
            return self.erasure.percent
        return self.job.percent if self.job and self.job.state in IN_HAND else None

    @property
    def far(self) -> str:
        """How far it is and how long it may still take, beside the bar."""
        if self.erasure is not None:
            return self.erasure.far
        percent = _("%(percent)s%%") % {"percent": self.percent}
        return f"{percent} · {self.left}" if self.left else percent

    @property
    def may_cancel(self) -> bool:
        """Not where it erases: the board of erasures asks first whether one is sure."""
        job = self.job
        if job is None or self.erasure is not None:
            return False
        return job.is_open and job.cancel_asked_at is None


def card_of(agent: Agent) -> Card:
    """What one machine is doing; its device, place, site and job come with it."""
    return cards_of([agent])[0]


def cards_of(agents: Iterable[Agent]) -> list[Card]:
    """One card each; what came of tests that ended, and erasures, a statement for all."""
    agents = list(agents)
    tested = {
        agent.pk: agent.job.asked_at
        for agent in agents
        if agent.job and (agent.job.kind, agent.job.state) == _TESTED
    }
    results = {
        kept.agent_id: wire.Report.from_bytes(kept.payload).tests
        for kept in newest_tests_of(tested)
        if kept.received_at >= tested[kept.agent_id]
    }
    looks = _connected(agents)
    rows = erasures.rows_of([agent.device_id for agent in agents if agent.device_id])
    return [
        _erasing(agent, rows.get(agent.device_id or 0, ()))
        or _card(agent, results.get(agent.pk, ()), looks.get(agent.pk))
        for agent in agents
    ]


def _connected(agents: Iterable[Agent]) -> dict[int, ConnectionLook]:
    """What came of the line of each machine whose last job was to try it."""
    tried = {
        agent.pk: agent.job.asked_at
        for agent in agents
        if agent.job and (agent.job.kind, agent.job.state) == _CONNECTED
    }
    if not tried:
        return {}
    looks = newest_looks_of(list(tried))
    return {pk: look for pk, look in looks.items() if look.received_at >= tried[pk]}


def _erasing(agent: Agent, rows: Sequence[erasures.Row]) -> Card | None:
    """In the words of the board of erasures; None where something else matters more."""
    is_last = agent.job is not None and agent.job.kind == JobKind.ERASE
    speaks = is_last or any(row.run and row.run.is_open for row in rows)
    if not rows or not speaks or agent.clone_suspected_at or not agent.approved_at:
        return None
    row = erasures.worst_of(rows)
    said = [str(row.drive)] if len(rows) > 1 else []
    if is_last and agent.job and not agent.job.is_open and agent.job.message:
        said.append(agent.job.message)
    return Card(
        agent=agent,
        room=room_of(agent),
        group=Group.LOOK if row.is_amiss else _OF_ERASURE[row.group],
        family=row.family,
        state=_of_job(JobKind.ERASE.label, row.state),
        said=" – ".join(said),
        erasure=row,
    )


def _card(
    agent: Agent, tests: Sequence[wire.Test], look: ConnectionLook | None
) -> Card:
    group, family, state = _state(agent)
    if group is Group.DONE and look is not None:
        group, family, state = _line(look)
    elif group is Group.DONE:
        group, family, state = _outcome(agent, tests) or (group, family, state)
    job = agent.job if agent.job and agent.job.is_open else None
    return Card(
        agent=agent,
        room=room_of(agent),
        group=group,
        family=family,
        state=state,
        left=_left(job) if job else "",
        said=agent.job.message if agent.job and group is not Group.REST else "",
    )


def grouped(cards: Iterable[Card]) -> list[tuple[Group, list[Card]]]:
    """The cards of each part of the board that has some, by room and name."""
    ordered = sorted(cards, key=lambda card: (card.room.name, name_of(card.agent)))
    parts = [(group, [c for c in ordered if c.group is group]) for group in Group]
    return [(group, found) for group, found in parts if found]


def rooms(cards: Iterable[Card]) -> list[Room]:
    """Every room that has a machine, by name; those nowhere at the end."""
    found = {card.room.key: card.room for card in cards}
    return sorted(found.values(), key=lambda room: (room.key == NOWHERE, room.name))


def name_of(agent: Agent) -> str:
    """How people call it: the device's tag, else what it says it is."""
    return str(agent.device or agent.title or _("Machine without a name"))


def news(cards: Sequence[Card], since: dt.datetime | None) -> str:
    """What is read aloud: who began, passed a quarter of the way or ended since then."""
    if since is None:
        return ""
    fresh = [card for card in cards if card.job and card.job.quarter_at > since]
    if len(fresh) > 5:
        return ngettext(
            "%(count)s machine went on.", "%(count)s machines went on.", len(fresh)
        ) % {"count": len(fresh)}
    return " ".join(_spoken(card) for card in fresh)


def _spoken(card: Card) -> str:
    said = {"name": name_of(card.agent), "state": card.state}
    quarter = (card.percent or 0) // 25 * 25
    if not quarter:
        return _("%(name)s: %(state)s.") % said
    return _("%(name)s: %(state)s, %(percent)s%%.") % {**said, "percent": quarter}


def _state(agent: Agent) -> tuple[Group, str, str]:
    job = agent.job
    if agent.clone_suspected_at:
        return Group.LOOK, "blocked", _("Two machines with one identity")
    if agent.approved_at is None:
        return Group.LOOK, "waiting", _("Waits for approval")
    if job is not None and job.silent_minutes:
        return Group.LOOK, "blocked", no_news(job.silent_minutes)
    if job is not None and job.is_open:
        return Group.WORK, *_open(job)
    if job is not None and job.state in AMISS:
        return Group.LOOK, "blocked", _job_state(job)
    if job is not None and job.state == JobState.DONE:
        return Group.DONE, "done", _job_state(job)
    if away := _away_minutes(agent):
        return Group.REST, "waiting", no_news(away)
    said = _job_state(job) if job is not None else _("Nothing asked")
    return Group.REST, "out", said


def _line(look: ConnectionLook) -> tuple[Group, str, str]:
    """What the pack’s line is worth: only one that works needs nobody."""
    if look.verdict == LineVerdict.WORKS:
        return Group.DONE, "done", look.get_verdict_display()
    return Group.LOOK, "blocked", look.get_verdict_display()


def _outcome(agent: Agent, tests: Sequence[wire.Test]) -> tuple[Group, str, str] | None:
    """What a machine that finished needs somebody for; None where all is good."""
    bad = sum(test.result is wire.Result.FAIL for test in tests)
    mediocre = sum(test.result is wire.Result.WARN for test in tests)
    if bad:
        said = ngettext("Tests: %(count)s bad", "Tests: %(count)s bad", bad)
        return Group.LOOK, "blocked", said % {"count": bad}
    health = getattr(agent.device, "health", None)
    if health is not None and health.verdict == Verdict.FAIL:
        return Group.LOOK, "blocked", _("Health: not in order")
    if mediocre:
        said = ngettext(
            "Tests: %(count)s mediocre", "Tests: %(count)s mediocre", mediocre
        )
        return Group.LOOK, "waiting", said % {"count": mediocre}
    return None


def _open(job: Job) -> tuple[str, str]:
    if job.cancel_asked_at is not None:
        return "waiting", _("Is being cancelled")
    if job.state == JobState.WAITING:
        return "waiting", _job_state(job)
    if job.kind == JobKind.PROVISION and job.step:
        return "progress", _of_job(job.get_kind_display(), installing_step(job))
    step = CHECKS.get(job.step, job.get_kind_display())
    return "progress", str(step)


def _job_state(job: Job) -> str:
    return _of_job(job.get_kind_display(), str(job.get_state_display()))


def _of_job(job: object, state: str) -> str:
    said = {"job": job, "state": state[:1].lower() + state[1:]}
    return _("%(job)s: %(state)s") % said


def _left(job: Job) -> str:
    if job.seconds_left is None or job.state not in IN_HAND or job.silent_minutes:
        return ""
    return left_in_words(job.seconds_left)


def _away_minutes(agent: Agent) -> int:
    """For how long a machine has not asked for work; 0 while that is normal."""
    heard = agent.last_contact_at
    silence = timezone.now() - heard if heard else dt.timedelta()
    return int(silence.total_seconds() // 60) if silence >= SILENT else 0
