"""Hotspots and dongles: the list, their reception, one page each."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.documents.hotspot import Network, hotspot_card
from lending.forms.act import ActForm
from lending.forms.connections.cards import FollowForm
from lending.forms.connections.modems import CardInForm, ModemForm
from lending.models import Modem
from lending.numbers import imei_doubts
from lending.states import SimStatus
from lending.views.connections.card_page import holds_at
from lending.views.connections.history import history_of
from lending.views.sides import attempt

FORM_METHODS = ["GET", "HEAD", "POST"]
STICKY = ("site", "kind", "make", "model")
looks = permission_required("lending.view_sim", raise_exception=True)
manages = permission_required("lending.manage_sim", raise_exception=True)


@looks
@require_safe
def modem_list(request: UserRequest) -> HttpResponse:
    seen = Modem.objects.visible_to(request.user).for_list()
    page = Slice(seen, request.GET.get("page"))
    return render(request, "lending/connections/modem_list.html", {"page": page})


@manages
@sensitive_post_parameters("passphrase")
@require_http_methods(FORM_METHODS)
def modem_receive(request: UserRequest) -> HttpResponse:
    """One after another: what is the same for all of them stays filled in."""
    initial = {name: request.GET[name] for name in STICKY if request.GET.get(name)}
    form = ModemForm(request.POST or None, user=request.user, initial=initial)
    if form.is_valid():
        try:
            modem = actions.receive_modem(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            _say_received(request, modem)
            again = reverse("lending:modem-receive")
            return redirect(f"{again}?{urlencode(form.kept)}")
    template = "lending/connections/modem_receive.html"
    return render(request, template, {"form": form}, status=form.status)


@looks
@require_safe
def modem_detail(request: UserRequest, modem_tag: str) -> HttpResponse:
    modem = _found(request, modem_tag)
    return _page(request, modem)


@manages
@require_POST
def modem_card_in(request: UserRequest, modem_tag: str) -> HttpResponse:
    modem = _found(request, modem_tag)
    form = CardInForm(request.POST, user=request.user, modem=modem)
    if form.is_valid():
        card = form.cleaned_data["code"]
        try:
            actions.put_sim_in_modem(card=card, modem=modem, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            told = _("%(card)s is in %(modem)s: they go together from now on.")
            messages.success(request, told % {"card": card, "modem": modem})
            return redirect("lending:modem-detail", modem_tag=modem.tag)
    return _page(request, modem, form=form)


@manages
@require_POST
def modem_follow(request: UserRequest, modem_tag: str) -> HttpResponse:
    """Write down what became of a hotspot: lost, blocked, at its end."""
    modem = _found(request, modem_tag)
    form = FollowForm(request.POST, thing=modem)
    if form.is_valid():
        try:
            actions.follow_modem(
                modem=modem, to=form.cleaned_data["to"], by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written down."))
            return redirect("lending:modem-detail", modem_tag=modem.tag)
    return _page(request, modem, follow_form=form)


@permission_required("lending.view_sim_secret", raise_exception=True)
@never_cache
@require_http_methods(FORM_METHODS)
def modem_passphrase(request: UserRequest, modem_tag: str) -> HttpResponse:
    """The passphrase, once: it is in no address, and this look is written down."""
    modem = _found(request, modem_tag)
    if request.method != "POST":
        return redirect("lending:modem-detail", modem_tag=modem.tag)
    passphrase = actions.see_modem_passphrase(modem=modem, by=acting(request))
    context = {"modem": modem, "passphrase": passphrase}
    return render(request, "lending/connections/modem_passphrase.html", context)


@permission_required("lending.view_sim_secret", raise_exception=True)
@never_cache
@require_POST
def modem_paper(request: UserRequest, modem_tag: str) -> HttpResponse:
    """The card for the pack, on paper: a look at the passphrase, written down as one."""
    modem = _found(request, modem_tag)
    passphrase = actions.see_modem_passphrase(modem=modem, by=acting(request))
    network = Network(modem.network_name, passphrase, str(modem))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = get_language() or settings.LANGUAGE_CODE
    response = HttpResponse(
        hotspot_card(network, language=language), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{modem.tag}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@manages
@require_POST
def modem_card_out(request: UserRequest, modem_tag: str) -> HttpResponse:
    modem = _found(request, modem_tag)
    attempt(
        request,
        lambda: actions.take_sim_out_of_modem(modem=modem, by=acting(request)),
        _("The card is out."),
    )
    return redirect("lending:modem-detail", modem_tag=modem.tag)


@manages
@require_POST
def modem_shelve(request: UserRequest, modem_tag: str) -> HttpResponse:
    modem = _found(request, modem_tag)
    attempt(
        request,
        lambda: actions.shelve_modem(modem=modem, by=acting(request)),
        _("It is in stock again."),
    )
    return redirect("lending:modem-detail", modem_tag=modem.tag)


def _found(request: UserRequest, modem_tag: str) -> Modem:
    seen = Modem.objects.visible_to(request.user).select_related("site", "sim")
    return get_object_or_404(seen, tag=modem_tag)


def _page(request: UserRequest, modem: Modem, **refused: ActForm) -> HttpResponse:
    """`refused`: a form of the page, by its name there, shown as it was sent."""
    user = request.user
    context = {
        "modem": modem,
        "doubts": imei_doubts(modem.imei),
        "form": CardInForm(user=user, modem=modem),
        "follow_form": FollowForm(thing=modem),
        "manages": holds_at(user, "lending.manage_sim", modem.site_id),
        "may_see_codes": bool(modem.passphrase_encrypted)
        and holds_at(user, "lending.view_sim_secret", modem.site_id),
        "is_free": modem.status == SimStatus.IN_STOCK,
        "is_back": modem.status == SimStatus.RETURNED,
        **history_of(modem, user),
        **refused,
    }
    status = max([form.status for form in refused.values()], default=200)
    template = "lending/connections/modem_detail.html"
    return render(request, template, context, status=status)


def _say_received(request: UserRequest, modem: Modem) -> None:
    told = _("%(modem)s is in stock: %(kind)s %(imei)s.")
    facts = {
        "modem": modem,
        "kind": modem.get_kind_display(),
        "imei": modem.imei,
    }
    messages.success(request, told % facts)
    for doubt in imei_doubts(modem.imei):
        messages.warning(request, f"{modem} – {doubt} {_('Look at the label again.')}")
