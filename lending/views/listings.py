"""Each list as its own page narrows it: what counts and exports asks the same question."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.requests import UserRequest
from lending.exports.lists import structure_cells
from lending.filters.requests import RequestFilter
from lending.forms.handovers import DayFilter
from lending.forms.loans import LoanFilter
from lending.forms.packs import PackFilter
from lending.models import EquipmentRequest, HandOver, Loan, Pack, Structure
from lending.models.desk import Listing
from lending.views.loans.lists import chosen_loans
from lending.views.packs.lists import chosen_packs

_ROUTES = {
    Listing.REQUESTS: "lending:request-list",
    Listing.PACKS: "lending:pack-list",
    Listing.HANDOVERS: "lending:handover-list",
    Listing.LOANS: "lending:loan-list",
}
# What is typed to find one thing, perhaps a name: kept out of files.
_TYPED = {"q", "code"}


@dataclasses.dataclass(frozen=True)
class Narrowed:
    """Rows in the order of their list, and the form that narrowed them."""

    rows: QuerySet[Any]
    form: forms.Form

    def in_words(self) -> list[tuple[str, str]]:
        """What was chosen, as label and value, and what a list shows where nothing was."""
        told = getattr(self.form, "cleaned_data", {})
        return [
            (str(field.label), self._value(name, told.get(name) or ""))
            for name, field in self.form.fields.items()
            if told.get(name) or _says_what_is_shown(field)
        ]

    def _value(self, name: str, value: object) -> str:
        if name in _TYPED:
            return _("a text that was typed")
        field = self.form.fields[name]
        if isinstance(value, Structure):
            return structure_cells(value)[0]
        if isinstance(field, forms.ModelChoiceField):
            return str(value)
        choices = getattr(field, "choices", ())
        return str(dict(choices).get(value, value))


def _says_what_is_shown(field: forms.Field) -> bool:
    """Whether no answer is one, too: loans that run, hand-overs to do."""
    return "" in dict(getattr(field, "choices", ())) and not isinstance(
        field, forms.ModelChoiceField
    )


def narrowed(listing: Listing, request: UserRequest, asked: QueryDict) -> Narrowed:
    """The list as whoever asks sees it under these parameters."""
    return _NARROWED[listing](request, asked)


def address_of(listing: Listing, asked: QueryDict | str = "") -> str:
    query = asked if isinstance(asked, str) else asked.urlencode()
    return (
        f"{reverse(_ROUTES[listing])}?{query}" if query else reverse(_ROUTES[listing])
    )


def _requests(request: UserRequest, asked: QueryDict) -> Narrowed:
    sent = EquipmentRequest.objects.visible_to(request.user).sent()
    chosen = RequestFilter(asked, queryset=sent, request=request)
    return Narrowed(chosen.qs.for_list(), chosen.form)


def _packs(request: UserRequest, asked: QueryDict) -> Narrowed:
    form = PackFilter(asked, user=request.user)
    form.is_valid()
    seen = Pack.objects.visible_to(request.user).for_list()
    return Narrowed(chosen_packs(seen, form), form)


def _handovers(request: UserRequest, asked: QueryDict) -> Narrowed:
    form = DayFilter(asked)
    rows = HandOver.objects.visible_to(request.user).for_list()
    return Narrowed(form.narrow(rows, timezone.localtime()), form)


def _loans(request: UserRequest, asked: QueryDict) -> Narrowed:
    form = LoanFilter(asked)
    form.is_valid()
    rows = chosen_loans(Loan.objects.visible_to(request.user), form)
    return Narrowed(rows.for_list(), form)


_NARROWED: Mapping[Listing, Callable[[UserRequest, QueryDict], Narrowed]] = {
    Listing.REQUESTS: _requests,
    Listing.PACKS: _packs,
    Listing.HANDOVERS: _handovers,
    Listing.LOANS: _loans,
}
