"""The station's views. Each scan is answered from what was kept of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

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
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest
from inventory import actions
from inventory.actions.undo import is_recent
from inventory.errors import ScanRepeated
from inventory.forms.station import (
    AnswerForm,
    ChecklistForm,
    DriveErasureForm,
    NonceForm,
    StartForm,
    sent_scan,
)
from inventory.models import Device, Scan, StationMode, StorageDrive
from inventory.scanner import Command
from inventory.views.station import erasure
from inventory.views.station.asking import MODE, PLACE, Ask
from inventory.views.station.drawing import draw, draw_page, drive_row, mode_of
from inventory.views.station.modes import answer
from inventory.views.station.things import find, find_device
from inventory.views.station.undoing import undo

SEE = "inventory.view_device"
# A code as it is kept: what cannot be printed is shown as such.
_SHOWN = 80


@permission_required(SEE, raise_exception=True)
@require_safe
def station(request: UserRequest) -> HttpResponse:
    """The station; what was scanned last is still there after a reload."""
    if not request.session.get("station"):
        return redirect("inventory:station-start")
    scans = Scan.objects.visible_to(request.user)
    last = scans.at_station(request.session["station"]).first()
    return draw_page(request, last if last and is_recent(last) else None)


@permission_required(SEE, raise_exception=True)
@require_safe
def scan_card(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """The station with the answer to an earlier scan: a code that still waits."""
    return draw_page(request, _scan(request, scan_uuid))


@permission_required(SEE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: UserRequest) -> HttpResponse:
    """Asked once per browser: which station this is."""
    initial = {"station": request.session.get("station", ""), "mode": mode_of(request)}
    form = StartForm(request.POST or None, user=request.user, initial=initial)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(
            request, "inventory/station_start.html", {"form": form}, status=status
        )
    said = form.cleaned_data
    request.session["station"] = said["station"]
    request.session[MODE] = said["mode"]
    place = said["place"]
    request.session[PLACE] = {"tag": place.tag, "name": place.name} if place else None
    return redirect("inventory:station")


@permission_required(SEE, raise_exception=True)
@require_POST
def scan(request: UserRequest) -> HttpResponse:
    """One scan: read, looked up, done, and answered."""
    sent = sent_scan(request.POST.dict())
    if sent is None:
        return _not_taken(request)
    mode = sent.mode or mode_of(request)
    ask = Ask(request, sent.nonce, mode, shown(sent.code), asked=sent.asked)
    look = partial(find, sent.code, sent.physical, user=ask.user, mode=mode)
    return _once(ask, lambda: answer(ask, look()))


@permission_required(SEE, raise_exception=True)
@require_POST
def undo_scan(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """Take back what one scan did."""
    asked = _scan(request, scan_uuid)
    ask = _ask(request, asked, code=Command.UNDO.value)
    return _once(ask, lambda: undo(ask, asked))


@permission_required(SEE, raise_exception=True)
@require_POST
def answer_scan(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """Say what becomes of a code that led nowhere: no code is lost."""
    asked = _scan(request, scan_uuid)
    form = AnswerForm(request.POST)
    if not form.is_valid() or "open" not in asked.card:
        return _not_taken(request)
    said = form.cleaned_data["answer"]
    if said == "attach":
        return _attach(request, asked, form)
    settle(request, asked, said)
    if said == "ignore":
        return draw(request, _scan(request, scan_uuid))
    query = urlencode({"serial": asked.card["text"]})
    return _go(request, f"{reverse('inventory:device-receive')}?{query}")


@permission_required("inventory.record_erasure", raise_exception=True)
@require_POST
def erase(
    request: UserRequest, scan_uuid: uuid.UUID, drive_uuid: uuid.UUID
) -> HttpResponse:
    """Record an erasure by the form of a card."""
    asked = _scan(request, scan_uuid)
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
    asked = _scan(request, scan_uuid)
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


# ------------------------------------------------------------------ steps


def shown(code: str) -> str:
    """What is kept of a code, however strange: printable, and short."""
    return "".join(c if c.isprintable() else "\ufffd" for c in code.strip()[:_SHOWN])


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

    return _once(ask, attach)


def _once(ask: Ask, act: Callable[[], object]) -> HttpResponse:
    """Answer a nonce once; a scan that comes again gets its first answer."""
    try:
        act()
    except ScanRepeated:
        return draw(ask.request, _kept(ask))
    return draw(ask.request, ask.kept or _kept(ask), fresh=not ask.settled)


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
        return draw(ask.request, _kept(ask))
    form.refuse(refusal)
    return draw(ask.request, asked, status=refusal.status, forms=shown)


def _kept(ask: Ask) -> Scan:
    """The answer that an act kept, or that was given before."""
    return Scan.objects.visible_to(ask.user).for_session().get(nonce=ask.nonce)


def _ask(request: UserRequest, asked: Scan, *, code: str) -> Ask:
    """A press on a card, which acts in the mode that the card was drawn in."""
    form = NonceForm(request.POST)
    nonce = form.cleaned_data["nonce"] if form.is_valid() else uuid.uuid4()
    return Ask(request, nonce=nonce, mode=StationMode(asked.mode), code=code)


def _scan(request: UserRequest, scan_uuid: uuid.UUID) -> Scan:
    scans = Scan.objects.visible_to(request.user).for_session()
    return get_object_or_404(scans, uuid=scan_uuid)


def _go(request: UserRequest, address: str) -> HttpResponse:
    """To another page, whoever asked: the browser, or htmx for a part of this one."""
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _not_taken(request: UserRequest) -> HttpResponse:
    """A scan that no page of ours sent: nothing is kept of it."""
    return render(request, "inventory/station_not_taken.html", status=400)
