"""Programmes and quotas: how many packs for whom, with whose money."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from lending.actions.access import require_open
from lending.errors import (
    ProgrammeClosed,
    ProgrammeDates,
    ProgrammeKnown,
    QuotaAboveTarget,
    QuotaInUse,
    TargetTooLow,
)
from lending.models import Programme, ProgrammeEvent, Quota, Structure

MANAGE = "lending.manage_programme"


@dataclasses.dataclass(frozen=True)
class ProgrammeFacts:
    """What is written down of a programme; `funders` one per line."""

    name: str
    target: int
    starts_on: dt.date
    ends_on: dt.date | None = None
    funders: str = ""
    priority: int = 0


@transaction.atomic(durable=True)
def open_programme(*, facts: ProgrammeFacts, by: Actor) -> Programme:
    """Begin to equip people with somebody’s money, up to a target."""
    permit(by, MANAGE)
    refuse_early_end(facts.ends_on, facts.starts_on)
    try:
        with transaction.atomic(savepoint=True):
            programme = Programme.objects.create(**dataclasses.asdict(facts))
    except IntegrityError as taken:
        raise _known(facts) from taken
    ProgrammeEvent.append(programme, "opened", by=by, data={"target": facts.target})
    return programme


@transaction.atomic(durable=True)
def amend_programme(
    *, programme: Programme, facts: ProgrammeFacts, by: Actor
) -> Programme:
    """Change a programme; its target never below what is shared out or handed over."""
    permit(by, MANAGE)
    programme = _lock_open(programme)
    refuse_early_end(facts.ends_on, facts.starts_on)
    least = max(programme.handed_over, _shared_out(programme))
    if facts.target < least:
        raise TargetTooLow(
            _("The target cannot be below %(least)s: so many are shared out.")
            % {"least": least},
            advice=_("Lower the quotas of the structures first."),
            least=least,
        )
    wanted = dataclasses.asdict(facts)
    changed = [
        field for field, new in wanted.items() if getattr(programme, field) != new
    ]
    if not changed:
        return programme
    data: dict[str, object] = {"fields": changed}
    if "target" in changed:
        data["target"] = [programme.target, facts.target]
    for field in changed:
        setattr(programme, field, wanted[field])
    try:
        with transaction.atomic(savepoint=True):
            programme.save(update_fields=changed)
    except IntegrityError as taken:
        raise _known(facts) from taken
    ProgrammeEvent.append(programme, "amended", by=by, data=data)
    return programme


@transaction.atomic(durable=True)
def close_programme(*, programme: Programme, by: Actor) -> Programme:
    """Nothing more is asked or handed over for it."""
    permit(by, MANAGE)
    programme = _lock_open(programme)
    programme.is_open = False
    programme.save(update_fields=["is_open"])
    ProgrammeEvent.append(programme, "closed", by=by)
    return programme


@transaction.atomic(durable=True)
def set_quota(
    *, programme: Programme, structure: Structure, packs: int, by: Actor
) -> Quota:
    """Say how many packs of a programme a structure may have; together ≤ the target."""
    permit(by, MANAGE)
    programme = _lock_open(programme)
    require_open(structure)
    quota, was = _quota_of(programme, structure)
    room = programme.target - _shared_out(programme) + was
    if packs > room:
        raise QuotaAboveTarget(
            _("The quotas together would exceed the target of %(target)s packs.")
            % {"target": programme.target},
            advice=_("At most %(room)s for this structure, or raise the target.")
            % {"room": room},
            target=programme.target,
            room=room,
        )
    _write(quota, packs)
    ProgrammeEvent.append(
        programme,
        "quota_set",
        by=by,
        data={"structure": str(structure.uuid), "packs": [was, packs]},
    )
    return quota


@transaction.atomic(durable=True)
def move_quota(
    *,
    programme: Programme,
    source: Structure,
    target: Structure,
    packs: int,
    by: Actor,
) -> Quota:
    """Take packs from a structure’s quota for another’s; what is promised stays."""
    permit(by, MANAGE)
    programme = _lock_open(programme)
    require_open(target)
    giving, had = _quota_of(programme, source)
    taking, has = _quota_of(programme, target)
    _write(giving, had - packs)
    _write(taking, has + packs)
    ProgrammeEvent.append(
        programme,
        "quota_moved",
        by=by,
        data={"source": str(source.uuid), "target": str(target.uuid), "packs": packs},
    )
    return taking


def _quota_of(programme: Programme, structure: Structure) -> tuple[Quota, int]:
    """The quota under its locked programme, made empty where there was none."""
    require_transaction()
    quota, _made = Quota.objects.get_or_create(
        programme=programme, structure=structure, defaults={"packs": 0}
    )
    return quota, quota.packs


def _write(quota: Quota, packs: int) -> None:
    spoken_for = quota.promised + quota.handed_over
    if packs < spoken_for:
        raise QuotaInUse(
            _("%(structure)s has %(count)s packs promised or handed over.")
            % {"structure": quota.structure, "count": spoken_for},
            advice=_("Its quota cannot be less."),
            least=spoken_for,
        )
    quota.packs = packs
    quota.save(update_fields=["packs"])


def _lock_open(programme: Programme) -> Programme:
    programme = Programme.objects.lock(programme.pk)
    if not programme.is_open:
        raise ProgrammeClosed(
            _("The programme %(programme)s is closed.") % {"programme": programme}
        )
    return programme


def _shared_out(programme: Programme) -> int:
    total: int | None = programme.quotas.aggregate(total=Sum("packs"))["total"]
    return total or 0


def refuse_early_end(ends_on: dt.date | None, starts_on: dt.date) -> None:
    """A programme ends on the day it starts, or later."""
    if ends_on is not None and ends_on < starts_on:
        raise ProgrammeDates(_("A programme cannot end before it starts."))


def _known(facts: ProgrammeFacts) -> ProgrammeKnown:
    return ProgrammeKnown(
        _("There is already a programme named “%(name)s”.") % {"name": facts.name}
    )
