"""Which machine for which request: the least wasteful that serves, and why.

The smallest sufficient score, then the request's own site, then the longest on the
shelf. Reads only; a person decides, in lending.actions.choosing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.counting import counted
from backoffice.core.models import User
from inventory.models import Device, DeviceKind
from inventory.states import STAGES, DeviceStatus, Stage
from lending.actions.fitting import BEST_SCORE
from lending.actions.free_machines import (
    Bucket,
    buckets,
    free_machines,
    longest_on_the_shelf,
    of_kinds,
)
from lending.actions.needs import Needs, needs_of
from lending.models import EquipmentRequest, Modem, SimCard

S = DeviceStatus
# The one proposed, and the next three.
SHOWN = 4
# In packs, on the way and on loan: ours, and not free.
_IN_USE = frozenset({S.RESERVED, S.PACKED, S.IN_TRANSIT, S.ON_LOAN})


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A free machine that serves, and what speaks for it and against it, in words."""

    device: Device
    score: int
    is_here: bool
    reasons: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Extra:
    """Something asked for beside the machine, and how many are free; None: not counted."""

    label: str
    free: int | None


@dataclasses.dataclass(frozen=True)
class Proposal:
    """`missing` says in words why stock cannot answer; empty where it can.

    `for_you` are free, serve and stand at the request's site; `free` serve wherever
    they stand; `owned` are all of the kinds asked for that are ready, packed or on loan.
    """

    needs: Needs
    best: Candidate | None = None
    others: Sequence[Candidate] = ()
    for_you: int = 0
    free: int = 0
    owned: int = 0
    extras: Sequence[Extra] = ()
    missing: Sequence[str] = ()


def propose_units(request: EquipmentRequest, *, reader: User) -> Proposal:
    """The machine to take for a request, the next three, and what there is besides."""
    needs = needs_of(request)
    counts = counted(_beside(needs, reader))
    extras = list(_extras(needs, counts))
    if not needs.machine:
        return Proposal(needs, extras=extras, missing=list(_short(extras)))
    machines = of_kinds(free_machines(reader), needs)
    found = buckets(machines, request.site)
    fit = [bucket for bucket in found if bucket.is_fit]
    serve = [bucket for bucket in fit if bucket.score >= needs.score]
    candidates = _candidates(machines, serve, request, needs)
    missing = [*_lacking(found, fit, serve, needs), *_short(extras)]
    if missing:
        missing += _to_come(reader, needs)
    return Proposal(
        needs=needs,
        best=candidates[0] if candidates else None,
        others=candidates[1:],
        for_you=_count([bucket for bucket in serve if bucket.is_here]),
        free=_count(serve),
        owned=_count(found) + sum(counts[state] for state in _IN_USE),
        extras=extras,
        missing=missing,
    )


def _candidates(
    machines: QuerySet[Device],
    serve: Sequence[Bucket],
    request: EquipmentRequest,
    needs: Needs,
) -> list[Candidate]:
    """From one bucket after the other until there are enough."""
    found: list[Candidate] = []
    for bucket in serve:
        most = SHOWN - len(found)
        if not most:
            break
        for device in longest_on_the_shelf(machines, bucket, request.site, most=most):
            smallest = bucket.score == serve[0].score
            reasons = list(_reasons(device, bucket, needs, smallest=smallest))
            found.append(Candidate(device, bucket.score, bucket.is_here, reasons))
    return found


def _reasons(
    device: Device, bucket: Bucket, needs: Needs, *, smallest: bool
) -> Iterator[str]:
    facts = {"score": bucket.score, "best": BEST_SCORE, "needed": needs.score}
    if bucket.score == needs.score:
        yield _("Score %(score)s of %(best)s: just what is needed") % facts
    elif smallest:
        told = _("Score %(score)s of %(best)s, %(needed)s needed: nothing less is free")
        yield told % facts
    else:
        told = _("Score %(score)s of %(best)s, %(needed)s needed: more than it takes")
        yield told % facts
    if bucket.is_here:
        yield _("At %(site)s, where the request is") % {"site": device.site}
    else:
        yield _("At %(site)s: the pack is made there") % {"site": device.site}
    days = (timezone.now() - device.status_since).days
    yield ngettext(
        "%(days)s day on the ready shelf", "%(days)s days on the ready shelf", days
    ) % {"days": days}


def _lacking(
    found: Sequence[Bucket],
    fit: Sequence[Bucket],
    serve: Sequence[Bucket],
    needs: Needs,
) -> Iterator[str]:
    """Why no machine, or not enough of them, can be proposed."""
    free = _count(serve)
    if free >= needs.quantity:
        return
    if free:
        told = ngettext(
            "%(asked)s are asked for, %(count)s is free.",
            "%(asked)s are asked for, %(count)s are free.",
            free,
        )
        yield told % {"asked": needs.quantity, "count": free}
    elif fit:
        told = _(
            "The best of the free machines has score %(best)s; %(needed)s is needed."
        )
        yield told % {"best": fit[-1].score, "needed": needs.score}
    elif found:
        yield _("No free machine has a camera that was seen to work.")
    else:
        kinds = [str(kind.label) for kind in needs.kinds]
        yield _("Nothing is free of: %(kinds)s.") % {"kinds": ", ".join(kinds)}


def _to_come(reader: User, needs: Needs) -> Iterator[str]:
    """How many machines of the kinds are in the workshop’s hands, on their way."""
    coming = sum(counted(_in(STAGES[Stage.IN_PROCESS], reader, needs)).values())
    if coming:
        yield ngettext(
            "%(count)s is being prepared in the workshop.",
            "%(count)s are being prepared in the workshop.",
            coming,
        ) % {"count": coming}


def _beside(needs: Needs, reader: User) -> dict[object, QuerySet[Any]]:
    """What is counted for these needs, beside the free machines of their kinds."""
    lists: dict[object, QuerySet[Any]] = {}
    if needs.machine:
        lists |= _in(_IN_USE, reader, needs)
    if needs.screen:
        screens = free_machines(reader).filter(kind=DeviceKind.SCREEN)
        lists[DeviceKind.SCREEN] = screens
    if needs.connection:
        lists[SimCard] = SimCard.objects.visible_to(reader).free()
        lists[Modem] = Modem.objects.visible_to(reader).free()
    return lists


def _extras(needs: Needs, counts: Mapping[object, int]) -> Iterator[Extra]:
    if needs.screen:
        yield Extra(_("Screens"), counts[DeviceKind.SCREEN])
    if needs.connection:
        lines = counts[SimCard] + counts[Modem]
        yield Extra(_("SIM cards and hotspots"), lines)
    if needs.headset:
        yield Extra(_("Headset: from the counted stock"), None)


def _short(extras: Sequence[Extra]) -> Iterator[str]:
    for extra in extras:
        if extra.free == 0:
            yield _("Nothing is free of: %(kinds)s.") % {"kinds": extra.label}


def _in(
    states: Collection[DeviceStatus], reader: User, needs: Needs
) -> dict[object, QuerySet[Any]]:
    """A list for each state: of several at once, a planner that knows how common the
    others are would read the whole stock.
    """
    seen = Device.objects.visible_to(reader).walking("kind", needs.kinds)
    return {each: seen.filter(status=each) for each in sorted(states)}


def _count(found: Sequence[Bucket]) -> int:
    return sum(bucket.count for bucket in found)
