"""Two machines with one identity, or one that was put back in time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Machine
from provisioning import identity
from provisioning.actions.marks import marks_known
from provisioning.errors import CloneSuspected
from provisioning.models import Agent, AgentEvent, Report

P = ParamSpec("P")
R = TypeVar("R")


def clones_noted(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate an act of an `agent`: that somebody spoke with its identity is kept.

    Written after the act was rolled back, in a transaction of its own.
    """

    @functools.wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except CloneSuspected as refusal:
            note_clone(agent=_agent(kwargs), refusal=refusal)
            raise

    return guarded


@transaction.atomic(durable=True)
def note_clone(*, agent: Agent, refusal: CloneSuspected) -> None:
    """Keep that another machine, or an older state of it, speaks as this agent.

    Once, however often it tries: people decide, and revoke. The journal says which
    kinds of marks differ, and no mark.
    """
    agent = Agent.objects.lock(agent.pk)
    if agent.clone_suspected_at is not None:
        return
    agent.clone_suspected_at = agent.changed_at = timezone.now()
    agent.clone_marks = list(refusal.sides)
    agent.save(update_fields=["clone_suspected_at", "clone_marks", "changed_at"])
    AgentEvent.append(
        agent, "clone_suspected", by=Machine(str(agent.uuid)), data=refusal.facts
    )


def refuse_another_machine(agent: Agent, report: wire.Report) -> None:
    """Raise where this number is taken by a report of other hardware or another start.

    Within one start on one hardware the agent has only lost count; in another start,
    where it begins anew and its hardware shows that it is itself.
    """
    taken = (
        Report.objects.filter(agent=agent, seq=report.seq)
        .select_related("kept")
        .first()
    )
    if taken is None:
        return
    if taken.boot_id == report.boot_id and _same_hardware(taken, report.machine):
        return
    if _begins_anew(agent, report):
        return
    raise CloneSuspected(
        _("Another machine reported this under the same identity."),
        advice=_("Let this machine join again with a new code."),
        seq=report.seq,
        report=str(report.report_id),
        boot=str(report.boot_id or ""),
    )


def refuse_other_hardware(agent: Agent, report: wire.Report) -> None:
    """Raise where most marks of the hardware are not those that this agent had.

    Its disk was copied or put into another machine, or the machine got another
    board: a person has to say which, and a new code settles it.
    """
    lines = identity.compare(identity.marks_of(report), marks_known(agent))
    if not identity.is_another(lines):
        return
    refusal = CloneSuspected(
        _("Another machine reported this under the same identity."),
        advice=_("Let this machine join again with a new code."),
        seq=report.seq,
        boot=str(report.boot_id or ""),
        marks=[line.kind.value for line in lines if line.differs],
    )
    refusal.sides = [line.to_json() for line in lines]
    raise refusal


def _begins_anew(agent: Agent, report: wire.Report) -> bool:
    """Whether this is the agent's own hardware, whose disk forgot what it had sent.

    A mark has to show that, and no drive: the identity travels on one. A start that
    another one followed is over, and whoever speaks of it now is a second machine.
    """
    if report.prev_sha256:
        return False
    lines = identity.compare(identity.marks_of(report), marks_known(agent))
    shows = {line.kind for line in lines if line.agrees} - {identity.MarkKind.DRIVE}
    return (
        bool(shows)
        and not any(line.differs for line in lines)
        and not _is_over(agent, report)
    )


def _is_over(agent: Agent, report: wire.Report) -> bool:
    """Whether this start reported before, and another one since."""
    starts = Report.objects.filter(agent=agent).order_by("-seq")
    newest = starts.values_list("boot_id", flat=True).first()
    if report.boot_id is None or newest == report.boot_id:
        return False
    return starts.filter(boot_id=report.boot_id).exists()


def _same_hardware(taken: Report, machine: wire.Machine) -> bool:
    if not taken.is_retained:
        return True
    then = wire.Report.from_bytes(taken.payload).machine
    marks = ("uuid", "serial", "board_serial")
    return all(getattr(then, mark) == getattr(machine, mark) for mark in marks)


def _agent(kwargs: Any) -> Agent:
    agent: Agent = kwargs["agent"]
    return agent
