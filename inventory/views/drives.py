"""Drives: in devices, and taken out of them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.drives import (
    DeclareDriveForm,
    PutInForm,
    TakeOutForm,
    WithdrawForm,
)
from inventory.models import StorageDrive
from inventory.states import NO_MORE, PROVEN, DriveStatus
from inventory.views import offers
from inventory.views.act_page import ActPage
from inventory.views.devices import found_device
from inventory.views.history import history_of
from inventory.views.workshop import asked_or_posted


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def drive_list(request: HttpRequest) -> HttpResponse:
    """The drives in custody, newest first: what is in the locked cupboards."""
    drives = StorageDrive.objects.visible_to(request.user).filter(host=None)
    kept = drives.exclude(custody=None).for_list().order_by("-pk")
    page = Slice(kept, request.GET.get("page"))
    return render(request, "inventory/drive_list.html", {"page": page})


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def drive_detail(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    drive = found_drive(request, drive_uuid)
    whole = request.GET.get("history") == "all"
    attempts = drive.erasures.select_related("operator", "approved_by", "device")
    destructions = drive.destructions.select_related("operator", "approved_by", "place")
    papers = "certificates__document"
    context = {
        "drive": drive,
        "attempts": attempts.prefetch_related(papers),
        "destructions": destructions.prefetch_related(papers),
        "history": history_of(drive, request.user, whole=whole),
        **_allowed(drive, request.user),
    }
    return render(request, "inventory/drive_detail.html", context)


@permission_required("inventory.receive_device", raise_exception=True)
@asked_or_posted
def drive_declare(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    page = ActPage(
        heading=_("Declare a drive"),
        submit=_("Declare this drive"),
        icon="database",
        done=_("The drive is declared: it has to be erased."),
        back=reverse("inventory:device-detail", args=[tag]),
        note=_("Every drive inside counts, also the small one on the board."),
        about=f"{device} {device.title}".strip(),
    )
    return page.answer(
        request,
        DeclareDriveForm(request.POST or None),
        lambda **facts: actions.declare_drive(
            device=device, **facts, by=acting(request)
        ),
    )


@permission_required("inventory.refurbish_device", raise_exception=True)
@asked_or_posted
def drive_take_out(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    drive = found_drive(request, drive_uuid)
    page = ActPage(
        heading=_("Take the drive out"),
        submit=_("Record that it is out"),
        icon="arrow-up",
        done=_("The drive is in custody. Print its label and stick it on."),
        back=reverse("inventory:drive-detail", args=[drive.uuid]),
        note=_("It gets a tag of its own, and stays locked up until it is proven."),
        about=str(drive),
    )
    return page.answer(
        request,
        TakeOutForm(request.POST or None, user=request.user),
        lambda **facts: actions.take_drive_out(
            drive=drive, **facts, by=acting(request)
        ),
    )


@permission_required("inventory.refurbish_device", raise_exception=True)
@asked_or_posted
def drive_put_in(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    drive = found_drive(request, drive_uuid)
    page = ActPage(
        heading=_("Put the drive into a device"),
        submit=_("Record that it is in"),
        icon="arrow-down",
        done=_("The drive is in the device."),
        back=reverse("inventory:drive-detail", args=[drive.uuid]),
        note=_("Only a drive whose erasure is proven goes into a device."),
        about=str(drive),
    )
    return page.answer(
        request,
        PutInForm(request.POST or None, user=request.user),
        lambda **facts: actions.put_drive_in(drive=drive, **facts, by=acting(request)),
    )


@permission_required("inventory.receive_device", raise_exception=True)
@asked_or_posted
def drive_withdraw(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    drive = found_drive(request, drive_uuid)
    page = ActPage(
        heading=_("Withdraw a drive"),
        submit=_("Withdraw this drive"),
        icon="arrow-back-up",
        done=_("The drive is withdrawn: it counts no more."),
        back=reverse("inventory:device-detail", args=[drive.last_host.tag]),
        note=_("Only for one that was declared by mistake. It stays in the history."),
        about=f"{drive} – {drive.where}",
    )
    return page.answer(
        request,
        WithdrawForm(request.POST or None),
        lambda **facts: actions.withdraw_drive(
            drive=drive, **facts, by=acting(request)
        ),
    )


@permission_required("inventory.approve_erasure", raise_exception=True)
@require_POST
def drive_recognise(request: UserRequest, drive_uuid: uuid.UUID) -> HttpResponse:
    """Posted at once; a refusal is a page of its own."""
    drive = found_drive(request, drive_uuid)
    known = actions.recognise_drive(drive=drive, by=acting(request))
    messages.success(request, _("It is the same drive: its proof counts."))
    return redirect("inventory:drive-detail", drive_uuid=known.uuid)


def found_drive(request: HttpRequest, drive_uuid: uuid.UUID) -> StorageDrive:
    """The drive of this public id, if it is this person's to see; 404 otherwise."""
    drives = StorageDrive.objects.visible_to(request.user).select_related(
        "host__site", "custody__site", "last_host__lot__donation"
    )
    return get_object_or_404(drives, uuid=drive_uuid)


def _allowed(drive: StorageDrive, user: User) -> dict[str, bool]:
    """Which buttons the page shows."""
    there = drive.status not in NO_MORE
    waits = drive.status == DriveStatus.DESTRUCTION_TO_APPROVE
    erases = offers.may(user, "inventory.record_erasure", drive.last_host)
    free = there and erases and not waits and not drive.in_use
    handles = user.has_perm("inventory.refurbish_device")
    proven = drive.status in PROVEN or not drive.gated
    return {
        "may_erase": free and drive.ordered_at is None,
        "may_destroy": free,
        "may_withdraw": _is_only_said(drive)
        and offers.may(user, "inventory.receive_device", drive.last_host),
        "may_recognise": _may_be_known(drive)
        and offers.may(user, "inventory.approve_erasure", drive.last_host),
        "may_take_out": handles and drive.host_id is not None,
        "may_put_in": handles and drive.custody_id is not None and proven,
    }


def _is_only_said(drive: StorageDrive) -> bool:
    """Whether nothing but a person's word says that the drive is in its device."""
    fresh = drive.status == DriveStatus.AWAITING_ERASURE and drive.cycle == 1
    return fresh and drive.host_id is not None and drive.last_seen_at is None


def _may_be_known(drive: StorageDrive) -> bool:
    """Whether its device has a proven drive without a serial that this may be."""
    if drive.host is None or drive.serial_key or drive.last_seen_at is None:
        return False
    fresh = drive.status == DriveStatus.AWAITING_ERASURE
    return fresh and drive.host.drives.filter(serial_key="", status__in=PROVEN).exists()
