"""Signed documents about drives: issued once for each proof, cancelled, issued anew."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core import pdf
from backoffice.core.actors import Actor, keep_form, permit
from backoffice.core.documents import issue_document, sign_document
from backoffice.core.models import DocumentKind, Event, Site, User
from backoffice.core.transactions import require_transaction
from inventory.actions.certificate_rules import (
    Shortfall,
    refuse_doubtful_serial,
    refuse_unconfirmed,
    shortfall,
)
from inventory.actions.drive_moves import lock_with_host
from inventory.documents.destruction import destruction_content
from inventory.documents.drawing import VERSION, spec_of
from inventory.documents.drives import drive_line, valid_number
from inventory.documents.issuing import Issue
from inventory.documents.lot import lot_content
from inventory.documents.machine import machine_content
from inventory.documents.proof import erasure_content
from inventory.errors import CertificateCancelled, NothingProven
from inventory.models import (
    CancelReason,
    Certificate,
    Destruction,
    Device,
    DeviceEvent,
    Donation,
    DonationEvent,
    DriveEvent,
    Erasure,
    Lot,
    StorageDrive,
)
from inventory.models.certificate import new_public_id
from inventory.states import DeviceStatus, DriveStatus

# What differs between two issues of the same facts.
OF_THE_ISSUE = frozenset({"check", "replaces", "issued_by"})
ISSUE = "inventory.issue_certificate"


@transaction.atomic(durable=True)
def issue_certificate(*, erasure: Erasure, language: str, by: Actor) -> Certificate:
    """Certify what proves a drive, or report why an attempt does not: once for each.

    The same erasure gets the same document however often it is asked for. Issued
    again after a cancellation, it names the one that it replaces; one whose proof
    fell is cancelled here, and a failure report takes its place.
    """
    device, drive = lock_with_host(erasure.drive)
    erasure = _whole(Erasure.objects).get(pk=erasure.pk)
    user = permit(by, ISSUE, at=erasure.device.site_id)
    valid = Certificate.objects.valid().filter(erasure=erasure).first()
    if valid is not None and not valid.has_fallen:
        keep_form(by)
        return valid
    lack = shortfall(drive, erasure)
    if lack is Shortfall.NONE:
        refuse_doubtful_serial(drive, erasure)
        kind = DocumentKind.ERASURE_CERTIFICATE
    else:
        kind = DocumentKind.FAILURE_REPORT
    if valid is not None:
        _fell(device, drive, valid, user, by=by)
    same = Q(erasure__cycle=erasure.cycle)
    former = valid or _former(kind, drive, same, erasure=erasure)
    _supersede(former, by=user)
    issue = _issue(user, former)
    certificate = _write(
        kind,
        language,
        erasure.device.site,
        ("erasure", erasure.uuid),
        {**erasure_content(erasure, issue), "shortfall": lack.value},
        issue,
        former,
        erasure=erasure,
        drive=drive,
        device=erasure.device,
        lot=erasure.device.lot,
    )
    _log(device, drive, certificate, by=by)
    return certificate


@transaction.atomic(durable=True)
def issue_destruction_record(
    *, destruction: Destruction, language: str, by: Actor
) -> Certificate:
    """Put a confirmed destruction on record (D6), once."""
    device, drive = lock_with_host(destruction.drive)
    destruction = (
        _whole(Destruction.objects).select_related("place").get(pk=destruction.pk)
    )
    user = permit(by, ISSUE, at=destruction.device.site_id)
    if valid := Certificate.objects.valid().filter(destruction=destruction).first():
        keep_form(by)
        return valid
    refuse_unconfirmed(destruction)
    kind = DocumentKind.DESTRUCTION_RECORD
    former = _former(kind, drive, Q(destruction=destruction))
    issue = _issue(user, former)
    certificate = _write(
        kind,
        language,
        destruction.device.site,
        ("destruction", destruction.uuid),
        destruction_content(destruction, issue),
        issue,
        former,
        destruction=destruction,
        drive=drive,
        device=destruction.device,
        lot=destruction.device.lot,
    )
    _log(device, drive, certificate, by=by)
    return certificate


@transaction.atomic(durable=True)
def issue_machine_sheet(*, device: Device, language: str, by: Actor) -> Certificate:
    """Say of one machine what proves each of its drives; a newer sheet replaces it."""
    device = Device.objects.lock(device.pk)
    user = permit(by, ISSUE, at=device.site_id)
    device = (
        Device.objects.for_page().select_related("storage_seen_by").get(pk=device.pk)
    )
    former = _newest(DocumentKind.MACHINE_SHEET, device=device)
    issue = _issue(user, former)
    drives = Q(last_host=device) | Q(erasures__device=device)
    content = machine_content(device, _lines(drives), issue)
    if former is not None and _says_the_same(former, content):
        keep_form(by)
        return former
    _supersede(former, by=user)
    certificate = _write(
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
    DeviceEvent.append(device, "sheet_issued", by=by, data=_facts(certificate))
    return certificate


@transaction.atomic(durable=True)
def issue_lot_summary(*, lot: Lot, language: str, by: Actor) -> Certificate:
    """Tell a lot’s donor what became of every drive; a newer summary replaces it."""
    donation = Donation.objects.lock(lot.donation_id)
    user = permit(by, ISSUE, at=donation.site_id)
    lot = Lot.objects.select_related("donation__donor", "donation__site").get(pk=lot.pk)
    former = _newest(DocumentKind.LOT_SUMMARY, lot=lot)
    issue = _issue(user, former)
    lines = _lines(Q(last_host__lot=lot) | Q(erasures__device__lot=lot))
    machines = lot.devices.exclude(status=DeviceStatus.ANNOUNCED)
    if not machines.exists():
        raise NothingProven(
            _("Nothing has been received in the lot %(lot)s yet.") % {"lot": lot}
        )
    content = lot_content(
        lot,
        lines,
        machines=machines.count(),
        without_drives=machines.exclude(
            tag__in={line["machine"] for line in lines}
        ).count(),
        issue=issue,
    )
    if former is not None and _says_the_same(former, content):
        keep_form(by)
        return former
    _supersede(former, by=user)
    certificate = _write(
        DocumentKind.LOT_SUMMARY,
        language,
        donation.site,
        ("lot", lot.uuid),
        content,
        issue,
        former,
        lot=lot,
    )
    DonationEvent.append(donation, "summary_issued", by=by, data=_facts(certificate))
    return certificate


@transaction.atomic(durable=True)
def cancel_certificate(
    *, certificate: Certificate, reason: CancelReason, by: Actor
) -> Certificate:
    """Say that a certificate counts no more; it stays, and so does its number."""
    journals = _hold(certificate)
    certificate = Certificate.objects.select_related("document").lock(certificate.pk)
    user = permit(by, ISSUE, at=certificate.document.site_id)
    if certificate.cancelled_at is not None:
        raise CertificateCancelled(
            _("%(number)s was cancelled before.") % {"number": certificate},
            number=certificate.document.number,
        )
    _cancel(certificate, reason, by=user)
    data = {"number": certificate.document.number, "reason": reason.value}
    for journal, subject in journals:
        journal.append(subject, "certificate_cancelled", by=by, data=data)
    return certificate


@transaction.atomic(durable=True)
def note_certificates_sent(*, lot: Lot, number: str, by: Actor) -> None:
    """Keep that the donor was sent a lot's certificates, under the summary's number."""
    donation = Donation.objects.lock(lot.donation_id)
    permit(by, ISSUE, at=donation.site_id)
    data = {"lot": lot.code, "number": number}
    DonationEvent.append(donation, "certificates_sent", by=by, data=data)


def _hold(certificate: Certificate) -> list[tuple[type[Event], models.Model]]:
    """Hold what a certificate is about; the journals that its end is written into."""
    if certificate.drive is not None:
        device, drive = lock_with_host(certificate.drive)
        return [(DriveEvent, drive), (DeviceEvent, device)]
    if certificate.device is not None:
        return [(DeviceEvent, Device.objects.lock(certificate.device.pk))]
    return [(DonationEvent, Donation.objects.lock(certificate.lot.donation_id))]


def _write(
    kind: DocumentKind,
    language: str,
    site: Site,
    subject: tuple[str, uuid.UUID],
    content: Mapping[str, Any],
    issue: Issue,
    former: Certificate | None,
    **about: models.Model,
) -> Certificate:
    """Number, freeze, draw, sign and keep one certificate: a step."""
    require_transaction()
    document = issue_document(
        kind=kind,
        language=language,
        template_version=VERSION,
        site=site,
        subject=subject[0],
        subject_uuid=subject[1],
        content=content,
        by=issue.by,
    )
    with translation.override(language):
        reason = str(kind.label)
    sign_document(document, pdf.render(spec_of(document)), reason=reason)
    certificate = Certificate(
        document=document, public_id=issue.public_id, replaces=former, **about
    )
    certificate.save(force_insert=True)
    return certificate


def _issue(user: User, former: Certificate | None) -> Issue:
    number = former.document.number if former else ""
    return Issue(user, new_public_id(), number)


def _former(
    kind: DocumentKind, drive: StorageDrive, same: Q, *, erasure: Erasure | None = None
) -> Certificate | None:
    """What a new one replaces: the last of its kind for this drive and cycle.

    Failed attempts are reported one by one: theirs replaces only its own.
    """
    if kind == DocumentKind.FAILURE_REPORT:
        same &= Q(erasure=erasure)
    found = Certificate.objects.filter(same, drive=drive, document__kind=kind)
    return _unreplaced(found)


def _newest(kind: DocumentKind, **about: models.Model) -> Certificate | None:
    return _unreplaced(Certificate.objects.filter(document__kind=kind, **about))


def _unreplaced(found: models.QuerySet[Certificate]) -> Certificate | None:
    free = found.filter(replaced_by=None).select_related("document")
    return free.order_by("-pk").first()


def _supersede(former: Certificate | None, *, by: User) -> None:
    if former is not None and former.cancelled_at is None:
        _cancel(former, CancelReason.SUPERSEDED, by=by)


def _cancel(certificate: Certificate, reason: CancelReason, *, by: User) -> None:
    certificate.cancelled_at = timezone.now()
    certificate.cancelled_by = by
    certificate.cancel_reason = reason
    certificate.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])


def _fell(
    device: Device,
    drive: StorageDrive,
    certificate: Certificate,
    user: User,
    *,
    by: Actor,
) -> None:
    """Cancel a held certificate whose proof fell, in the journals too: a step."""
    require_transaction()
    _cancel(certificate, CancelReason.PROOF_FELL, by=user)
    number, reason = certificate.document.number, CancelReason.PROOF_FELL.value
    data = {"number": number, "reason": reason}
    DriveEvent.append(drive, "certificate_cancelled", by=by, data=data)
    DeviceEvent.append(device, "certificate_cancelled", by=by, data=data)


def _says_the_same(former: Certificate, content: Mapping[str, Any]) -> bool:
    if former.cancelled_at is not None:
        return False
    said = former.document.content
    return {k: v for k, v in said.items() if k not in OF_THE_ISSUE} == {
        k: v for k, v in content.items() if k not in OF_THE_ISSUE
    }


def _lines(of: Q) -> list[dict[str, Any]]:
    """One line per drive that counts, in the order of machines."""
    drives = (
        StorageDrive.objects.gated()
        .filter(of)
        .exclude(status=DriveStatus.WITHDRAWN)
        .select_related("last_host", "proof__drive")
        .prefetch_related("destructions", "certificates__document")
        .distinct()
        .order_by("last_host__tag", "pk")
    )
    return [drive_line(drive, valid_number(drive)) for drive in drives]


def _whole(rows: Any) -> Any:
    """An erasure or a destruction with everything that its document names."""
    return rows.select_related(
        *("drive", "operator", "approved_by", "device__site"),
        *("device__lot__donation__donor", "device__lot__donation__site"),
    )


def _facts(certificate: Certificate) -> dict[str, object]:
    document = certificate.document
    return {
        "number": document.number,
        "kind": document.kind,
        "sha256": document.sha256,
        "file_sha256": document.file.sha256,
        "replaces": str(certificate.replaces) if certificate.replaces else "",
    }


def _log(
    device: Device, drive: StorageDrive, certificate: Certificate, *, by: Actor
) -> None:
    """Chain what was said, the file that says it and the evidence behind it."""
    erasure = certificate.erasure
    evidence = erasure.evidence_sha256 if erasure else ""
    data = {**_facts(certificate), "evidence": evidence}
    DriveEvent.append(
        drive, "certificate_issued", by=by, data={**data, "device": device.tag}
    )
    DeviceEvent.append(
        device, "certificate_issued", by=by, data={**data, "drive": str(drive.uuid)}
    )
