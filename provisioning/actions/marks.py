"""The marks of machines, kept beside their reports, so that a mark finds its machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import Q

from agent import wire
from backoffice.core.transactions import require_transaction
from provisioning import identity
from provisioning.models import Agent, Mark

Kept = Mapping[str, Sequence[str]]


def note_marks(agent: Agent, were: Kept, at: dt.datetime) -> bool:
    """Spread out what a held agent's `marks` now say; whether anything changed: a step.

    Two statements where it did, none where it did not.
    """
    require_transaction()
    before, after = _pairs(were), _pairs(agent.marks)
    if before == after:
        return False
    if gone := before - after:
        held = Q(pk__in=())
        for kind in {kind for kind, _value in gone}:
            values = [value for of, value in gone if of == kind]
            held |= Q(kind=kind, value__in=values)
        Mark.objects.filter(held, agent=agent).update(gone_at=at)
    fresh = [
        Mark(agent=agent, kind=kind, value=value, shown_since=at)
        for kind, value in sorted(after - before)
    ]
    Mark.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["agent", "kind", "value"],
        update_fields=["gone_at"],
    )
    return True


def marks_before(agent: Agent) -> dict[str, list[str]]:
    """What an agent's `marks` were; what its rows say where a new code emptied them."""
    if agent.marks or agent.next_seq == 1:
        return dict(agent.marks)
    found: dict[str, list[str]] = {}
    rows = Mark.objects.current().filter(agent=agent)
    for kind, value in rows.values_list("kind", "value"):
        found.setdefault(kind, []).append(value)
    return found


def marks_now(agent: Agent, report: wire.Report) -> dict[str, list[str]]:
    """What an agent's `marks` are to say after this report."""
    known, seen = marks_known(agent), identity.marks_of(report)
    return identity.to_json(identity.renewed(known, seen))


def marks_known(agent: Agent) -> identity.Marks:
    return identity.from_json(agent.marks)


def _pairs(kept: Kept) -> set[tuple[str, str]]:
    return {(kind, value) for kind, values in kept.items() for value in values}
