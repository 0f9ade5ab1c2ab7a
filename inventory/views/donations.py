"""Donors, their donations, and the lots in which these came."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.models import Document
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.donations import DonationForm, DonorChoice, DonorForm, LotForm
from inventory.models import Device, Donation, Donor, Lot
from inventory.models.balance import Balance, balance_of
from inventory.views.history import history_of
from inventory.views.reception_start import mistakes_of, searched
from inventory.views.told_donors import outdated_mail

FORM_METHODS = ["GET", "HEAD", "POST"]


@permission_required("inventory.view_donation", raise_exception=True)
@require_safe
def donor_list(request: HttpRequest) -> HttpResponse:
    search = searched(request)
    donors = Donor.objects.visible_to(request.user).for_list()
    if search:
        donors = donors.filter(name__icontains=search)
    page = Slice(donors, request.GET.get("page"))
    return render(
        request, "inventory/donor_list.html", {"page": page, "search": search}
    )


@permission_required("inventory.view_donation", raise_exception=True)
@require_safe
def donor_detail(request: UserRequest, donor_uuid: uuid.UUID) -> HttpResponse:
    donor = get_object_or_404(Donor.objects.visible_to(request.user), uuid=donor_uuid)
    donations = Donation.objects.visible_to(request.user).for_list().filter(donor=donor)
    page = Slice(donations, request.GET.get("page"))
    whole = request.GET.get("history") == "all"
    history = history_of(donor, request.user, whole=whole)
    context = {"donor": donor, "page": page, "history": history}
    return render(request, "inventory/donor_detail.html", context)


@permission_required("inventory.manage_donation", raise_exception=True)
@require_http_methods(FORM_METHODS)
def donor_create(request: UserRequest) -> HttpResponse:
    form = DonorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        donor = actions.register_donor(**form.facts, by=acting(request))
        return redirect("inventory:donor-detail", donor_uuid=donor.uuid)
    return render(
        request,
        "inventory/donor_form.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@permission_required("inventory.view_donation", raise_exception=True)
@require_safe
def donation_list(request: HttpRequest) -> HttpResponse:
    donations = Donation.objects.visible_to(request.user).for_list()
    page = Slice(donations, request.GET.get("page"))
    return render(request, "inventory/donation_list.html", {"page": page})


@permission_required("inventory.view_donation", raise_exception=True)
@require_safe
def donation_detail(request: UserRequest, donation_uuid: uuid.UUID) -> HttpResponse:
    donation = _donation(request, donation_uuid)
    return render(
        request, "inventory/donation_detail.html", _page_of(request, donation)
    )


@permission_required("inventory.manage_donation", raise_exception=True)
@require_http_methods(FORM_METHODS)
def donation_create(request: UserRequest) -> HttpResponse:
    """A donation of a donor already known, with its first lot left for later."""
    data = request.POST or None
    choice = DonorChoice(
        data,
        user=request.user,
        nobody=_("Choose…"),
        initial={"donor": request.GET.get("donor", "")},
    )
    choice.fields["donor"].required = True
    form = DonationForm(data, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        # Both are judged, so that every mistake shows at once.
        if all([choice.is_valid(), form.is_valid()]):
            try:
                donation = actions.record_donation(
                    donor=choice.cleaned_data["donor"], **form.facts, by=acting(request)
                )
            except DomainError as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                return redirect(
                    "inventory:donation-detail", donation_uuid=donation.uuid
                )
    mistakes = mistakes_of(choice, form)
    context = {"choice": choice, "form": form, "mistakes": mistakes}
    return render(request, "inventory/donation_form.html", context, status=status)


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def lot_open(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    """Another lot beside this one, of the same donation."""
    beside = _lot(request, lot_uuid)
    return _open_lot(request, beside.donation, back=("inventory:lot-detail", beside))


@permission_required("inventory.manage_donation", raise_exception=True)
@require_POST
def donation_open_lot(request: UserRequest, donation_uuid: uuid.UUID) -> HttpResponse:
    donation = _donation(request, donation_uuid)
    return _open_lot(request, donation, back=("inventory:donation-detail", donation))


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def lot_detail(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    lot = _lot(request, lot_uuid)
    devices = Device.objects.visible_to(request.user).filter(lot=lot)
    balance = balance_of(devices)
    return render(
        request,
        "inventory/lot_detail.html",
        {
            "lot": lot,
            "balance": balance,
            "listed": _listed(request, lot=lot.code),
            "difference": _difference(lot, balance),
            "devices": Slice(devices.for_list(), request.GET.get("page")),
            "form": LotForm(),
            "outdated": outdated_mail(request, lot),
        },
    )


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def lot_close(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    lot = actions.close_lot(lot=_lot(request, lot_uuid), by=acting(request))
    messages.success(request, _("The lot %(lot)s is closed.") % {"lot": lot})
    return redirect("inventory:lot-detail", lot_uuid=lot.uuid)


def _open_lot(
    request: UserRequest, donation: Donation, *, back: tuple[str, Lot | Donation]
) -> HttpResponse:
    form = LotForm(request.POST)
    if not form.is_valid():
        for mistakes in form.errors.values():
            messages.error(request, " ".join(map(str, mistakes)))
        return redirect(back[0], back[1].uuid)
    lot = actions.open_lot(donation=donation, **form.cleaned_data, by=acting(request))
    messages.success(request, _("The lot %(lot)s is open.") % {"lot": lot})
    return redirect("inventory:lot-detail", lot_uuid=lot.uuid)


def _listed(request: UserRequest, **of: object) -> str:
    """What narrows the list of devices to these; empty for who may not see it."""
    may = request.user.has_perm("inventory.view_device")
    return urlencode({name: str(value) for name, value in of.items()}) if may else ""


def _difference(lot: Lot, balance: Balance) -> str:
    """Announced against received, in words; nothing where they agree."""
    if not lot.announced_count or lot.announced_count == balance.received:
        return ""
    less = lot.announced_count - balance.received
    if less > 0:
        words = ngettext(
            "%(number)d less than announced", "%(number)d less than announced", less
        )
    else:
        words = ngettext(
            "%(number)d more than announced", "%(number)d more than announced", -less
        )
    return words % {"number": abs(less)}


def _page_of(request: UserRequest, donation: Donation) -> dict[str, object]:
    devices = Device.objects.visible_to(request.user).filter(lot__donation=donation)
    return {
        "donation": donation,
        "lots": Lot.objects.visible_to(request.user)
        .for_list()
        .filter(donation=donation),
        "balance": balance_of(devices),
        "listed": _listed(request, donation=donation.uuid),
        "receipts": Document.objects.visible_to(request.user).filter(
            subject="donation", subject_uuid=donation.uuid
        ),
        "form": LotForm(),
    }


def _donation(request: HttpRequest, donation_uuid: uuid.UUID) -> Donation:
    donations = Donation.objects.visible_to(request.user)
    return get_object_or_404(
        donations.select_related("donor", "site"), uuid=donation_uuid
    )


def _lot(request: HttpRequest, lot_uuid: uuid.UUID) -> Lot:
    lots = Lot.objects.visible_to(request.user)
    return get_object_or_404(
        lots.select_related("donation__donor", "donation__site"), uuid=lot_uuid
    )
