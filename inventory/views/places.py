"""Where things stand."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.places import PlaceForm
from inventory.models import Device, Place, StorageDrive
from inventory.views.history import history_of


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    places = Place.objects.visible_to(request.user).for_list()
    page = Slice(places.order_by("site__name", "name", "pk"), request.GET.get("page"))
    return render(request, "inventory/place_list.html", {"page": page})


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def place_detail(request: UserRequest, place_uuid: uuid.UUID) -> HttpResponse:
    places = Place.objects.visible_to(request.user).select_related("site", "parent")
    place = get_object_or_404(places, uuid=place_uuid)
    devices = Device.objects.visible_to(request.user).standing_in(place)
    drives = StorageDrive.objects.visible_to(request.user).filter(custody=place)
    return render(
        request,
        "inventory/place_detail.html",
        {
            "place": place,
            "history": history_of(
                place, request.user, whole=request.GET.get("history") == "all"
            ),
            "devices": Slice(devices.for_list(), 1),
            "drives": Slice(drives.for_list(), 1) if place.for_drives else None,
            "within": Place.objects.visible_to(request.user)
            .open()
            .filter(parent=place)
            .order_by("name", "pk"),
        },
    )


@permission_required("inventory.manage_place", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def place_create(request: UserRequest) -> HttpResponse:
    form = PlaceForm(request.POST or None, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            place = actions.open_place(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            return redirect("inventory:place-detail", place_uuid=place.uuid)
    return render(request, "inventory/place_form.html", {"form": form}, status=status)
