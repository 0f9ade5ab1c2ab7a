"""The list of devices, and one device."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest
from inventory import tags
from inventory.exports import device_lines
from inventory.filters import DeviceFilter
from inventory.links import lead_of
from inventory.models import Device, Place, StorageDrive
from inventory.views.device_page import page_of
from inventory.views.history import history_of

# Filters that stand behind “More filters” until one of them is used.
FOLDED = ("state", "data", "health", "lot", "donor", "place", "site", "days")


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def device_list(request: HttpRequest) -> HttpResponse:
    chosen = _filter(request)
    page = Slice(chosen.qs.for_list(), request.GET.get("page"))
    context = {
        "chosen": chosen,
        "form": chosen.form,
        "donation": chosen.form.cleaned_data.get("donation"),
        "page": page,
        "folded": [chosen.form[name] for name in FOLDED if name in chosen.form.fields],
        "unfold": any(request.GET.get(name) for name in FOLDED),
        "narrowed": any(request.GET.get(name) for name in chosen.form.fields),
        "query": _without_page(request),
    }
    status = 200 if chosen.is_valid() else 422
    return render(request, "inventory/device_list.html", context, status=status)


@permission_required("inventory.export_device", raise_exception=True)
@require_safe
def device_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same list as CSV, streamed: what the filters show, all of it."""
    chosen = _filter(request)
    if not chosen.is_valid():
        return device_list(request)
    lines = device_lines(chosen.qs.order_by("-pk"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"devices-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def device_detail(request: UserRequest, tag: str) -> HttpResponse:
    whole = request.GET.get("history") == "all"
    try:
        device = found_device(request, tag)
    except Http404:
        return _absorbed(request, tag, whole=whole)
    context = page_of(device, request.user, whole_history=whole)
    return render(request, "inventory/device_detail.html", context)


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def tag_redirect(request: UserRequest, code: str) -> HttpResponse:
    """Where a label leads: the address in its QR code, on whatever it stands."""
    try:
        text = tags.parse_tag(code).text
    except tags.BadTag as bad:
        return _unknown(request, code[:40], bad.reason)
    if Device.objects.visible_to(request.user).filter(tag=text).exists():
        return redirect("inventory:device-detail", tag=text)
    devices = Device.objects.visible_to(request.user)
    kept = devices.filter(aliases__code_key=text).first()
    if kept is not None:
        return redirect("inventory:device-detail", tag=kept.tag)
    drive = StorageDrive.objects.visible_to(request.user).filter(tag=text).first()
    if drive is not None:
        return redirect("inventory:drive-detail", drive_uuid=drive.uuid)
    place = Place.objects.visible_to(request.user).filter(tag=text).first()
    if place is not None:
        return redirect("inventory:place-detail", place_uuid=place.uuid)
    lead = lead_of(tags.parse_tag(text), request.user)
    if lead is not None:
        return redirect(lead.address)
    return _unknown(request, tags.display(text), None)


def found_device(request: HttpRequest, tag: str) -> Device:
    """The device of this tag, if it is this person's to see; 404 otherwise."""
    devices = Device.objects.visible_to(request.user).for_page()
    return get_object_or_404(devices, tag=tag)


def _absorbed(request: UserRequest, tag: str, *, whole: bool) -> HttpResponse:
    """A record that was merged into another: where it went, and its history."""
    records = Device.objects.visible_to(request.user, absorbed=True)
    device = get_object_or_404(records.select_related("merged_into"), tag=tag)
    history = history_of(device, request.user, whole=whole)
    context = {"device": device, "history": history}
    return render(request, "inventory/device_absorbed.html", context)


def _filter(request: HttpRequest) -> DeviceFilter:
    return DeviceFilter(
        request.GET,
        queryset=Device.objects.visible_to(request.user),
        request=request,
    )


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _unknown(
    request: HttpRequest, code: str, fault: tags.TagFault | None
) -> HttpResponse:
    context = {"code": code, "fault": fault.value if fault else ""}
    return render(request, "inventory/device_unknown.html", context, status=404)
