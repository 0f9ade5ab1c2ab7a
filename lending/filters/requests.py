"""What a list of requests may be narrowed by; whatever counts them asks the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

import django_filters
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.filters import LineFilter, NamedFilter, PlainSelect, PublicIdFilter
from lending.kinds import Capability
from lending.models import EquipmentRequest, Programme, Structure
from lending.states import UNDECIDED, RequestStatus

# States that somebody looks for together.
TOGETHER = {
    "to_decide": (
        _("To decide"),
        (RequestStatus.SUBMITTED, RequestStatus.UNDER_REVIEW),
    ),
    "to_prepare": (_("To prepare"), (RequestStatus.APPROVED,)),
    "to_serve": (
        _("Waiting for a pack"),
        (*sorted(UNDECIDED), RequestStatus.APPROVED),
    ),
}
# DEM-2026-00042.
_NUMBER = re.compile(r"DEM-[0-9]{4}-[0-9]{5,}", re.ASCII)
_SENT = [choice for choice in RequestStatus.choices if choice[0] != RequestStatus.DRAFT]


def _asking(request: HttpRequest | None) -> User:
    """Whoever asks; nobody sees nothing."""
    user = request.user if request is not None else None
    return user if isinstance(user, User) else User(is_active=False)


def _structures(request: HttpRequest | None) -> QuerySet[Structure]:
    seen = Structure.objects.visible_to(_asking(request)).order_by("name", "pk")
    return seen.only("uuid", "name")


def _programmes(request: HttpRequest | None) -> QuerySet[Programme]:
    return Programme.objects.visible_to(_asking(request)).order_by("name", "pk")


class RequestFilter(django_filters.FilterSet):
    """Requests by number, state, structure and programme."""

    q = LineFilter(
        method="by_number",
        label=_("Number"),
        max_length=40,
    )
    status = django_filters.ChoiceFilter(
        method="by_status",
        label=_("State"),
        choices=[(key, words) for key, (words, _states) in TOGETHER.items()] + _SENT,
        empty_label=_("Any"),
    )
    structure = NamedFilter(
        queryset=_structures,
        to_field_name="uuid",
        label=_("Structure"),
        empty_label=_("Any"),
        widget=PlainSelect,
    )
    programme = PublicIdFilter(
        queryset=_programmes,
        to_field_name="uuid",
        label=_("Programme"),
        empty_label=_("Any"),
        widget=PlainSelect,
    )

    capability = django_filters.ChoiceFilter(
        method="by_capability",
        label=_("What it must do"),
        choices=Capability.choices,
        empty_label=_("Any"),
    )

    class Meta:
        model = EquipmentRequest
        fields: Sequence[str] = ()

    def by_number(
        self, requests: QuerySet[EquipmentRequest], name: str, typed: str
    ) -> QuerySet[EquipmentRequest]:
        """A whole number is one request, and is looked up; or a part of several."""
        whole = _NUMBER.fullmatch(typed.strip().upper())
        if whole:
            return requests.filter(number=whole[0])
        return requests.filter(number__icontains=typed)

    def by_status(
        self, requests: QuerySet[EquipmentRequest], name: str, status: str
    ) -> QuerySet[EquipmentRequest]:
        _words, states = TOGETHER.get(status, ("", (status,)))
        return requests.filter(status__in=states)

    def by_capability(
        self, requests: QuerySet[EquipmentRequest], name: str, capability: str
    ) -> QuerySet[EquipmentRequest]:
        """Both databases keep the codes as a list in quotes."""
        told = requests.alias(codes=Cast("capabilities", TextField()))
        return told.filter(codes__contains=f'"{capability}"')
