"""Before the first device: whose donation, and which lot of it."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.donations import DonationForm, DonorChoice, DonorForm, LotForm
from inventory.models import Donor, Lot
from inventory.models.donation import LotQuerySet

SESSION_KEY = "reception"
# Lots offered without searching: those opened last.
LOTS_SHOWN = 12


@permission_required("inventory.receive_device", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def reception_start(request: UserRequest) -> HttpResponse:
    """Carry on with an open lot, or write down a donation that just came."""
    arrival = Arrival(request)
    status = 200
    if request.method == "POST":
        if not request.user.has_perm("inventory.manage_donation"):
            raise PermissionDenied
        status = 422
        if arrival.is_valid():
            try:
                return _begin(request, arrival.write_down())
            except DomainError as refusal:
                arrival.donation.add_error(None, refusal.message)
                status = refusal.status
    context = {
        "arrival": arrival,
        "search": arrival.search,
        "lots": _open_lots(request, arrival.search),
    }
    return render(request, "inventory/reception_start.html", context, status=status)


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def reception_choose(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    """Receive into this lot from now on."""
    lots = Lot.objects.visible_to(request.user).open()
    return _begin(request, get_object_or_404(lots, uuid=lot_uuid))


class Arrival:
    """A donor, a donation and its first lot on one page: three acts, in this order."""

    def __init__(self, request: UserRequest) -> None:
        data = request.POST if request.method == "POST" else None
        self.by = acting(request)
        self.search = searched(request)
        self.choice = DonorChoice(
            data,
            user=request.user,
            search=self.search,
            initial={"donor": request.GET.get("donor", "")},
        )
        # Come from a donor's page: that donor is who just gave.
        self.is_announced = bool(request.GET.get("donor"))
        self.is_known = bool(data and data.get("donor"))
        # A donor chosen from the list needs no answers about a new one.
        self.donor = DonorForm(
            None if self.is_known else data,
            prefix="donor",
            use_required_attribute=False,
        )
        self.donation = DonationForm(data, user=request.user, prefix="donation")
        self.lot = LotForm(data, prefix="lot")

    def is_valid(self) -> bool:
        asked = [self.choice, self.donation, self.lot]
        if not self.is_known:
            asked.append(self.donor)
        # All are judged, so that every mistake shows at once.
        judged = [form.is_valid() for form in asked]
        return all(judged)

    @property
    def mistakes(self) -> list[forms.BoundField]:
        return mistakes_of(self.choice, self.donor, self.donation, self.lot)

    def write_down(self) -> Lot:
        donor: Donor = self.choice.cleaned_data["donor"] or actions.register_donor(
            **self.donor.facts, by=self.by
        )
        donation = actions.record_donation(
            donor=donor, **self.donation.facts, by=self.by
        )
        return actions.open_lot(donation=donation, **self.lot.cleaned_data, by=self.by)


def mistakes_of(*forms_of_page: forms.Form) -> list[forms.BoundField]:
    """The fields that need another look, in the order of the page."""
    return [field for form in forms_of_page for field in form if field.errors]


def searched(request: HttpRequest) -> str:
    """What is searched for, as one tidy line."""
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:80]


def chosen_lot(request: UserRequest) -> Lot | None:
    """The lot this browser receives into, while it is open and this person's to see."""
    kept = request.session.get(SESSION_KEY, {}).get("lot")
    if not kept:
        return None
    lots = Lot.objects.visible_to(request.user).open()
    return (
        lots.select_related("donation__donor", "donation__site")
        .filter(uuid=kept)
        .first()
    )


def _begin(request: UserRequest, lot: Lot) -> HttpResponse:
    """Start with a fresh page: what the last lot's devices were says nothing here."""
    request.session[SESSION_KEY] = {"lot": str(lot.uuid)}
    return redirect("inventory:device-receive")


def _open_lots(request: UserRequest, search: str) -> LotQuerySet:
    lots = Lot.objects.visible_to(request.user).open().for_list()
    if search:
        named = Q(code__icontains=search) | Q(label__icontains=search)
        if request.user.has_perm("inventory.view_donation"):
            named |= Q(donation__donor__name__icontains=search)
        lots = lots.filter(named)
    return lots[:LOTS_SHOWN]
