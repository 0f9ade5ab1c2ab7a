"""Erasures: every order and what comes of it, live; and what people decide there."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.requests import UserRequest, acting
from inventory.models import Device, Erasure, ErasureSource
from inventory.states import DriveStatus
from inventory.views.act_page import ActPage
from provisioning import actions
from provisioning.cards.erasures import Row, grouped, news
from provisioning.cards.rooms import room_at
from provisioning.forms.machines import OrderForm
from provisioning.models import ErasureRun
from provisioning.models.erasure_run import ErasureRunQuerySet, RunState
from provisioning.views.bench import EPOCH, MICROSECOND

# More drives than a workshop erases in a day.
SHOWN = 400
# So many fit beside the scan field.
AT_STATION = 12
VIEW = "provisioning.view_agent"
ORDER = "provisioning.order_erasure"


@permission_required(VIEW, raise_exception=True)
@require_safe
def erasures(request: UserRequest) -> HttpResponse:
    """Every erasure under way, to decide, or over since yesterday."""
    told = _without_order(request)
    context = _context(request, told, _rev(request, told))
    return render(request, "provisioning/erasures.html", context)


@permission_required(VIEW, raise_exception=True)
@require_safe
def erasures_live(request: UserRequest) -> HttpResponse:
    """The board anew, and what is read aloud of it; 204 where nothing changed."""
    told = _without_order(request)
    rev = _rev(request, told)
    if request.GET.get("rev") == rev:
        return HttpResponse(status=204)
    context = _context(request, told, rev)
    context["news"] = news(context["shown"], _since(request))
    return render(request, "provisioning/erasures_live.html", context)


@permission_required(VIEW, raise_exception=True)
@require_safe
def erasures_station(request: UserRequest) -> HttpResponse:
    """What is at work or waits, in short, beside the answers of the scan station."""
    told = _without_order(request)
    rev = _rev(request, told)
    if request.GET.get("rev") == rev:
        return HttpResponse(status=204)
    context = _context(request, told, rev)
    open_rows = [row for row in context["shown"] if row.run and row.run.is_open]
    context["rows"], context["more"] = open_rows[:AT_STATION], open_rows[AT_STATION:]
    return render(request, "provisioning/erasures_station.html", context)


@permission_required(ORDER, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def erasure_order(request: UserRequest, tag: str) -> HttpResponse:
    """Choose which drives of a device its machine is to erase."""
    devices = Device.objects.visible_to(request.user).select_related("lot__donation")
    device = get_object_or_404(devices, tag=tag)
    form = OrderForm(
        request.POST if request.method == "POST" else None,
        initial={"drives": request.GET.getlist("drive")},
        device=device,
    )
    page = ActPage(
        heading=_("Order an erasure"),
        submit=_("Order it"),
        icon="eraser",
        done=_done(device),
        back=reverse("provisioning:erasures"),
        note=_note(device),
        warning=_(
            "What is on the drives that you tick is gone for good once the machine begins."
        ),
        about=f"{device} – {device.title}",
    )
    return page.answer(
        request,
        form,
        lambda **facts: actions.order_erasure(
            device=device, **facts, by=acting(request)
        ),
    )


def _done(device: Device) -> str:
    if device.lot.donation.erasure_by_two:
        return _("Ordered. Another person has to approve it first.")
    return _("Ordered. It is confirmed in front of the machine.")


@permission_required(ORDER, raise_exception=True)
@require_POST
def order_approve(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    actions.approve_order(run=_found(request, run), by=acting(request))
    messages.success(request, _("Approved: it is confirmed in front of the machine."))
    if request.GET.get("back") == "approvals":
        return redirect("inventory:approval-list")
    return redirect("provisioning:erasures")


@permission_required("inventory.record_erasure", raise_exception=True)
@require_POST
def order_confirm(request: UserRequest, tag: str) -> HttpResponse:
    device = get_object_or_404(Device.objects.visible_to(request.user), tag=tag)
    actions.confirm_order(device=device, by=acting(request))
    messages.success(request, _("Confirmed: the machine begins."))
    return redirect("provisioning:erasures")


@permission_required("inventory.record_erasure", raise_exception=True)
@require_POST
def drive_confirm(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    """Begin with one drive of an order; the others wait on."""
    confirmed = actions.confirm_drive(run=_found(request, run), by=acting(request))
    said = _("Confirmed: the machine begins with %(drive)s.")
    messages.success(request, said % {"drive": confirmed.drive})
    return redirect("provisioning:erasures")


@permission_required(ORDER, raise_exception=True)
@require_POST
def drive_cancel(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    """Take one drive out of an order; the others stay in it."""
    found = _found(request, run)
    if found.state == RunState.RUNNING and not _is_sure(request):
        return _ask_to_stop(request, found)
    left = actions.cancel_drive(run=found, by=acting(request))
    said = _("The machine is told to leave %(drive)s.")
    if not left.is_open:
        said = _("%(drive)s is not erased by this order any more.")
    messages.success(request, said % {"drive": left.drive})
    return redirect("provisioning:erasures")


@permission_required(ORDER, raise_exception=True)
@require_POST
def order_cancel(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    """Take an order back; where a machine is at work, a person has to be sure."""
    found = _found(request, run)
    of_order = ErasureRun.objects.visible_to(request.user).filter(order=found.order)
    at_work = of_order.filter(state=RunState.RUNNING).exists()
    if at_work and not _is_sure(request):
        return _ask_to_stop(request, found)
    runs = actions.cancel_order(run=found, by=acting(request))
    if any(each.is_open for each in runs):
        messages.success(request, _("The machine is told to stop."))
    else:
        messages.success(request, _("Cancelled."))
    return redirect("provisioning:erasures")


@permission_required(ORDER, raise_exception=True)
@require_POST
def order_export(request: UserRequest, run: uuid.UUID) -> HttpResponse:
    """One drive's order as a file for a stick: whoever has it may answer the order."""
    found = _found(request, run)
    order = actions.export_order(run=found, by=acting(request))
    body = json.dumps(order.to_json(), ensure_ascii=False, indent=2)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    name = f"order-{found.device.tag}-{str(found.uuid)[:8]}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _is_sure(request: UserRequest) -> bool:
    return "sure" in request.POST


