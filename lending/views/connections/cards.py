"""SIM cards: the list, those whose plan ends soon, and one card’s page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import tags
from lending import actions
from lending.actions.plans import SOON
from lending.forms.connections.cards import AmendForm, ReceptionForm, SimFilter
from lending.models import SimCard
from lending.numbers import iccid_doubts
from lending.views.connections.card_page import page_of

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("lending.view_sim", raise_exception=True)
manages = permission_required("lending.manage_sim", raise_exception=True)


@looks
@require_safe
def sim_list(request: UserRequest) -> HttpResponse:
    """The newest first; what the filter does not understand is left out."""
    form = SimFilter(request.GET, user=request.user)
    form.is_valid()
    chosen = {key: value for key, value in form.cleaned_data.items() if value}
    seen = SimCard.objects.visible_to(request.user)
    context = {
        "form": form,
        "filtered": bool(chosen),
        "page": Slice(_filtered(seen.for_list(), chosen), request.GET.get("page")),
        "ending": seen.plan_ending(timezone.localdate() + SOON)[:100].count(),
    }
    return render(request, "lending/connections/sim_list.html", context)


@looks
@require_safe
def sim_ending(request: UserRequest) -> HttpResponse:
    """Cards whose plan ends within thirty days, or has ended."""
    before = timezone.localdate() + SOON
    page = Slice(actions.plans_ending(before, request.user), request.GET.get("page"))
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "lending/connections/sim_ending.html", context)


@looks
@require_safe
def sim_detail(request: UserRequest, sim_tag: str) -> HttpResponse:
    card = found_card(request, sim_tag)
    context = page_of(card, request.user)
    return render(request, "lending/connections/sim_detail.html", context)


@manages
@sensitive_post_parameters("pin", "puk")
@require_http_methods(FORM_METHODS)
def sim_receive(request: UserRequest) -> HttpResponse:
    """One card after another: what is the same for all of them stays filled in."""
    kept = {name: request.GET.get(name) for name in ReceptionForm.STICKY}
    initial = {name: value for name, value in kept.items() if value}
    form = ReceptionForm(request.POST or None, user=request.user, initial=initial)
    if form.is_valid():
        try:
            card = actions.receive_sim(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            _say_received(request, card)
            again = reverse("lending:sim-receive")
            return redirect(f"{again}?{urlencode(form.kept)}")
    context = {"form": form, "newest": _received_today(request.user)}
    template = "lending/connections/sim_receive.html"
    return render(request, template, context, status=form.status)


@manages
@sensitive_post_parameters("pin", "puk")
@require_http_methods(FORM_METHODS)
def sim_amend(request: UserRequest, sim_tag: str) -> HttpResponse:
    card = found_card(request, sim_tag)
    form = AmendForm(request.POST or None, card=card)
    if form.is_valid():
        try:
            actions.amend_sim(card=card, facts=form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("lending:sim-detail", sim_tag=card.tag)
    context = {"form": form, "card": card}
    template = "lending/connections/sim_amend.html"
    return render(request, template, context, status=form.status)


@permission_required("lending.view_sim_secret", raise_exception=True)
@never_cache
@require_http_methods(FORM_METHODS)
def sim_codes(request: UserRequest, sim_tag: str) -> HttpResponse:
    """The codes, once: they are in no address, and this look is written down.

    A page that is loaded again leads back to the card: another look is another press.
    """
    card = found_card(request, sim_tag)
    if request.method != "POST":
        return redirect("lending:sim-detail", sim_tag=card.tag)
    codes = actions.see_sim_codes(card=card, by=acting(request))
    context = {"card": card, "codes": codes}
    return render(request, "lending/connections/sim_codes.html", context)


def found_card(request: UserRequest, sim_tag: str) -> SimCard:
    seen = SimCard.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("site", "place", "plan"), tag=sim_tag)


def _filtered(cards: QuerySet[SimCard], chosen: dict[str, Any]) -> QuerySet[SimCard]:
    plain = ("status", "site")
    cards = cards.filter(**{name: chosen[name] for name in plain if name in chosen})
    if operator := chosen.get("operator"):
        cards = cards.filter(operator__icontains=operator)
    if typed := str(chosen.get("q", "")):
        cards = cards.filter(_named(typed))
    return cards


def _named(typed: str) -> Q:
    """A tag as printed, or the beginning or end of a card’s or telephone’s number."""
    try:
        return Q(tag=tags.parse_tag(typed).text)
    except tags.BadTag:
        digits = "".join(typed.split())
        return Q(iccid__contains=digits) | Q(msisdn__contains=digits)


def _received_today(user: User) -> QuerySet[SimCard]:
    """What this person has taken in today, the newest first."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    seen = SimCard.objects.visible_to(user).for_list()
    return seen.filter(
        events__verb="received", events__actor=user, events__recorded_at__gte=midnight
    )[:10]


def _say_received(request: UserRequest, card: SimCard) -> None:
    told = _("%(card)s is in stock: %(operator)s %(iccid)s.")
    facts = {"card": card, "operator": card.operator, "iccid": card.iccid}
    messages.success(request, told % facts)
    for doubt in iccid_doubts(card.iccid):
        messages.warning(request, f"{card} – {doubt} {_('Look at the card again.')}")
