"""The buttons and forms of an answer. Each press is kept and answered like a scan."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_POST,
)
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest
from inventory import actions
from inventory.errors import ScanRepeated
from inventory.forms.station import (
    AnswerForm,
    ChecklistForm,
    DriveErasureForm,
    NonceForm,
)
from inventory.models import Device, Scan, StationMode, StorageDrive
from inventory.scanner import Command
from inventory.views.station import erasure
from inventory.views.station.answering import kept, not_taken, once, own_scan, shown
from inventory.views.station.asking import Ask
from inventory.views.station.drawing import draw, drive_row
from inventory.views.station.things import find_device
from inventory.views.station.undoing import undo

SEE = "inventory.view_device"


@permission_required(SEE, raise_exception=True)
@require_POST
def undo_scan(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """Take back what one scan did."""
    asked = own_scan(request, scan_uuid)
    ask = _ask(request, asked, code=Command.UNDO.value)
    return once(ask, lambda: undo(ask, asked))


@permission_required(SEE, raise_exception=True)
@require_POST
def answer_scan(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """Say what becomes of a code that led nowhere: no code is lost."""
    asked = own_scan(request, scan_uuid)
    form = AnswerForm(request.POST)
    if not form.is_valid() or "open" not in asked.card:
        return not_taken(request)
    said = form.cleaned_data["answer"]
    if said == "attach":
        return _attach(request, asked, form)
    settle(request, asked, said)
    if said == "ignore":
        return draw(request, own_scan(request, scan_uuid))
    query = urlencode({"serial": asked.card["text"]})
    return _go(request, f"{reverse('inventory:device-receive')}?{query}")


@permission_required("inventory.record_erasure", raise_exception=True)
@require_POST
def erase(
    request: UserRequest, scan_uuid: uuid.UUID, drive_uuid: uuid.UUID
) -> HttpResponse:
    """Record an erasure by the form of a card."""
    asked = own_scan(request, scan_uuid)
    drives = StorageDrive.objects.visible_to(request.user)
    drive = get_object_or_404(
        drives.select_related("host", "last_host"), uuid=drive_uuid
    )
    form = DriveErasureForm(request.POST, drive=drive)
    ask = _ask(request, asked, code=asked.code)
    return _by_form(
        ask,
        asked,
        form,
        act=lambda: erasure.record(ask, drive, form.claim),
        shown={"drives": [drive_row(drive, form)]},
    )


@permission_required("inventory.check_device", raise_exception=True)
@require_POST
def check(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """Pass or fail a quality check by the list of a card."""
    asked = own_scan(request, scan_uuid)
    device = get_object_or_404(
        Device.objects.visible_to(request.user), pk=asked.device_id
    )
    form = ChecklistForm(request.POST, device=device)
    failed = "failed" in request.POST
    act = actions.fail_quality_check if failed else actions.pass_quality_check
    ask = _ask(request, asked, code=asked.code)
    return _by_form(
        ask,
        asked,
        form,
        act=lambda: ask.attempt(
            partial(act, device=device, lines=form.lines), device=device
        ),
        shown={"checklist": form},
    )


def settle(request: UserRequest, asked: Scan, said: str) -> None:
    """Answer a question, and the same question asked again and again."""
    scans = Scan.objects.visible_to(request.user).filter(code=asked.code)
    for scan in {asked, *scans.filter(card__open=True)}:
        actions.settle_scan(scan=scan, answer=said, by=request.user)


def _attach(request: UserRequest, asked: Scan, form: AnswerForm) -> HttpResponse:
    said = form.cleaned_data
    device = find_device(said["tag"], user=request.user)
    if device is None:
        problem = _("No device carries this code.")
        forms = {"problem": problem, "typed": shown(said["tag"])}
        return draw(request, asked, status=422, forms=forms)
    text = asked.card["text"]
    ask = _ask(request, asked, code=text)
    act = partial(actions.attach_alias, device=device, code=text)

    def attach() -> None:
        if not ask.attempt(act, device=device):
            settle(request, asked, "attach")
            ask.settled = True

    return once(ask, attach)


def _by_form(
    ask: Ask,
    asked: Scan,
    form: DriveErasureForm | ChecklistForm,
    *,
    act: Callable[[], DomainError | None],
    shown: dict[str, object],
) -> HttpResponse:
    """Act as a card's form says; mistakes and refusals show it again as filled in."""
    if not form.is_valid():
        return draw(ask.request, asked, status=422, forms=shown)
    try:
        refusal = act()
    except ScanRepeated:
        refusal = None
    if refusal is None:
        return draw(ask.request, kept(ask))
    form.refuse(refusal)
    return draw(ask.request, asked, status=refusal.status, forms=shown)


def _ask(request: UserRequest, asked: Scan, *, code: str) -> Ask:
    """A press on a card, which acts in the mode that the card was drawn in."""
    form = NonceForm(request.POST)
    nonce = form.cleaned_data["nonce"] if form.is_valid() else uuid.uuid4()
    return Ask(request, nonce=nonce, mode=StationMode(asked.mode), code=code)


def _go(request: UserRequest, address: str) -> HttpResponse:
    """To another page, whoever asked: the browser, or htmx for a part of this one."""
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(address)