def _ask_to_stop(request: UserRequest, run: ErasureRun) -> HttpResponse:
    context = {"run": run, "device": run.device}
    return render(request, "provisioning/stop.html", context)


def _found(request: UserRequest, run: uuid.UUID) -> ErasureRun:
    visible = ErasureRun.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("device", "drive"), uuid=run)


def _note(device: Device) -> str:
    if device.lot.donation.erasure_by_two:
        return _(
            "Its donor wants a second person to approve before anything is erased."
        )
    return _("Nothing is erased before somebody confirms it in front of the machine.")


def _runs(request: UserRequest) -> ErasureRunQuerySet:
    return ErasureRun.objects.visible_to(request.user).on_board()


def _rev(request: UserRequest, told: list[Erasure]) -> str:
    """When the board last changed, first; silence is counted in minutes."""
    state = _runs(request).state_of_board()
    changed = state["changed_at"]
    at = (changed - EPOCH) // MICROSECOND if changed else 0
    minute = int(timezone.now().timestamp() // 60) if state["silent"] else 0
    counts = f"{state['count']}-{state['open']}-{state['places'] or 0}"
    return f"{at}-{counts}-{len(told)}-{minute}"


def _without_order(request: UserRequest) -> list[Erasure]:
    """What machines reported without an order, for a second person to look at."""
    waiting = Erasure.objects.visible_to(request.user).waiting()
    told = waiting.filter(
        run=None,
        source=ErasureSource.AGENT,
        drive__status=DriveStatus.EXCEPTIONS_TO_APPROVE,
    )
    return list(told.select_related("drive", "device__place__parent")[:SHOWN])


def _since(request: UserRequest) -> dt.datetime | None:
    """The change that the browser saw last; None where it does not say."""
    at = request.GET.get("rev", "").partition("-")[0]
    if not (at.isascii() and at.isdecimal() and len(at) < 18):
        return None
    return EPOCH + int(at) * MICROSECOND


def _context(request: UserRequest, told: list[Erasure], rev: str) -> dict[str, Any]:
    rows = [
        Row(run.drive, run.device, run=run)
        for run in _runs(request).for_board()[:SHOWN]
    ]
    listed = {row.drive.pk for row in rows}
    rows += [
        Row(each.drive, each.device, reported=each)
        for each in told
        if each.drive_id not in listed
    ]
    room = request.GET.get("room", "")
    places = {row.device.pk: room_at(row.device.place) for row in rows}
    shown = [row for row in rows if not room or places[row.device.pk].key == room]
    rooms = sorted(set(places.values()), key=lambda each: each.name)
    return {
        "shown": shown,
        "groups": grouped(shown),
        "rooms": rooms,
        "room": room if any(each.key == room for each in rooms) else "",
        "is_filtered": bool(room),
        "rev": rev,
        "every": settings.AGENT_POLL_SECONDS,
    }
