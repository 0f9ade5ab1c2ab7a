"""What is done to one card from its page; refused, the page says why."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.errors import CardOfAnother
from lending.forms.act import ActForm
from lending.forms.connections.cards import FollowForm, GivePlanForm, TopUpForm
from lending.models import Beneficiary, PinPolicy, SimCard
from lending.views.connections.card_page import (
    holder_of,
    holds_at,
    kept_file,
    page_of,
)
from lending.views.connections.cards import found_card, manages
from lending.views.sides import attempt

tops_up = permission_required("lending.top_up_sim", raise_exception=True)


@manages
@require_POST
def sim_follow(request: UserRequest, sim_tag: str) -> HttpResponse:
    """Write down what became of a card: lost, blocked, at its end."""
    card = found_card(request, sim_tag)
    form = FollowForm(request.POST, thing=card)

    def act() -> object:
        to = form.cleaned_data["to"]
        return actions.follow_sim(card=card, to=to, by=acting(request))

    return _answered(request, card, form, act, "follow", _("Written down."))


@permission_required("lending.view_sim_secret", raise_exception=True)
@require_POST
def sim_pin(request: UserRequest, sim_tag: str) -> HttpResponse:
    """Say whether the machine of its pack may enter the PIN."""
    card = found_card(request, sim_tag)
    policy = request.POST.get("policy", "")
    if policy not in PinPolicy.values:
        return HttpResponse(status=400)
    actions.let_pin_be_entered(card=card, policy=PinPolicy(policy), by=acting(request))
    messages.success(request, _("Written down."))
    return redirect("lending:sim-detail", sim_tag=card.tag)


@manages
@require_POST
def sim_plan(request: UserRequest, sim_tag: str) -> HttpResponse:
    card = found_card(request, sim_tag)
    form = GivePlanForm(request.POST, user=request.user)

    def act() -> object:
        return actions.give_plan(card=card, **form.facts, by=acting(request))

    return _answered(request, card, form, act, "plan", _("The plan is written down."))


@tops_up
@require_POST
def sim_top_up(request: UserRequest, sim_tag: str) -> HttpResponse:
    """Credit for whoever holds the card; the refusal says what is left, and when."""
    card = found_card(request, sim_tag)
    may_override = holds_at(request.user, "lending.override_top_up", card.site_id)
    form = TopUpForm(request.POST, may_override=may_override)

    def act() -> object:
        holder = _holder(request, card)
        return actions.top_up(
            card=card, holder=holder, **form.facts, by=acting(request)
        )

    return _answered(
        request, card, form, act, "top_up", _("The top-up is written down.")
    )


@tops_up
@require_POST
def sim_renew(request: UserRequest, sim_tag: str) -> HttpResponse:
    """Another period of help for the person who holds the card."""
    card = found_card(request, sim_tag)
    attempt(
        request,
        lambda: actions.renew_top_ups(
            holder=_holder(request, card), by=acting(request)
        ),
        _("The help with top-ups goes on."),
    )
    return redirect("lending:sim-detail", sim_tag=card.tag)


@manages
@require_POST
def sim_shelve(request: UserRequest, sim_tag: str) -> HttpResponse:
    card = found_card(request, sim_tag)
    attempt(
        request,
        lambda: actions.shelve_sim(card=card, by=acting(request)),
        _("The card is in stock again."),
    )
    return redirect("lending:sim-detail", sim_tag=card.tag)


def _holder(request: UserRequest, card: SimCard) -> Beneficiary:
    """Who holds the card, for those who may see people; to others there is nobody."""
    holding = holder_of(card, request.user)
    if holding is None:
        raise CardOfAnother(_("Nobody holds %(card)s.") % {"card": card})
    return kept_file(holding.beneficiary)


def _answered(
    request: UserRequest,
    card: SimCard,
    form: ActForm,
    act: Callable[[], object],
    name: str,
    done: str,
) -> HttpResponse:
    """The card’s page again; with the form, by its `name` there, that was refused."""
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect("lending:sim-detail", sim_tag=card.tag)
    context = page_of(card, request.user) | {f"{name}_form": form}
    template = "lending/connections/sim_detail.html"
    return render(request, template, context, status=form.status)
