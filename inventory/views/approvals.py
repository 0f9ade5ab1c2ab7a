"""What waits for a second person, and what that person decides."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions.second_person import with_a_hand_of
from inventory.forms.act import ActForm
from inventory.forms.erasures import RefuseExceptionsForm
from inventory.models import Destruction, Erasure
from inventory.states import DriveStatus
from inventory.views.act_page import ActPage
from inventory.views.erasures import found_destruction
from inventory.views.to_approve import waiting_elsewhere
from inventory.views.workshop import asked_or_posted

WAITING_SHOWN = 50


@permission_required("inventory.approve_erasure", raise_exception=True)
@require_safe
def approval_list(request: UserRequest) -> HttpResponse:
    """What waits for a second person, oldest first: first what holds machines up."""
    waiting = Erasure.objects.visible_to(request.user).for_list().waiting()
    asked = waiting.filter(drive__status=DriveStatus.EXCEPTIONS_TO_APPROVE)
    erasures = list(asked.order_by("pk")[:WAITING_SHOWN])
    destructions = Destruction.objects.visible_to(request.user).for_list().waiting()
    context = {
        "elsewhere": waiting_elsewhere(request.user),
        "erasures": erasures,
        "own": with_a_hand_of(request.user, erasures),
        "destructions": destructions.order_by("pk")[:WAITING_SHOWN],
    }
    return render(request, "inventory/approval_list.html", context)


@permission_required("inventory.approve_erasure", raise_exception=True)
@require_POST
def erasure_approve(request: UserRequest, erasure_uuid: uuid.UUID) -> HttpResponse:
    erasures = Erasure.objects.visible_to(request.user).for_list()
    erasure = get_object_or_404(erasures, uuid=erasure_uuid)
    actions.approve_exceptions(erasure=erasure, by=acting(request))
    messages.success(request, _("The exceptions are approved."))
    return redirect("inventory:approval-list")


@permission_required("inventory.approve_erasure", raise_exception=True)
@asked_or_posted
def erasure_refuse(request: UserRequest, erasure_uuid: uuid.UUID) -> HttpResponse:
    erasures = Erasure.objects.visible_to(request.user).for_list()
    erasure = get_object_or_404(erasures, uuid=erasure_uuid)
    page = ActPage(
        heading=_("Refuse an erasure with exceptions"),
        submit=_("Refuse it"),
        icon="x",
        done=_("Refused: the drive counts as not erased."),
        back=reverse("inventory:approval-list"),
        note=_("The drive has to be erased again, or destroyed."),
        about=f"{erasure.drive} – {erasure.device}",
    )
    return page.answer(
        request,
        RefuseExceptionsForm(request.POST or None),
        lambda **facts: actions.refuse_exceptions(
            erasure=erasure, **facts, by=acting(request)
        ),
    )


@permission_required("inventory.approve_erasure", raise_exception=True)
@asked_or_posted
def destruction_confirm(
    request: UserRequest, destruction_uuid: uuid.UUID
) -> HttpResponse:
    """Asked once: what is confirmed here is never taken back."""
    destruction = found_destruction(request, destruction_uuid)
    page = ActPage(
        heading=_("Confirm a destruction"),
        submit=_("I saw it: destroyed"),
        icon="shield-check",
        done=_("The destruction is confirmed: the drive is no more."),
        back=reverse("inventory:approval-list"),
        warning=_(
            "You say that you saw what is left of this very drive. This is not taken "
            "back: the drive is no more, and may be named destroyed to its donor."
        ),
        about=_about(destruction),
    )
    return page.answer(
        request,
        _asked(request),
        lambda: actions.confirm_destruction(
            destruction=destruction, by=acting(request)
        ),
    )


@permission_required("inventory.approve_erasure", raise_exception=True)
@asked_or_posted
def destruction_refuse(
    request: UserRequest, destruction_uuid: uuid.UUID
) -> HttpResponse:
    """Asked once: somebody has to look for the drive then."""
    destruction = found_destruction(request, destruction_uuid)
    page = ActPage(
        heading=_("Refuse a destruction"),
        submit=_("Not destroyed as said"),
        icon="x",
        done=_("Refused: the drive counts as not erased."),
        back=reverse("inventory:approval-list"),
        note=_(
            "The drive counts as not erased from then on, and its machine goes nowhere "
            "with it. Its destruction has to be recorded anew, with what was really done."
        ),
        about=_about(destruction),
    )
    return page.answer(
        request,
        _asked(request),
        lambda: actions.refuse_destruction(destruction=destruction, by=acting(request)),
    )


def _asked(request: UserRequest) -> ActForm:
    """Nothing to fill in: the button itself is the answer."""
    return ActForm(request.POST if request.method == "POST" else None)


def _about(destruction: Destruction) -> str:
    how = destruction.get_method_display()
    return (
        f"{destruction.drive} – {destruction.device}. {how}, {destruction.place.name}"
    )
