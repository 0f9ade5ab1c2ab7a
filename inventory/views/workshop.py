"""What is done with a device from its page: one button, or a short form."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.act import ActForm
from inventory.forms.workshop import (
    AliasForm,
    DescribeForm,
    HoldForm,
    MoveForm,
    ReturnForm,
    SetAsideForm,
)
from inventory.models import Device
from inventory.views.act_page import ActPage
from inventory.views.devices import found_device
from inventory.views.steps import PAGES, STEPS

asked_or_posted = require_http_methods(["GET", "HEAD", "POST"])


@permission_required("inventory.view_device", raise_exception=True)
@require_POST
def device_step(request: UserRequest, tag: str, step: str) -> HttpResponse:
    """The acts that need no more than the device; each asks for its own permission."""
    if step not in STEPS:
        raise Http404
    device = found_device(request, tag)
    device = STEPS[step].act(device=device, by=acting(request))
    _say_state(request, device)
    return redirect("inventory:device-detail", tag=tag)


@permission_required("inventory.hold_device", raise_exception=True)
@require_POST
def device_release(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    actions.release_hold(device=device, by=acting(request))
    messages.success(request, _("The hold is released."))
    return redirect("inventory:device-detail", tag=tag)


@permission_required("inventory.view_device", raise_exception=True)
@require_POST
def device_undo(request: UserRequest, tag: str) -> HttpResponse:
    """Take back one's own last act, for ten minutes."""
    device = found_device(request, tag)
    actions.undo_last(device=device, by=acting(request))
    device.refresh_from_db()
    _say_state(request, device)
    return redirect("inventory:device-detail", tag=tag)


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def device_no_storage(request: UserRequest, tag: str) -> HttpResponse:
    """The person who looked inside says that there is no drive."""
    device = found_device(request, tag)
    actions.declare_no_storage(device=device, by=acting(request))
    messages.success(request, _("Recorded: you saw that no drive is inside."))
    return redirect("inventory:device-detail", tag=tag)


@permission_required("inventory.hold_device", raise_exception=True)
@asked_or_posted
def device_hold(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    note = _("It may not leave until the hold is released; work on it goes on.")
    form = HoldForm(request.POST or None)
    return _answer(request, device, "hold", form, actions.hold_device, note)


@permission_required("inventory.dispose_device", raise_exception=True)
@asked_or_posted
def device_set_aside(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    note = _("Its drives still have to be erased or destroyed.")
    form = SetAsideForm(request.POST or None)
    return _answer(request, device, "set-aside", form, actions.set_aside, note)


@permission_required("inventory.dispose_device", raise_exception=True)
@asked_or_posted
def device_return(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    note = _("It leaves for good: erased, or with the donor’s signed waiver.")
    form = ReturnForm(request.POST or None)
    return _answer(request, device, "return", form, actions.return_to_donor, note)


@permission_required("inventory.move_device", raise_exception=True)
@asked_or_posted
def device_move(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    form = MoveForm(request.POST or None, user=request.user)
    return _answer(request, device, "move", form, actions.move_to_place)


@permission_required("inventory.refurbish_device", raise_exception=True)
@asked_or_posted
def device_describe(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    form = DescribeForm(request.POST or None, initial=DescribeForm.seen_on(device))
    return _answer(request, device, "describe", form, actions.describe_device)


@permission_required("inventory.receive_device", raise_exception=True)
@asked_or_posted
def device_alias(request: UserRequest, tag: str) -> HttpResponse:
    device = found_device(request, tag)
    form = AliasForm(request.POST or None)
    return _answer(request, device, "alias", form, actions.attach_alias)


def _answer(
    request: UserRequest,
    device: Device,
    name: str,
    form: ActForm,
    act: Callable[..., object],
    note: str = "",
) -> HttpResponse:
    page = ActPage(
        heading=str(PAGES[name].label),
        submit=str(PAGES[name].label),
        icon=PAGES[name].icon,
        done=_("Recorded."),
        back=reverse("inventory:device-detail", args=[device.tag]),
        note=note,
        about=f"{device} {device.title}".strip(),
    )
    return page.answer(
        request,
        form,
        lambda **facts: act(device=device, **facts, by=acting(request)),
    )


def _say_state(request: UserRequest, device: Device) -> None:
    messages.success(
        request,
        _("%(device)s is now “%(state)s”.")
        % {"device": device, "state": device.get_status_display()},
    )
