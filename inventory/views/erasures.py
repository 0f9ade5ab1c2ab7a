"""Proof of erasure by hand: what was done to a drive, and what is left of it."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions.drive_cycle import class_needed, verification_asked
from inventory.forms.erasures import DestructionForm, ErasureForm, MediumForm
from inventory.methods import Medium
from inventory.models import Destruction, StorageDrive
from inventory.views.act_page import ActPage
from inventory.views.drives import found_drive
from inventory.views.workshop import asked_or_posted

# What the operator used last stays in the form for the next drive; what proves the
# drive is said anew of each.
REMEMBERED = ("technique", "tool", "tool_version")


@permission_required("inventory.record_erasure", raise_exception=True)
@asked_or_posted
def drive_erase(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    """Record one attempt; where nobody knows what the drive is, that is asked first."""
    drive = found_drive(request, drive_uuid)
    medium = _medium(request, drive)
    if medium is None:
        context = {"drive": drive, "form": MediumForm()}
        return render(request, "inventory/erasure_medium.html", context)
    last = request.session.get("erasure", {})
    remembered = {name: last[name] for name in REMEMBERED if name in last}
    form = ErasureForm(
        request.POST or None, initial=remembered, drive=drive, medium=medium
    )
    page = ActPage(
        heading=_("Record an erasure"),
        submit=_("Record"),
        icon="eraser",
        done=_("The erasure is recorded."),
        back=_back_from(drive),
        note=_needs(drive, medium),
        about=f"{drive} – {drive.where}",
        context={"medium": medium.value},
    )

    def act(claim: actions.Claim) -> None:
        actions.record_erasure(drive=drive, claim=claim, by=acting(request))
        request.session["erasure"] = {
            name: form.cleaned_data[name] for name in REMEMBERED
        }

    return page.answer(request, form, act)


@permission_required("inventory.record_erasure", raise_exception=True)
@asked_or_posted
def drive_destroy(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    drive = found_drive(request, drive_uuid)
    page = ActPage(
        heading=_("Record a destruction"),
        submit=_("Record the destruction"),
        icon="trash",
        done=_("Recorded. It counts once a data-security officer confirms it."),
        back=_back_from(drive),
        note=_("A second person looks at what is left, and confirms."),
        about=f"{drive} – {drive.where}",
    )
    return page.answer(
        request,
        DestructionForm(request.POST or None, request.FILES or None, user=request.user),
        lambda **facts: actions.record_destruction(
            drive=drive, **facts, by=acting(request)
        ),
    )


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def destruction_photo(
    request: UserRequest, destruction_uuid: uuid.UUID
) -> HttpResponse:
    """What was left of a drive, as it was photographed; it never changes."""
    photo = found_destruction(request, destruction_uuid).photo
    if photo is None:
        raise Http404
    return HttpResponse(
        bytes(photo.body),
        content_type=photo.media_type,
        headers={"Content-Disposition": f'inline; filename="{photo.sha256}.jpg"'},
    )


def found_destruction(request: UserRequest, destruction_uuid: uuid.UUID) -> Destruction:
    destructions = Destruction.objects.visible_to(request.user).for_list()
    return get_object_or_404(destructions, uuid=destruction_uuid)


def _medium(request: UserRequest, drive: StorageDrive) -> Medium | None:
    """What the drive is: as known, or as just said; None while it has to be asked."""
    said = request.GET.get("medium", "")
    if drive.medium != Medium.UNKNOWN:
        return Medium(drive.medium)
    return Medium(said) if said in Medium.values else None


def _needs(drive: StorageDrive, medium: Medium) -> str:
    return _(
        "%(medium)s. For this donation its proof needs the class %(class)s and at "
        "least “%(verification)s”."
    ) % {
        "medium": medium.label,
        "class": class_needed(drive, medium).label,
        "verification": verification_asked(drive).label,
    }


def _back_from(drive: StorageDrive) -> str:
    if drive.host is None:
        return reverse("inventory:drive-detail", args=[drive.uuid])
    return reverse("inventory:device-detail", args=[drive.host.tag])
