"""Donors, donations and lots; the donor's receipt."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.documents import issue_document
from backoffice.core.models import Document, DocumentKind, Site
from inventory.errors import DateImpossible, LotClosed, NothingToReceipt
from inventory.methods import ErasurePolicy, VerificationPolicy
from inventory.models import (
    Device,
    Donation,
    DonationEvent,
    Donor,
    DonorEvent,
    DonorKind,
    Lot,
)
from inventory.models.donation import LotCounter
from inventory.states import DeviceStatus

# Raised when the receipt's layout or wording changes.
RECEIPT_TEMPLATE = 1


@transaction.atomic(durable=True)
def register_donor(
    *,
    kind: DonorKind,
    name: str,
    contact_name: str = "",
    email: str = "",
    phone: str = "",
    address: str = "",
    registration: str = "",
    by: Actor,
) -> Donor:
    """Write down who gives."""
    permit(by, "inventory.manage_donation")
    donor = Donor.objects.create(
        kind=kind,
        name=name,
        contact_name=contact_name,
        email=email,
        phone=phone,
        address=address,
        registration=registration,
    )
    DonorEvent.append(donor, "registered", by=by, data={"kind": kind.value})
    return donor


@transaction.atomic(durable=True)
def record_donation(
    *,
    donor: Donor,
    site: Site,
    received_on: dt.date,
    erasure_policy: ErasurePolicy = ErasurePolicy.STANDARD,
    verification_policy: VerificationPolicy = VerificationPolicy.SAMPLED,
    erasure_by_two: bool = False,
    reference: str = "",
    by: Actor,
) -> Donation:
    """Write down what a donor gives at one time, and how its data must be erased."""
    permit(by, "inventory.manage_donation", at=site.pk)
    if received_on > timezone.localdate():
        raise DateImpossible(_("A donation cannot be received in the future."))
    donation = Donation.objects.create(
        donor=donor,
        site=site,
        received_on=received_on,
        erasure_policy=erasure_policy,
        verification_policy=verification_policy,
        erasure_by_two=erasure_by_two,
        reference=reference,
    )
    DonationEvent.append(
        donation,
        "recorded",
        by=by,
        data={
            "donor": str(donor.uuid),
            "erasure_policy": erasure_policy,
            "verification_policy": verification_policy,
            "erasure_by_two": erasure_by_two,
        },
    )
    return donation


@transaction.atomic(durable=True)
def open_lot(
    *,
    donation: Donation,
    label: str = "",
    announced_count: int | None = None,
    by: Actor,
) -> Lot:
    """Open a batch of a donation, ready to receive devices into."""
    donation = Donation.objects.lock(donation.pk)
    permit(by, "inventory.receive_device", at=donation.site_id)
    year = timezone.localdate().year
    LotCounter.objects.get_or_create(year=year)
    counter = LotCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    lot = Lot.objects.create(
        code=f"L-{year}-{counter.last:03d}",
        donation=donation,
        label=label,
        announced_count=announced_count,
    )
    DonationEvent.append(donation, "lot_opened", by=by, data={"lot": lot.code})
    return lot


@transaction.atomic(durable=True)
def close_lot(*, lot: Lot, by: Actor) -> Lot:
    """Say that everything of this batch has been received."""
    donation = Donation.objects.lock(lot.donation_id)
    permit(by, "inventory.receive_device", at=donation.site_id)
    lot = Lot.objects.lock(lot.pk)
    if lot.closed_at is not None:
        raise LotClosed(_("The lot %(lot)s is closed already.") % {"lot": lot})
    lot.closed_at = timezone.now()
    lot.save(update_fields=["closed_at"])
    DonationEvent.append(
        donation,
        "lot_closed",
        by=by,
        data={"lot": lot.code, "received": received_in(lot)},
    )
    return lot


@transaction.atomic(durable=True)
def issue_donation_receipt(*, donation: Donation, language: str, by: Actor) -> Document:
    """Give the donor a numbered receipt of what was received (D3), not a tax receipt."""
    donation = Donation.objects.lock(donation.pk)
    user = permit(by, "inventory.manage_donation", at=donation.site_id)
    content = receipt_content(donation)
    if not content["quantities"]:
        raise NothingToReceipt(
            _("Nothing has been received of this donation yet."),
            advice=_("Receive at least one device first."),
        )
    document = issue_document(
        kind=DocumentKind.DONATION_RECEIPT,
        language=language,
        template_version=RECEIPT_TEMPLATE,
        site=donation.site,
        subject="donation",
        subject_uuid=donation.uuid,
        content=content,
        by=user,
    )
    DonationEvent.append(
        donation,
        "receipt_issued",
        by=by,
        data={"number": document.number, "sha256": document.sha256},
    )
    return document


def received_in(lot: Lot) -> int:
    """How many devices of a lot really came."""
    return lot.devices.exclude(status=DeviceStatus.ANNOUNCED).count()


def receipt_content(donation: Donation) -> dict[str, object]:
    """What a receipt says, frozen: names and codes, labelled when it is drawn."""
    devices = (
        Device.objects.filter(lot__donation=donation)
        .exclude(status=DeviceStatus.ANNOUNCED)
        .order_by("pk")
    )
    quantities = (
        devices.order_by("kind").values_list("kind").annotate(count=Count("pk"))
    )
    donor = donation.donor
    return {
        "organisation": dict(settings.ORGANISATION),
        "site": donation.site.name,
        "donor": {
            "name": donor.name,
            "kind": donor.kind,
            "contact": donor.contact_name,
            "address": donor.address,
            "registration": donor.registration,
        },
        "received_on": donation.received_on.isoformat(),
        "reference": donation.reference,
        "erasure_policy": donation.erasure_policy,
        "lots": list(donation.lots.order_by("pk").values_list("code", flat=True)),
        "quantities": [[kind, count] for kind, count in quantities],
        "devices": [
            [device.tag, device.kind, device.title, device.serial] for device in devices
        ],
    }
