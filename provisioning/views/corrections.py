"""Two records of one device, or one of two: proposed on one page, decided on another."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory.views.act_page import ActPage
from inventory.views.devices import found_device
from provisioning import actions
from provisioning.forms.machines import MergeForm, SplitForm
from provisioning.models import Agent, Correction

asked_or_posted = require_http_methods(["GET", "HEAD", "POST"])


@permission_required("inventory.refurbish_device", raise_exception=True)
@asked_or_posted
def merge_propose(request: UserRequest, tag: str) -> HttpResponse:
    """Scan the other record's label, and say why they are one device."""
    device = found_device(request, tag)
    page = ActPage(
        heading=_("Another record is %(device)s") % {"device": device},
        submit=_("Propose to merge them"),
        icon="arrows-exchange",
        done=_("Proposed: a second person decides."),
        back=reverse("inventory:device-detail", args=[tag]),
        about=device.title,
        note=_(
            "This record stays. The drives, codes and machine of the other come to it, "
            "its label leads here, and both histories stay as they were written."
        ),
    )

    def act(**facts: object) -> object:
        return actions.propose_merge(
            device=device,
            by=acting(request),
            **facts,  # type: ignore[arg-type]
        )

    form = MergeForm(request.POST or None, user=request.user)
    return page.answer(request, form, act)


@permission_required("inventory.refurbish_device", raise_exception=True)
@asked_or_posted
def split_propose(request: UserRequest, tag: str) -> HttpResponse:
    """Tick what belongs to the second device, and say why."""
    device = found_device(request, tag)
    page = ActPage(
        heading=_("%(device)s is two devices") % {"device": device},
        submit=_("Propose to split it"),
        icon="copy",
        done=_("Proposed: a second person decides."),
        back=reverse("inventory:device-detail", args=[tag]),
        about=device.title,
        note=_(
            "What you tick goes to a new record with a label of its own. Everything "
            "else stays here, history included."
        ),
    )

    def act(**facts: object) -> object:
        return actions.propose_split(
            device=device,
            by=acting(request),
            **facts,  # type: ignore[arg-type]
        )

    machine = Agent.objects.visible_to(request.user).bound().filter(device=device)
    form = SplitForm(request.POST or None, device=device, machine=machine.first())
    return page.answer(request, form, act)


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def correction_list(request: UserRequest) -> HttpResponse:
    """What waits for a second person first, then what was decided."""
    seen = Correction.objects.visible_to(request.user).for_list()
    context = {
        "waiting": seen.waiting()[:50],
        "decided": Slice(seen.decided(), request.GET.get("page")),
    }
    return render(request, "provisioning/correction_list.html", context)


@permission_required("inventory.merge_device", raise_exception=True)
@require_POST
def correction_confirm(request: UserRequest, correction: uuid.UUID) -> HttpResponse:
    """The second person agrees: it is done."""
    done = _decided(request, correction, actions.confirm_correction)
    messages.success(request, _("Done. It can be taken back here."))
    if done.is_merge or done.other is None:
        return redirect("inventory:device-detail", tag=done.device.tag)
    return redirect("inventory:device-detail", tag=done.other.tag)


@permission_required("inventory.merge_device", raise_exception=True)
@require_POST
def correction_refuse(request: UserRequest, correction: uuid.UUID) -> HttpResponse:
    """The records stay as they are."""
    _decided(request, correction, actions.refuse_correction)
    messages.success(request, _("Refused: the records stay as they are."))
    return redirect("provisioning:correction-list")


@permission_required("inventory.merge_device", raise_exception=True)
@require_POST
def correction_undo(request: UserRequest, correction: uuid.UUID) -> HttpResponse:
    """Everything goes back to where it came from."""
    done = _decided(request, correction, actions.undo_correction)
    messages.success(request, _("Taken back: see what is in each of the two."))
    return redirect("inventory:device-detail", tag=done.device.tag)


def _decided(
    request: UserRequest, correction: uuid.UUID, act: Callable[..., Correction]
) -> Correction:
    rows = Correction.objects.visible_to(request.user).for_list()
    return act(correction=get_object_or_404(rows, uuid=correction), by=acting(request))
