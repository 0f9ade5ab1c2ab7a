"""The document about what was done to one drive: issued once for each, cancelled."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit
from backoffice.core.models import DocumentKind, Event, User
from backoffice.core.transactions import require_transaction
from inventory.actions.certificate_rules import (
    Shortfall,
    refuse_doubtful_serial,
    refuse_unconfirmed,
    shortfall,
)
from inventory.actions.certificate_steps import (
    ISSUE,
    cancel,
    facts_of,
    issue_by,
    supersede,
    unreplaced,
    write_certificate,
)
from inventory.actions.drive_moves import lock_with_host
from inventory.documents.destruction import destruction_content
from inventory.documents.proof import erasure_content
from inventory.errors import CertificateCancelled
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
    StorageDrive,
)


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
    supersede(former, by=user)
    issue = issue_by(user, former)
    certificate = write_certificate(
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
    issue = issue_by(user, former)
    certificate = write_certificate(
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
    cancel(certificate, reason, by=user)
    data = {"number": certificate.document.number, "reason": reason.value}
    for journal, subject in journals:
        journal.append(subject, "certificate_cancelled", by=by, data=data)
    return certificate


def _hold(certificate: Certificate) -> list[tuple[type[Event], models.Model]]:
    """Hold what a certificate is about; the journals that its end is written into."""
    if certificate.drive is not None:
        device, drive = lock_with_host(certificate.drive)
        return [(DriveEvent, drive), (DeviceEvent, device)]
    if certificate.device is not None:
        return [(DeviceEvent, Device.objects.lock(certificate.device.pk))]
    return [(DonationEvent, Donation.objects.lock(certificate.lot.donation_id))]


def _former(
    kind: DocumentKind, drive: StorageDrive, same: Q, *, erasure: Erasure | None = None
) -> Certificate | None:
    """What a new one replaces: the last of its kind for this drive and cycle.

    Failed attempts are reported one by one: theirs replaces only its own.
    """
    if kind == DocumentKind.FAILURE_REPORT:
        same &= Q(erasure=erasure)
    found = Certificate.objects.filter(same, drive=drive, document__kind=kind)
    return unreplaced(found)


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
    cancel(certificate, CancelReason.PROOF_FELL, by=user)
    number, reason = certificate.document.number, CancelReason.PROOF_FELL.value
    data = {"number": number, "reason": reason}
    DriveEvent.append(drive, "certificate_cancelled", by=by, data=data)
    DeviceEvent.append(device, "certificate_cancelled", by=by, data=data)


def _whole(rows: Any) -> Any:
    """An erasure or a destruction with everything that its document names."""
    return rows.select_related(
        *("drive__host", "operator", "approved_by", "device__site"),
        *("device__lot__donation__donor", "device__lot__donation__site"),
    )


def _log(
    device: Device, drive: StorageDrive, certificate: Certificate, *, by: Actor
) -> None:
    """Chain what was said, the file that says it and the evidence behind it."""
    erasure = certificate.erasure
    evidence = erasure.evidence_sha256 if erasure else ""
    data = {**facts_of(certificate), "evidence": evidence}
    DriveEvent.append(
        drive, "certificate_issued", by=by, data={**data, "device": device.tag}
    )
    DeviceEvent.append(
        device, "certificate_issued", by=by, data={**data, "drive": str(drive.uuid)}
    )
