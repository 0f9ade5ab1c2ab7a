"""Appointments: made from a pack or a request, moved, begun, and called off."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.handover_access import is_ours
from lending.forms.handovers import (
    MoveForm,
    PlanForm,
    RefusedForm,
    TermsForm,
    packs_waiting,
)
from lending.models import EquipmentRequest, Pack, Programme, Structure
from lending.states import HandOverMode, PackStatus, RefusedBecause
from lending.views.handovers.found import HAND, one_handover, seen_packs
from lending.views.handovers.steps import kept_out
from lending.views.sides import attempt, two_sided

asked_or_posted = require_http_methods(["GET", "HEAD", "POST"])


@two_sided(HAND)
@asked_or_posted
def handover_plan(request: UserRequest) -> HttpResponse:
    """From a pack or a request: what it says already stands in the form."""
    packs = packs_waiting(seen_packs(request))
    is_staff = request.user.has_perm(HAND)
    if not is_staff:
        packs = packs.filter(status=PackStatus.AT_STRUCTURE)
    form = PlanForm(
        request.POST or None,
        packs=packs,
        structures=_structures(request) if is_staff else Structure.objects.none(),
        programmes=_programmes(request) if is_staff else Programme.objects.none(),
        initial=_known(request, packs),
    )
    if not is_staff:
        form.keep_modes(set(packs.values_list("request__mode", flat=True)))
    if form.is_valid():
        try:
            made = actions.plan_handover(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The hand-over is planned."))
            return redirect("lending:handover-detail", handover=made.uuid)
    context = {"form": form, "has_packs": packs.exists()}
    return render(request, "lending/handovers/plan.html", context, status=form.status)


@two_sided(HAND)
@asked_or_posted
def handover_move(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    if found.planned_at is None:
        heading, submit = _("Give it a day"), _("Agree on that day")
        done = _("The hand-over has its day.")
    else:
        heading, submit = _("Move the appointment"), _("Move it")
        done = _("The appointment is moved.")
    initial = {"planned_at": found.planned_at, "where": found.where}
    form = MoveForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.reschedule_handover(
                handover=found, **form.cleaned_data, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect("lending:handover-detail", handover=found.uuid)
    context = {
        "form": form,
        "handover": found,
        "heading": heading,
        "submit": submit,
    }
    return render(request, "lending/handovers/form.html", context, status=form.status)


@two_sided(HAND)
@asked_or_posted
def handover_terms(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    price = found.price_cents / 100 if found.price_cents else None
    initial = {"mode": found.mode, "due_on": found.due_on, "price": price}
    form = TermsForm(request.POST or None, initial=initial)
    if found.request is not None and not is_ours(request.user, found.pack):
        form.keep_modes({found.request.mode})
    if form.is_valid():
        try:
            actions.set_terms(handover=found, **form.terms, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:handover-detail", handover=found.uuid)
    context = {
        "form": form,
        "handover": found,
        "heading": _("Loan, gift or sale"),
        "submit": _("Save"),
    }
    return render(request, "lending/handovers/form.html", context, status=form.status)


@two_sided(HAND)
@require_POST
def handover_begin(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    actions.begin_handover(handover=found, by=acting(request))
    return redirect("lending:handover-person", handover=found.uuid)


@two_sided(HAND)
@require_POST
def handover_cancel(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    attempt(
        request,
        lambda: actions.cancel_handover(handover=found, by=acting(request)),
        _("The hand-over is called off; the pack is free for another one."),
    )
    return redirect("lending:handover-detail", handover=found.uuid)


@two_sided(HAND)
@require_POST
def handover_no_show(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    attempt(
        request,
        lambda: actions.no_show(handover=found, by=acting(request)),
        _("Written down: nobody came."),
    )
    return redirect("lending:handover-detail", handover=found.uuid)


@two_sided(HAND)
@asked_or_posted
def handover_refused(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """The person leaves without the pack; whoever writes it down was there."""
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    form = RefusedForm(request.POST or None)
    if form.is_valid():
        because = RefusedBecause(form.cleaned_data["because"])
        try:
            actions.refuse_handover(handover=found, because=because, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written down; the pack is free again."))
            return redirect("lending:handover-detail", handover=found.uuid)
    context = {
        "form": form,
        "handover": found,
        "heading": _("The person does not want the pack"),
        "submit": _("Write it down"),
        "note": _("Nothing is held against anybody. You are the witness."),
    }
    return render(request, "lending/handovers/form.html", context, status=form.status)


def _structures(request: UserRequest) -> Any:
    return Structure.objects.visible_to(request.user).filter(is_active=True)


def _programmes(request: UserRequest) -> Any:
    return Programme.objects.visible_to(request.user).open()


def _known(request: UserRequest, packs: Any) -> dict[str, object]:
    """What the address names, as far as this person sees it."""
    initial: dict[str, object] = {"mode": HandOverMode.LOAN}
    pack: Pack | None = _named(packs, request.GET.get("pack"))
    asked: EquipmentRequest | None = _named(
        EquipmentRequest.objects.visible_to(request.user), request.GET.get("request")
    )
    if pack is None and asked is not None:
        pack = packs.filter(request=asked).first()
    if pack is not None:
        initial["pack"] = pack.uuid
        asked = asked or pack.request
    if asked is not None:
        initial |= {"mode": asked.mode or HandOverMode.LOAN}
        initial |= {"structure": asked.structure.uuid}
        if asked.programme is not None:
            initial["programme"] = asked.programme.uuid
    return initial


def _named(rows: Any, text: str | None) -> Any:
    try:
        return rows.filter(uuid=uuid.UUID(text or "")).first()
    except ValueError:
        return None
