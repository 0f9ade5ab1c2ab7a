"""The same thing received several times, without serials."""

from __future__ import annotations

import contextlib
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
from inventory.forms.reception import SeveralForm
from inventory.models import Lot, StationMode
from inventory.views.reception_page import (
    answered,
    facts,
    keep_received,
    remembered,
    show,
)
from inventory.views.reception_start import chosen_lot


@permission_required("inventory.receive_device", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
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
        return show(request, lot, form)
    if not form.is_valid():
        return show(request, lot, form, status=422)
    try:
        _act_several(request, lot, form)
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return show(request, lot, form, status=refusal.status)
    keep_received(request, form.nonces, form)
    return redirect("inventory:device-receive")


def _act_several(request: UserRequest, lot: Lot, form: SeveralForm) -> None:
    """One act per device; those that a first attempt received already are passed over."""
    for nonce in form.nonces:
        if answered(request, nonce):
            continue
        with contextlib.suppress(ScanRepeated):
            actions.receive_device(
                lot=lot,
                scan=Scanned(nonce, StationMode.RECEPTION, ""),
                **facts(form.cleaned_data),
                by=acting(request),
            )
