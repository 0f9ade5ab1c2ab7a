"""A machine with a new key that may be one we know: by its marks, or by a person."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, Machine, permit
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from provisioning import identity
from provisioning.actions.candidates import Known, known_like
from provisioning.actions.handing_over import let_go
from provisioning.actions.marks import marks_known
from provisioning.actions.steps import bind, lock_for_binding, supersede
from provisioning.errors import AgentRevoked, LikenessAnswered, NotApproved
from provisioning.identity import Marks, Outcome
from provisioning.models import Agent, AgentEvent, Likeness, Report

Answer = Likeness.Answer


@transaction.atomic(durable=True)
def same_machine(*, likeness: Likeness, by: Actor) -> Agent:
    """Say that a machine is the known one: it takes its place, and its device."""
    agent, likeness = _held(likeness, by=by)
    user = _permit_device(likeness, by=by)
    if agent.approved_at is None:
        raise NotApproved(
            _("Nobody has approved this machine yet."),
            advice=_("Approve it first: it waits on the page “Machines seen”."),
        )
    _answer(likeness, Answer.SAME, user)
    _take_over(agent, likeness.device, likeness.other, by=by)
    return agent


@transaction.atomic(durable=True)
def new_machine(*, likeness: Likeness, by: Actor) -> Agent:
    """Say that a machine is another than the known one: nobody is asked again."""
    agent, likeness = _held(likeness, by=by)
    user = permit(by, "provisioning.bind_agent", at=agent.answering_site_id)
    _answer(likeness, Answer.NEW, user)
    data = {"likeness": str(likeness.uuid), **_named(likeness)}
    AgentEvent.append(agent, "told_apart", by=by, data=data)
    return agent


def find_itself(agent: Agent, kept: Report) -> bool:
    """Look among the known machines for a held one that is nobody yet: a step.

    Where every lasting mark agrees it takes its place at once; where a person has
    to look, they are asked. Whether it was bound.
    """
    require_transaction()
    mine = marks_known(agent)
    known = known_like(agent, mine)
    outcomes = identity.recognise(mine, [each.marks for each in known])
    pairs = zip(known, outcomes, strict=True)
    like = [(each, found) for each, found in pairs if found is not Outcome.NEW]
    answered = _write(agent, kept, mine, [each for each, _found in like])
    for each, found in like:
        if found is Outcome.SAME and _may_take_over(agent, each, answered):
            by = Machine(str(agent.uuid))
            _answer_alone(agent, each)
            _take_over(agent, each.device, each.other, by=by)
            return each.device is not None
    return False


def _may_take_over(
    agent: Agent, known: Known, answered: set[tuple[int | None, int | None]]
) -> bool:
    """Not before a person let it in, nor against what a person has said.

    One whose place another key of the same machine took may take it back.
    """
    was_asked = _pair(known.device, known.other) in answered
    return agent.approved_at is not None and (
        agent.same_as_id is not None or not was_asked
    )


def _take_over(
    agent: Agent, device: Device | None, other: Agent | None, *, by: Actor
) -> None:
    """Put a held agent in the place of a known machine: a step."""
    require_transaction()
    if device is None:
        former = Agent.objects.filter(pk=other.pk) if other else Agent.objects.none()
    else:
        former = Agent.objects.bound().filter(device=device)
    others = former.exclude(pk=agent.pk).select_for_update(of=("self",))
    held = list(others.order_by("pk"))
    for each in held:
        supersede(each, agent, by=by)
    if device is None:
        agent.same_as = None
        agent.save(update_fields=["same_as"])
        return
    device = lock_for_binding(agent, device.pk)
    for each in held:
        let_go(each, by=by)
    bind(agent, device, by=by)


def _write(
    agent: Agent, kept: Report, mine: Marks, like: Sequence[Known]
) -> set[tuple[int | None, int | None]]:
    """Keep whom a held agent resembles; returns those that were asked before: a step."""
    require_transaction()
    if not like:
        return set()
    asked = Likeness.objects.filter(agent=agent)
    before: set[tuple[int | None, int | None]] = set(
        asked.values_list("device", "other")
    )
    Likeness.objects.bulk_create(
        Likeness(
            agent=agent,
            device=each.device,
            other=each.other,
            lines=[line.to_json() for line in identity.compare(mine, each.marks)],
            report=kept,
            found_at=kept.received_at,
        )
        for each in like
        if _pair(each.device, each.other) not in before
    )
    return before


def _pair(device: Device | None, other: Agent | None) -> tuple[int | None, int | None]:
    return (device.pk if device else None, other.pk if other else None)


# --------------------------------------------------------- what was answered


def _held(likeness: Likeness, *, by: Actor) -> tuple[Agent, Likeness]:
    require_transaction()
    permit(by, "provisioning.bind_agent", at=likeness.agent.answering_site_id)
    agent = Agent.objects.lock(likeness.agent_id)
    likeness = Likeness.objects.select_related("device", "other").lock(likeness.pk)
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked."))
    if likeness.answer or agent.device_id is not None:
        raise LikenessAnswered(
            _("Somebody has said already which machine this is."),
            advice=_("Unbind it first."),
        )
    return agent, likeness


def _permit_device(likeness: Likeness, *, by: Actor) -> User:
    device, other = likeness.device, likeness.other
    at = device.site_id if device else None
    if other is not None and at is None:
        at = other.answering_site_id
    return permit(by, "provisioning.bind_agent", at=at)


def _answer(likeness: Likeness, answer: Likeness.Answer, user: User | None) -> None:
    require_transaction()
    likeness.answer, likeness.answered_by = answer.value, user
    likeness.answered_at = timezone.now()
    likeness.save(update_fields=["answer", "answered_by", "answered_at"])


def _answer_alone(agent: Agent, known: Known) -> None:
    require_transaction()
    asked = Likeness.objects.filter(
        agent=agent, device=known.device, other=known.other, answer=""
    )
    asked.update(answer=Answer.SAME.value, answered_at=timezone.now())


def _named(likeness: Likeness) -> dict[str, object]:
    if likeness.device is not None:
        return {"device": likeness.device.tag}
    return {"other": str(likeness.other.uuid)} if likeness.other else {}
