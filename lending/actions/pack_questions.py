"""What a pack still lacks, and what in it may not leave: reads, writes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.core.models import User
from inventory import gate
from inventory.models import Device, StorageDrive
from inventory.states import DeviceStatus
from lending.actions.needs import asks_for, needs_of
from lending.actions.pack_access import MAKE
from lending.actions.plans import plan_ending_words
from lending.errors import PackBlocked, PackIncomplete
from lending.kinds import Capability
from lending.models import EquipmentRequest, Modem, Pack, PackLine, SimCard
from lending.models.doors import staff_reach
from lending.states import (
    PACK_OPEN,
    LeavingReason,
    LineNature,
    PackStatus,
    RequestStatus,
    SimStatus,
    SubstitutionReason,
)
from provisioning.actions.assignments import open_differences
from provisioning.actions.environment_proof import why_unproven

# So many requests are offered to choose from.
MOST_REQUESTS = 100
# What a machine in a pack is, by the pack’s own state.
_EXPECTED = {
    PackStatus.DRAFT: frozenset({DeviceStatus.RESERVED}),
    PackStatus.COMPLETE: frozenset({DeviceStatus.PACKED}),
    PackStatus.READY: frozenset({DeviceStatus.PACKED}),
    PackStatus.AT_STRUCTURE: frozenset({DeviceStatus.IN_TRANSIT}),
}
_WAITS = frozenset(_EXPECTED)


@dataclasses.dataclass(frozen=True)
class Blocker:
    """One reason why a line keeps its pack from leaving, in words and by its code."""

    line: PackLine
    code: str
    message: str
    advice: str = ""


@dataclasses.dataclass(frozen=True)
class Missing:
    """A line that asks for more, how many of it, and since when the pack waits."""

    line: PackLine
    count: int
    since: dt.datetime | None


def lines_of(pack: Pack) -> list[PackLine]:
    """The lines of a pack as they are now, in the recipe’s order, with their units."""
    live = pack.lines.filter(released_at=None).select_related(
        *("wanted", "device", "sim__plan", "modem__sim__plan", "counted_kind"),
        *("filled_by",),
    )
    return sorted(live, key=lambda line: line.wanted.position)


def lines_to_fill() -> QuerySet[PackLine]:
    """The lines of all packs that nobody has filled at the bench, in their order."""
    empty = PackLine.objects.filter(released_at=None, filled_at=None)
    asked = empty.exclude(nature=LineNature.ENVIRONMENT)
    return asked.select_related("wanted").order_by("wanted__position")


def what_is_missing(pack: Pack, lines: list[PackLine] | None = None) -> list[Missing]:
    """What nobody has put in yet; the learning environment is proven later."""
    return [
        Missing(line, line.wanted.quantity - line.quantity, pack.short_since)
        for line in (lines_of(pack) if lines is None else lines)
        if line.filled_at is None and line.nature != LineNature.ENVIRONMENT
    ]


def blockers_of(pack: Pack, lines: list[PackLine] | None = None) -> list[Blocker]:
    """Everything in a pack that keeps it from being closed, delivered or handed over."""
    if pack.status not in _WAITS:
        return []
    lines = lines_of(pack) if lines is None else lines
    found: list[Blocker] = []
    for line in lines:
        if line.device is not None:
            found += _of_device(line, line.device, PackStatus(pack.status))
        for card in (line.sim, line.modem):
            if card is not None:
                found += _of_card(line, card)
    return found + _of_environment(pack, lines)


def is_asked(pack: Pack, line: PackLine) -> bool:
    """Whether the request of a pack asks for a line, which is then not optional."""
    return bool(pack.request and asks_for(needs_of(pack.request), line.wanted))


def goes_without(pack: Pack, lines: list[PackLine] | None = None) -> list[str]:
    """What the request asks for that this pack is not to hold, with why, in words."""
    if pack.request is None:
        return []
    lines = lines_of(pack) if lines is None else lines
    needs, out = needs_of(pack.request), SubstitutionReason.LEFT_OUT
    coming = {
        line.nature
        for line in lines
        if asks_for(needs, line.wanted) and line.substitution != out
    }
    asked = (
        (needs.connection, LineNature.CONNECTION, Capability.INTERNET),
        (needs.screen, LineNature.DEVICE, Capability.BIG_SCREEN),
    )
    left = [
        (nature, capability.label)
        for wanted, nature, capability in asked
        if wanted and nature not in coming
    ]
    why = _why_left_out(pack) if left else {}
    return [
        " · ".join(
            str(part)
            for part in (
                label,
                *(
                    why[str(line.wanted.uuid)]
                    for line in lines
                    if line.nature == nature and str(line.wanted.uuid) in why
                ),
            )
        )
        for nature, label in left
    ]


def _why_left_out(pack: Pack) -> dict[str, str]:
    """The reason that was given last for each line, as the history keeps it."""
    given = dict(LeavingReason.choices)
    told = pack.events.filter(verb="left_out").order_by("sequence")
    return {
        event.data["line"]: str(given[event.data["reason"]])
        for event in told
        if event.data.get("reason") in given
    }


def warning_of(line: PackLine) -> str:
    """What to know of a line that stops nothing: a card whose plan ends soon."""
    card = line.sim or (line.modem.sim if line.modem else None)
    return plan_ending_words(card) if card else ""


def requests_awaiting_packs(user: User) -> list[EquipmentRequest]:
    """Accepted requests that have not all their packs, where this person makes packs.

    The most pressing first. Whoever packs sees their numbers and what is asked, not
    who asks: the pages show no more of them.
    """
    reach = Q(pk=None)
    for permission in MAKE:
        reach |= staff_reach(user, permission, "site")
    packs = Count("packs", filter=Q(packs__status__in=PACK_OPEN))
    accepted = EquipmentRequest.objects.filter(reach, status=RequestStatus.APPROVED)
    short = accepted.annotate(made=packs).filter(made__lt=F("quantity"))
    return list(short.order_by("-urgency", "submitted_at", "pk")[:MOST_REQUESTS])


def refuse_incomplete(pack: Pack) -> None:
    """Raise, naming all that is missing."""
    missing = what_is_missing(pack)
    if missing:
        names = [each.line.wanted.label for each in missing]
        raise PackIncomplete(
            _("Still missing: %(lines)s.") % {"lines": ", ".join(names)},
            advice=_("Put it in; what may be left out can be left out."),
            pack=pack.tag,
            lines=[str(each.line.uuid) for each in missing],
        )


def refuse_blocked(pack: Pack) -> None:
    """Raise the first thing that may not leave; all of them in the facts."""
    blockers = blockers_of(pack)
    if blockers:
        first = blockers[0]
        raise PackBlocked(
            first.message,
            advice=first.advice or _("Take it out, or put another in its place."),
            pack=pack.tag,
            rules=[blocker.code for blocker in blockers],
        )


def _of_device(line: PackLine, device: Device, state: PackStatus) -> list[Blocker]:
    drives = list(StorageDrive.objects.filter(host=device))
    found = [
        Blocker(line, each.code, each.message, each.advice)
        for each in gate.blockers(device, drives)
    ]
    if device.status not in _EXPECTED[state]:
        told = _("%(device)s is “%(now)s”.") % {
            "device": device,
            "now": device.get_status_display(),
        }
        found.append(Blocker(line, "unit_not_ready", told))
    return found + [
        Blocker(
            line,
            "difference_open",
            _("%(device)s differs from what was packed: %(what)s.")
            % {"device": device, "what": difference.get_kind_display()},
            _("Look at the machine, then settle the difference on its page."),
        )
        for difference in open_differences(device)
    ]


def _of_environment(pack: Pack, lines: list[PackLine]) -> list[Blocker]:
    """A closed pack leaves once its machine has proven the environment it is to have."""
    machine = next(
        (line.device for line in lines if line.nature == LineNature.MAIN), None
    )
    if pack.status == PackStatus.DRAFT or machine is None:
        return []
    asked = [line for line in lines if line.nature == LineNature.ENVIRONMENT]
    unproven = [(line, why_unproven(machine, line.environment)) for line in asked]
    return [
        Blocker(line, "environment_unproven", why.message, why.advice)
        for line, why in unproven
        if why is not None
    ]


def _of_card(line: PackLine, card: SimCard | Modem) -> list[Blocker]:
    if card.status == SimStatus.RESERVED:
        return []
    told = _("%(card)s is “%(now)s”.") % {
        "card": card,
        "now": card.get_status_display(),
    }
    return [Blocker(line, "unit_not_ready", told)]
