"""Issue a document: take its number, freeze its content, hash it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone

from backoffice.core import chain
from backoffice.core.models import (
    Document,
    DocumentFile,
    DocumentKind,
    DocumentSeries,
    Site,
)
from backoffice.core.models.document import PREFIX
from backoffice.core.signing import sign
from backoffice.core.transactions import require_transaction

if TYPE_CHECKING:
    from backoffice.core.models import User


def issue_document(
    *,
    kind: DocumentKind,
    language: str,
    template_version: int,
    site: Site,
    subject: str,
    subject_uuid: uuid.UUID,
    content: Mapping[str, object],
    by: User,
) -> Document:
    """Number and keep one document: the step of every act that issues one.

    Numbers run without gaps per kind and year, because the number is taken in
    the act's own transaction: an act that fails gives it back.
    """
    require_transaction()
    now = timezone.now()
    year = timezone.localtime(now).year
    DocumentSeries.objects.get_or_create(kind=kind, year=year)
    series = DocumentSeries.objects.select_for_update().get(kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    document = Document(
        kind=kind,
        number=f"{PREFIX[kind]}-{year}-{series.last:05d}",
        year=year,
        serial=series.last,
        language=language,
        template_version=template_version,
        site=site,
        subject=subject,
        subject_uuid=subject_uuid,
        content=dict(content),
        issued_at=now,
        issued_by=by,
    )
    document.sha256 = content_hash(document)
    document.save(force_insert=True)
    return document


def sign_document(document: Document, pdf: bytes, *, reason: str) -> DocumentFile:
    """Sign a document as it was just drawn, and keep those bytes: a step.

    Raises SigningKeyUnusable.
    """
    require_transaction()
    signed = sign(pdf, content=content_bytes(document), reason=reason)
    return DocumentFile.objects.create(
        document=document,
        pdf=signed.data,
        sha256=hashlib.sha256(signed.data).hexdigest(),
        signed_with=signed.fingerprint,
    )


def content_hash(document: Document) -> str:
    """SHA-256 of what a document says, whatever drew it."""
    return hashlib.sha256(content_bytes(document)).hexdigest()


def content_bytes(document: Document) -> bytes:
    """What a document says, as its hash covers it and its PDF carries it."""
    return chain.canonical(
        {
            "kind": document.kind,
            "number": document.number,
            "language": document.language,
            "template_version": document.template_version,
            "content": document.content,
        }
    )
