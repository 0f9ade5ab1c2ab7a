"""What is told of a machine or of a whole lot: newer ones replace older ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit
from backoffice.core.models import DocumentKind
from inventory.actions.certificate_steps import (
    ISSUE,
    facts_of,
    issue_by,
    name_proofs,
    supersede,
    unreplaced,
    write_certificate,
)
from inventory.actions.lot_balance import (
    balance_of,
    drives_of_lot,
    drives_that_count,
    machines_of,
)
from inventory.documents.drives import drive_line, valid_number
from inventory.documents.lot import lot_content
from inventory.documents.machine import machine_content
from inventory.errors import NothingProven
from inventory.models import (
    Certificate,
    Device,
    DeviceEvent,
    Donation,
    DonationEvent,
    Lot,
    StorageDrive,
)

# What differs between two issues of the same facts.
OF_THE_ISSUE = frozenset(
    {"check", "replaces", "issued_by", "issued_by_roles", "issued_at", "key"}
)


@transaction.atomic(durable=True)
def issue_machine_sheet(*, device: Device, language: str, by: Actor) -> Certificate:
    """Say of one machine what proves each of its drives; a newer sheet replaces it."""
    device = Device.objects.lock(device.pk)
    user = permit(by, ISSUE, at=device.site_id)
    device = (
        Device.objects.for_page().select_related("storage_seen_by").get(pk=device.pk)
    )
    former = _newest(DocumentKind.MACHINE_SHEET, device=device)
    issue = issue_by(user, former)
    drives = drives_that_count(
        Q(last_host=device) | Q(erasures__device=device), [device]
    )
    content = machine_content(device, _lines(drives), issue)
    if former is not None and _says_the_same(former, content, language):
        keep_form(by)
        return former
    supersede(former, by=user)
    certificate = write_certificate(
        DocumentKind.MACHINE_SHEET,
        language,
        device.site,
        ("device", device.uuid),
        content,
        issue,
        former,
        device=device,
        lot=device.lot,
    )
    name_proofs(certificate, drives)
    DeviceEvent.append(device, "sheet_issued", by=by, data=facts_of(certificate))
    return certificate


@transaction.atomic(durable=True)
def issue_lot_summary(*, lot: Lot, language: str, by: Actor) -> Certificate:
    """Tell a lot’s donor what became of every drive; a newer summary replaces it."""
    donation = Donation.objects.lock(lot.donation_id)
    user = permit(by, ISSUE, at=donation.site_id)
    lot = Lot.objects.select_related("donation__donor", "donation__site").get(pk=lot.pk)
    former = _newest(DocumentKind.LOT_SUMMARY, lot=lot)
    issue = issue_by(user, former)
    machines = machines_of(lot)
    if not machines:
        raise NothingProven(
            _("Nothing has been received in the lot %(lot)s yet.") % {"lot": lot}
        )
    drives = drives_of_lot(lot, machines)
    content = lot_content(
        lot, _lines(drives), machines=balance_of(machines, drives), issue=issue
    )
    if former is not None and _says_the_same(former, content, language):
        keep_form(by)
        return former
    supersede(former, by=user)
    certificate = write_certificate(
        DocumentKind.LOT_SUMMARY,
        language,
        donation.site,
        ("lot", lot.uuid),
        content,
        issue,
        former,
        lot=lot,
    )
    name_proofs(certificate, drives)
    DonationEvent.append(donation, "summary_issued", by=by, data=facts_of(certificate))
    return certificate


def _newest(kind: DocumentKind, **about: models.Model) -> Certificate | None:
    return unreplaced(Certificate.objects.filter(document__kind=kind, **about))


def _says_the_same(
    former: Certificate, content: Mapping[str, Any], language: str
) -> bool:
    if former.cancelled_at is not None or former.has_fallen:
        return False
    if former.document.language != language:
        return False
    said = former.document.content
    return {k: v for k, v in said.items() if k not in OF_THE_ISSUE} == {
        k: v for k, v in content.items() if k not in OF_THE_ISSUE
    }


def _lines(drives: Sequence[StorageDrive]) -> list[dict[str, Any]]:
    """One line per drive, in the order of machines."""
    return [drive_line(drive, valid_number(drive)) for drive in drives]
