"""What waits for a coordinator, as numbers; each is the length of the list it opens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from backoffice.core.counting import counted
from backoffice.core.models import User
from backoffice.core.requests import UserRequest
from inventory.views.tiles import numbered
from lending.actions import plans_ending
from lending.actions.plans import SOON
from lending.filters.requests import TOGETHER
from lending.forms.handovers import DayFilter
from lending.models import EquipmentRequest, HandOver, Loan
from lending.models.desk import Listing
from lending.views.listings import address_of, narrowed


@dataclasses.dataclass(frozen=True)
class Waiting:
    """One number of the desk: of what, with which verb, and the list it opens."""

    title: str
    verb: str | Promise
    icon: str
    count: int
    address: str


@dataclasses.dataclass(frozen=True)
class _Of:
    """Some rows of a list, by its own parameters."""

    listing: Listing
    query: str
    title: Promise
    verb: str | Promise
    icon: str


_WAITING = (
    _Of(
        Listing.REQUESTS,
        "status=to_decide",
        ngettext_lazy("request to decide", "requests to decide"),
        _("Decide"),
        "clipboard-list",
    ),
    _Of(
        Listing.REQUESTS,
        "status=waiting_list",
        ngettext_lazy("on the waiting list", "on the waiting list"),
        _("See them"),
        "hourglass",
    ),
    _Of(
        Listing.REQUESTS,
        "status=to_prepare",
        ngettext_lazy("accepted, without its pack", "accepted, without their packs"),
        _("Prepare"),
        "package",
    ),
    _Of(
        Listing.PACKS,
        "status=draft",
        ngettext_lazy("pack being made", "packs being made"),
        _("See them"),
        "tool",
    ),
    _Of(
        Listing.PACKS,
        "status=ready_for_handover",
        ngettext_lazy("pack ready to hand over", "packs ready to hand over"),
        _("See them"),
        "packages",
    ),
    _Of(
        Listing.HANDOVERS,
        "when=today",
        ngettext_lazy("hand-over today", "hand-overs today"),
        _("Open the day"),
        "heart-handshake",
    ),
    _Of(
        Listing.HANDOVERS,
        "when=late",
        ngettext_lazy("appointment past, not closed", "appointments past, not closed"),
        _("Clear up"),
        "clock",
    ),
    _Of(
        Listing.LOANS,
        "show=overdue",
        ngettext_lazy("loan overdue", "loans overdue"),
        _("Remind"),
        "calendar",
    ),
    _Of(
        Listing.LOANS,
        "show=to_look_at",
        ngettext_lazy("come back, to look at", "come back, to look at"),
        _("Look at them"),
        "eye",
    ),
)


def waiting_for(request: UserRequest) -> list[Waiting]:
    """Those of the lists that this person may see, in the order of a day."""
    user = request.user
    seen = [each for each in _WAITING if user.has_perm(each.listing.permission)]
    lists: dict[_Of | None, QuerySet[Any]] = {
        each: narrowed(each.listing, request, QueryDict(each.query)).rows
        for each in seen
    }
    if user.has_perm("lending.view_sim"):
        lists[None] = plans_ending(timezone.localdate() + SOON, user)
    return [
        _waiting(of, count) if of else _plans(count)
        for of, count in counted(lists).items()
    ]


def _waiting(of: _Of, count: int) -> Waiting:
    address = address_of(of.listing, of.query)
    return Waiting(numbered(of.title, count), of.verb, of.icon, count, address)


def _plans(count: int) -> Waiting:
    return Waiting(
        title=ngettext(
            "plan ending within a month", "plans ending within a month", count
        ),
        verb=_("See them"),
        icon="router",
        count=count,
        address=reverse("lending:sim-ending"),
    )


def requests_to_decide(user: User) -> int:
    _words, states = TOGETHER["to_decide"]
    seen = EquipmentRequest.objects.visible_to(user).filter(status__in=states)
    return seen.order_by().count()


def handovers_today(user: User) -> int:
    seen = HandOver.objects.visible_to(user)
    today = DayFilter(QueryDict("when=today")).narrow(seen, timezone.localtime())
    return today.order_by().count()


def loans_overdue(user: User) -> int:
    overdue = Loan.objects.visible_to(user).overdue(timezone.localdate())
    return overdue.order_by().count()


def listed(listing: Listing, query: str) -> Callable[[], str]:
    """The address of a list, once addresses are known."""
    return lambda: address_of(listing, query)
