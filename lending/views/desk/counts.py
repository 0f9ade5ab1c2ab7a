"""What waits for a coordinator, as numbers; each is the length of the list it opens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from backoffice.core.requests import UserRequest
from lending.actions import plans_ending
from lending.filters.requests import TOGETHER
from lending.forms.handovers import DayFilter
from lending.models import EquipmentRequest, HandOver, Loan
from lending.models.desk import Listing
from lending.views.connections.cards import SOON
from lending.views.listings import address_of, narrowed


@dataclasses.dataclass(frozen=True)
class Waiting:
    """One number of the desk: of what, with which verb, and the list it opens."""

    title: str | Promise
    verb: str | Promise
    icon: str
    count: int
    address: str


@dataclasses.dataclass(frozen=True)
class _Of:
    """Some rows of a list, by its own parameters."""

    listing: Listing
    query: str
    title: str | Promise
    verb: str | Promise
    icon: str


_WAITING = (
    _Of(
        Listing.REQUESTS,
        "status=to_decide",
        _("requests to decide"),
        _("Decide"),
        "clipboard-list",
    ),
    _Of(
        Listing.REQUESTS,
        "status=waiting_list",
        _("on the waiting list"),
        _("See them"),
        "hourglass",
    ),
    _Of(
        Listing.REQUESTS,
        "status=to_prepare",
        _("accepted, without their packs"),
        _("Prepare"),
        "package",
    ),
    _Of(Listing.PACKS, "status=draft", _("packs being made"), _("See them"), "tool"),
    _Of(
        Listing.PACKS,
        "status=ready_for_handover",
        _("packs ready to hand over"),
        _("See them"),
        "packages",
    ),
    _Of(
        Listing.HANDOVERS,
        "when=today",
        _("hand-overs today"),
        _("Open the day"),
        "heart-handshake",
    ),
    _Of(
        Listing.HANDOVERS,
        "when=late",
        _("appointments past, not closed"),
        _("Clear up"),
        "clock",
    ),
    _Of(Listing.LOANS, "show=overdue", _("loans overdue"), _("Remind"), "calendar"),
    _Of(
        Listing.LOANS,
        "show=to_look_at",
        _("come back, to look at"),
        _("Look at them"),
        "eye",
    ),
)


def waiting_for(request: UserRequest) -> Iterator[Waiting]:
    """Those of the lists that this person may see, in the order of a day."""
    for each in _WAITING:
        if request.user.has_perm(each.listing.permission):
            rows = narrowed(each.listing, request, QueryDict(each.query)).rows
            address = address_of(each.listing, each.query)
            count = rows.order_by().count()
            yield Waiting(each.title, each.verb, each.icon, count, address)
    if request.user.has_perm("lending.view_sim"):
        ending = plans_ending(timezone.localdate() + SOON, request.user)
        yield Waiting(
            title=_("plans ending within a month"),
            verb=_("See them"),
            icon="router",
            count=ending.order_by().count(),
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
