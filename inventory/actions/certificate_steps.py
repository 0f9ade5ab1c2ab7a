"""Steps of every act that issues a signed document about drives, or ends one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone, translation

from backoffice.core import pdf
from backoffice.core.documents import issue_document, sign_document
from backoffice.core.models import DocumentKind, Site, User
from backoffice.core.signing import organisation_seal
from backoffice.core.transactions import require_transaction
from inventory.documents.drawing import VERSION, spec_of
from inventory.documents.issuing import Issue
from inventory.models import (
    CancelReason,
    Certificate,
    CertificateLine,
    StorageDrive,
)
from inventory.models.certificate import new_public_id
from inventory.states import PROVEN

ISSUE = "inventory.issue_certificate"


def write_certificate(
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


def name_proofs(certificate: Certificate, drives: Iterable[StorageDrive]) -> None:
    """Keep what proves each proven drive of a new sheet or summary: a step.

    Fetch `destructions` with the drives.
    """
    require_transaction()
    rows = []
    for drive in drives:
        line = CertificateLine(certificate=certificate, erasure=drive.proof)
        if drive.proof is None:
            ends = [each for each in drive.destructions.all() if each.approved_at]
            line.destruction = ends[-1] if ends else None
        if drive.status in PROVEN and (line.erasure or line.destruction):
            rows.append(line)
    CertificateLine.objects.bulk_create(rows)


def issue_by(user: User, former: Certificate | None) -> Issue:
    """A new issue by a person, at an address that nobody can guess.

    Raises SigningKeyUnusable.
    """
    return Issue(
        by=user,
        public_id=new_public_id(),
        issued_at=timezone.now().isoformat(timespec="seconds"),
        key=organisation_seal().fingerprint,
        replaces=former.document.number if former else "",
    )


def unreplaced(found: models.QuerySet[Certificate]) -> Certificate | None:
    """The newest of those that no other one replaces."""
    free = found.filter(replaced_by=None).select_related("document")
    return free.order_by("-pk").first()


def supersede(former: Certificate | None, *, by: User) -> None:
    """Cancel what is about to be replaced, unless somebody did: a step."""
    if former is not None and former.cancelled_at is None:
        cancel(former, CancelReason.SUPERSEDED, by=by)


def cancel(certificate: Certificate, reason: CancelReason, *, by: User) -> None:
    """Say on a held certificate that it counts no more: a step."""
    require_transaction()
    certificate.cancelled_at = timezone.now()
    certificate.cancelled_by = by
    certificate.cancel_reason = reason
    certificate.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])


def facts_of(certificate: Certificate) -> dict[str, object]:
    """What a journal keeps of an issue."""
    document = certificate.document
    return {
        "number": document.number,
        "kind": document.kind,
        "sha256": document.sha256,
        "file_sha256": document.file.sha256,
        "replaces": str(certificate.replaces) if certificate.replaces else "",
    }
