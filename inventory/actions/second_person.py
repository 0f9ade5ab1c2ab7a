"""Which erasures a second person has to look at, and who that cannot be."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from backoffice.core.models import User
from inventory.actions.drive_cycle import is_by_two
from inventory.actions.evidence import SUCCESSES, Claim, Origin, refuse_same_person
from inventory.methods import Technique
from inventory.models import (
    DeviceEvent,
    DriveEvent,
    Erasure,
    ErasureException,
    ErasureResult,
    ErasureSource,
    ImportedResult,
    StorageDrive,
)

# What people do about an order to erase, as its drive’s journal names it.
HANDS = ("erasure_ordered", "erasure_approved", "erasure_confirmed", "order_exported")


def with_exception(claim: Claim, exception: ErasureException) -> Claim:
    """A success as one that waits for a second person; anything else as it is.

    A claim that contradicts itself is left to be refused.
    """
    odd = claim.result == ErasureResult.ERASED_WITH_EXCEPTIONS
    if claim.result not in SUCCESSES or odd != bool(claim.exceptions):
        return claim
    return dataclasses.replace(
        claim,
        result=ErasureResult.ERASED_WITH_EXCEPTIONS,
        exceptions=(*claim.exceptions, exception),
    )


def with_our_own(drive: StorageDrive, claim: Claim, origin: Origin) -> Claim:
    """What is claimed of a locked drive, with what makes it exceptional by our own rows.

    Whatever the source: a donor’s wish for two people, an attempt that did not succeed
    since, a day on which nobody here knew the drive, a method that nobody can verify.
    """
    by_hand = origin.source is not ErasureSource.AGENT
    found = {
        ErasureException.TYPED_BY_ONE: by_hand and is_by_two(drive),
        ErasureException.BEFORE_CYCLE: by_hand and _was_unknown(drive, claim.erased_on),
        ErasureException.BEFORE_ATTEMPT: _is_overtaken(drive, _over_at(claim, origin)),
        ErasureException.FACTORY_RESET: claim.technique is Technique.FACTORY_RESET,
    }
    for exception, holds in found.items():
        if holds:
            claim = with_exception(claim, exception)
    return claim


def _over_at(claim: Claim, origin: Origin) -> dt.datetime:
    """When it was over, at the latest: a day alone ends with its last second, or now."""
    if origin.over_at is not None:
        return origin.over_at
    day_after = claim.erased_on + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day_after, dt.time.min))


def _is_overtaken(drive: StorageDrive, over_at: dt.datetime) -> bool:
    """Whether an attempt was recorded since that is no proof: it may have come later.

    What was not attempted did nothing; one success does not speak against another.
    """
    stands = Q(result__in=[ErasureResult.NOT_ATTEMPTED, ErasureResult.ERASED])
    stands |= Q(result=ErasureResult.ERASED_WITH_EXCEPTIONS, approved_by__isnull=False)
    since = drive.erasures.filter(cycle=drive.cycle, recorded_at__gt=over_at)
    return since.exclude(stands).exists()


def _was_unknown(drive: StorageDrive, day: dt.date) -> bool:
    """Whether the drive was first heard of after that day."""
    first = drive.events.order_by("sequence").first()
    return first is not None and day < timezone.localdate(first.occurred_at)


def refuse_hands(erasure: Erasure, user: User) -> None:
    """Refuse as second person whoever had a hand in an erasure: `with_a_hand_of`."""
    if with_a_hand_of(user, [erasure]):
        refuse_same_person(user.pk, user.pk)


def with_a_hand_of(user: User, erasures: Sequence[Erasure]) -> set[int]:
    """The keys of those in which somebody had a hand, in four statements for all.

    That is who recorded it, ordered, approved, confirmed or carried its order in that
    cycle, bound the machine that reports it, ran it or brought its stick, took another
    tool’s file in, or said which drive it is about. Each comes with its device.
    """
    mine = Q(actor=user)
    drives = {erasure.drive_id for erasure in erasures}
    told = DriveEvent.objects.filter(subject__in=drives)
    ordered = set(
        told.filter(mine, verb__in=HANDS).values_list("subject", "data__cycle")
    )
    carried = told.filter(mine | Q(data__ran_by=str(user.uuid)), verb="erasure_carried")
    brought = set(carried.values_list("data__erasure", flat=True))
    devices = {erasure.device_id for erasure in erasures}
    bound = set(
        DeviceEvent.objects.filter(
            mine, subject__in=devices, verb="agent_bound"
        ).values_list("subject", "data__agent")
    )
    taken_in = ImportedResult.objects.filter(
        Q(report__imported_by=user) | Q(decided_by=user), erasure__in=erasures
    )
    imported = set(taken_in.values_list("erasure", flat=True))
    return {
        erasure.pk
        for erasure in erasures
        if erasure.operator_id == user.pk
        or (erasure.drive_id, erasure.cycle) in ordered
        or str(erasure.uuid) in brought
        or (erasure.device_id, erasure.details.get("agent", "")) in bound
        or erasure.pk in imported
    }
