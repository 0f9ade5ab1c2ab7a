"""Counted stock: what there is of each thing at each site, and every change of it."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.counted import Change, ChangeForm, KindForm
from lending.models import CountedKind, CountedMovement, CountedStock
from lending.views.kept import history_of
from lending.views.sides import attempt

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("lending.view_pack", raise_exception=True)
counts = permission_required("lending.count_stock", raise_exception=True)
# What each answer of the form does, and how the act calls the number.
_ACTS: Mapping[Change, tuple[Callable[..., CountedStock], str]] = {
    Change.RECEIVED: (actions.receive_counted, "count"),
    Change.COUNTED: (actions.count_again, "counted"),
    Change.BROKEN: (actions.write_off_counted, "count"),
    Change.MINIMUM: (actions.set_minimum, "minimum"),
}


@dataclasses.dataclass(frozen=True)
class Shelf:
    """One kind of thing, and what the reader’s sites have of it."""

    kind: CountedKind
    stocks: list[CountedStock]


@looks
@require_safe
def counted_list(request: UserRequest) -> HttpResponse:
    """Every thing that is counted; those below their minimum first said at the top."""
    stocks = CountedStock.objects.visible_to(request.user).for_list()
    at: dict[int, list[CountedStock]] = {}
    for stock in stocks:
        at.setdefault(stock.kind_id, []).append(stock)
    kinds = CountedKind.objects.visible_to(request.user).order_by("-is_active", "name")
    shelves = [Shelf(kind, at.get(kind.pk, [])) for kind in kinds[:500]]
    below = [stock for stock in stocks if stock.on_hand < stock.minimum]
    context = {"shelves": shelves, "below": below}
    return render(request, "lending/counted/list.html", context)


@looks
@require_safe
def counted_detail(request: UserRequest, kind: uuid.UUID) -> HttpResponse:
    form = ChangeForm(user=request.user)
    return _page(request, _kind(request, kind), form)


@counts
@require_http_methods(FORM_METHODS)
def counted_open(request: UserRequest) -> HttpResponse:
    form = KindForm(request.POST or None)
    if form.is_valid():
        try:
            kind = actions.open_counted_kind(**form.cleaned_data, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            told = _("“%(kind)s” is counted from now on: say how many there are.")
            messages.success(request, told % {"kind": kind})
            return redirect("lending:counted-detail", kind=kind.uuid)
    template = "lending/counted/form.html"
    return render(request, template, {"form": form}, status=form.status)


@counts
@require_POST
def counted_change(request: UserRequest, kind: uuid.UUID) -> HttpResponse:
    """Received, counted again, broken, or another minimum."""
    found = _kind(request, kind)
    form = ChangeForm(request.POST, user=request.user)
    if form.is_valid():
        told = form.cleaned_data
        act, word = _ACTS[told["what"]]
        try:
            stock = act(
                kind=found,
                site=told["site"],
                **{word: told["number"]},
                by=acting(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _said(stock))
            return redirect("lending:counted-detail", kind=found.uuid)
    return _page(request, found, form)


@counts
@require_POST
def counted_use(request: UserRequest, kind: uuid.UUID) -> HttpResponse:
    """Not used any more, or used again."""
    found = _kind(request, kind)
    in_use = request.POST.get("in_use") == "yes"
    attempt(
        request,
        lambda: actions.use_counted_kind(kind=found, in_use=in_use, by=acting(request)),
        _("It is used again.") if in_use else _("It is not used any more."),
    )
    return redirect("lending:counted-detail", kind=found.uuid)


def _kind(request: UserRequest, public_id: uuid.UUID) -> CountedKind:
    seen = CountedKind.objects.visible_to(request.user)
    return get_object_or_404(seen, uuid=public_id)


def _page(request: UserRequest, kind: CountedKind, form: ChangeForm) -> HttpResponse:
    stocks = CountedStock.objects.visible_to(request.user).filter(kind=kind).for_list()
    moves = CountedMovement.objects.visible_to(request.user).filter(stock__kind=kind)
    context = {
        "kind": kind,
        "stocks": stocks,
        "form": form,
        "page": Slice(moves.for_list(), request.GET.get("page")),
        "may_count": _counts_anywhere(request.user),
        **history_of(kind, request.user),
    }
    return render(request, "lending/counted/detail.html", context, status=form.status)


def _counts_anywhere(user: User) -> bool:
    sites = user.site_ids("lending.count_stock")
    return sites is None or bool(sites)


def _said(stock: CountedStock) -> str:
    told = _("%(kind)s at %(site)s: %(count)s on hand.")
    facts = {"kind": stock.kind, "site": stock.site, "count": stock.on_hand}
    said = told % facts
    if stock.on_hand < stock.minimum:
        below = _("That is below the minimum of %(minimum)s.")
        return f"{said} {below % {'minimum': stock.minimum}}"
    return said
