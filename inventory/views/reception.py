"""The reception: one device after the other into the chosen lot, each with its label."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions import Scanned
from inventory.errors import ScanRepeated
from inventory.forms.reception import ReceptionForm, as_typed
from inventory.forms.reception_drives import (
    DriveFormSet,
    DriveLines,
    declared,
    drive_lines_as_typed,
    is_coherent,
)
from inventory.models import Device, Lot, StationMode, Storage
from inventory.views.reception_page import (
    answered,
    facts,
    keep_received,
    remembered,
    say_again,
    show,
)
from inventory.views.reception_start import chosen_lot

METHODS = ["GET", "HEAD", "POST"]


@permission_required("inventory.receive_device", raise_exception=True)
@require_http_methods(METHODS)
def receive(request: UserRequest) -> HttpResponse:
    """One device: its form, and what became of the one before."""
    lot = chosen_lot(request)
    if lot is None:
        return redirect("inventory:reception-start")
    if request.method != "POST":
        return show(request, lot, _fresh(request, lot), DriveFormSet(prefix="drive"))
    if {"like", "another_line"} & request.POST.keys():
        return _ask_again(request, lot)
    if nonce := _nonce_answered(request):
        say_again(request, nonce)
        return redirect("inventory:device-receive")
    form = ReceptionForm(request.POST, user=request.user, lot=lot)
    drives = DriveFormSet(request.POST, prefix="drive")
    valid = is_coherent(form, drives)
    if form.sight.tag:
        return redirect("inventory:tag", form.sight.tag.text)
    if not valid:
        return show(request, lot, form, drives, status=422)
    return _receive(request, lot, form, drives)


def _receive(
    request: UserRequest, lot: Lot, form: ReceptionForm, drives: DriveLines
) -> HttpResponse:
    """The act; an answer sent twice is one device."""
    nonce: uuid.UUID = form.cleaned_data["nonce"]
    try:
        _act(request, lot, form, drives)
    except ScanRepeated:
        pass
    except DomainError as refusal:
        # Sent twice at once, the second one may meet the device of the first.
        if not answered(request, nonce):
            form.add_error(None, f"{refusal.message} {refusal.advice}".strip())
            return show(request, lot, form, drives, status=refusal.status)
    keep_received(request, [nonce], form)
    return redirect("inventory:device-receive")


def _act(
    request: UserRequest, lot: Lot, form: ReceptionForm, drives: DriveLines
) -> Device:
    said = form.cleaned_data
    return actions.receive_device(
        lot=lot,
        storage=Storage(said["storage"]),
        drives=declared(drives),
        serial=said["serial"],
        scan=Scanned(said["nonce"], StationMode.RECEPTION, said["serial"]),
        **facts(said),
        by=acting(request),
    )


def _nonce_answered(request: UserRequest) -> uuid.UUID | None:
    """The nonce of an answer that was sent before; its serial is known by now."""
    try:
        nonce = uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        return None
    return nonce if answered(request, nonce) else None


def _fresh(request: UserRequest, lot: Lot) -> ReceptionForm:
    """The next device: what is likely the same as before is filled in."""
    serial = " ".join(request.GET.get("serial", "").split())[:64]
    initial = {**remembered(request), "nonce": uuid.uuid4(), "serial": serial}
    return ReceptionForm(user=request.user, lot=lot, initial=initial)


def _ask_again(request: UserRequest, lot: Lot) -> HttpResponse:
    """Everything typed is kept; a known model is filled in, or a drive line added."""
    typed = as_typed(ReceptionForm, request.POST)
    if like := request.POST.get("like", "").replace("\0", ""):
        devices = Device.objects.visible_to(request.user).filter(tag=like)
        typed |= devices.values("kind", "make", "model").first() or {}
    form = ReceptionForm(user=request.user, lot=lot, initial=typed)
    drives = drive_lines_as_typed(request.POST, one_more="another_line" in request.POST)
    return show(request, lot, form, drives)
