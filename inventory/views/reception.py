"""The reception: one device after the other into the chosen lot, each with its label."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

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
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions import Scanned
from inventory.errors import ScanRepeated
from inventory.forms.reception import (
    DriveFormSet,
    DriveLines,
    ReceptionForm,
    SeveralForm,
    as_typed,
    declared,
    drive_lines_as_typed,
    is_coherent,
)
from inventory.forms.serials import look_at_serial
from inventory.models import Device, DeviceKind, Lot, Scan, StationMode, Storage
from inventory.views.reception_page import (
    Suggestions,
    keep_received,
    page_of,
    remembered,
    say_again,
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
        return _show(request, lot, _fresh(request, lot), DriveFormSet(prefix="drive"))
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
        return _show(request, lot, form, drives, status=422)
    return _receive(request, lot, form, drives)


@permission_required("inventory.receive_device", raise_exception=True)
@require_http_methods(METHODS)
def receive_several(request: UserRequest) -> HttpResponse:
    """The same thing several times, without serials: one act each, one sheet of labels."""
    lot = chosen_lot(request)
    if lot is None:
        return redirect("inventory:reception-start")
    form = SeveralForm(
        request.POST or None,
        user=request.user,
        lot=lot,
        initial={**remembered(request), "nonce": uuid.uuid4()},
    )
    if request.method != "POST":
        return _show(request, lot, form)
    if not form.is_valid():
        return _show(request, lot, form, status=422)
    try:
        _act_several(request, lot, form)
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return _show(request, lot, form, status=refusal.status)
    keep_received(request, form.nonces, form)
    return redirect("inventory:device-receive")


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def receive_again(request: UserRequest, tag: str) -> HttpResponse:
    """A device that was announced, missing, or whose reception was taken back."""
    device = _device(request, tag)
    actions.receive_announced(device=device, by=acting(request))
    messages.success(request, _("%(device)s is received.") % {"device": device})
    return redirect("inventory:device-receive")


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def reception_undo(request: UserRequest, tag: str) -> HttpResponse:
    """Take one's own reception back, while that can be done."""
    device = _device(request, tag)
    actions.undo_last(device=device, by=acting(request))
    messages.success(
        request,
        _("The reception of %(device)s is taken back: it counts as announced.")
        % {"device": device},
    )
    return redirect("inventory:device-receive")


@permission_required("inventory.receive_device", raise_exception=True)
@require_safe
def reception_serial(request: UserRequest) -> HttpResponse:
    """What is known of a serial, for the page to show while the rest is filled in."""
    text = " ".join(request.GET.get("serial", "").split())[:64]
    sight = look_at_serial(text, user=request.user)
    return render(request, "inventory/reception_serial.html", {"sight": sight})


@permission_required("inventory.receive_device", raise_exception=True)
@require_safe
def reception_models(request: UserRequest) -> HttpResponse:
    """The models of a make seen before, as the options of a list."""
    seen = Suggestions(request.user, make=request.GET.get("make", "")[:60])
    return render(request, "inventory/reception_models.html", {"models": seen.models})


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
        if not _answered(request, nonce):
            form.add_error(None, f"{refusal.message} {refusal.advice}".strip())
            return _show(request, lot, form, drives, status=refusal.status)
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
        **_facts(said),
        by=acting(request),
    )


def _act_several(request: UserRequest, lot: Lot, form: SeveralForm) -> None:
    """One act per device; those that a first attempt received already are passed over."""
    for nonce in form.nonces:
        if _answered(request, nonce):
            continue
        with contextlib.suppress(ScanRepeated):
            actions.receive_device(
                lot=lot,
                scan=Scanned(nonce, StationMode.RECEPTION, ""),
                **_facts(form.cleaned_data),
                by=acting(request),
            )


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """What is said of one device and of several alike."""
    return {
        "kind": DeviceKind(said["kind"]),
        "make": said["make"],
        "model": said["model"],
        "no_serial_reason": said["no_serial_reason"],
        "visible_state": said["visible_state"],
        "place": said["place"],
        "mass_grams": said["mass"],
    }


def _answered(request: UserRequest, nonce: uuid.UUID) -> bool:
    return Scan.objects.visible_to(request.user).filter(nonce=nonce).exists()


def _nonce_answered(request: UserRequest) -> uuid.UUID | None:
    """The nonce of an answer that was sent before; its serial is known by now."""
    try:
        nonce = uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        return None
    return nonce if _answered(request, nonce) else None


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
    return _show(request, lot, form, drives)


def _show(
    request: UserRequest,
    lot: Lot,
    form: ReceptionForm,
    drives: DriveLines | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    one, several = "inventory/reception.html", "inventory/reception_several.html"
    name = several if drives is None else one
    context = {"form": form, "drives": drives, **page_of(request, lot, form)}
    return render(request, name, context, status=status)


def _device(request: UserRequest, tag: str) -> Device:
    return get_object_or_404(Device.objects.visible_to(request.user), tag=tag)
