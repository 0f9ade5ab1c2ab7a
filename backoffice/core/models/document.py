"""Documents given out: numbered, frozen, reproducible."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models.event import AppendOnlyQuerySet
from backoffice.core.models.site import Site
from backoffice.core.models.user import User


class DocumentKind(models.TextChoices):
    """The documents of docs/glossary.md that the product issues."""

    DONATION_RECEIPT = "donation_receipt", _("Donation receipt")
    ERASURE_CERTIFICATE = "erasure_certificate", _("Certificate of erasure")
    FAILURE_REPORT = "failure_report", _("Report of a failed erasure")
    DESTRUCTION_RECORD = "destruction_record", _("Record of destruction")
    MACHINE_SHEET = "machine_sheet", _("Sheet of a machine and its drives")
    LOT_SUMMARY = "lot_summary", _("Summary of a lot")
    HANDOVER_SLIP = "handover_slip", _("Hand-over slip")
    LOAN_AGREEMENT = "loan_agreement", _("Loan agreement")
    GIFT_DEED = "gift_deed", _("Deed of gift")
    SALE_RECEIPT = "sale_receipt", _("Receipt of a sale at a solidarity price")
    RETURN_RECEIPT = "return_receipt", _("Return receipt")
    DELIVERY_NOTE = "delivery_note", _("Delivery note")


# Which series a kind is numbered in, and the permission that shows it.
PREFIX = {
    DocumentKind.DONATION_RECEIPT: "ARD",
    DocumentKind.ERASURE_CERTIFICATE: "AEF",
    DocumentKind.FAILURE_REPORT: "REC",
    DocumentKind.DESTRUCTION_RECORD: "PVD",
    DocumentKind.MACHINE_SHEET: "FMA",
    DocumentKind.LOT_SUMMARY: "RLO",
    DocumentKind.HANDOVER_SLIP: "BRE",
    DocumentKind.LOAN_AGREEMENT: "CPR",
    DocumentKind.GIFT_DEED: "ADO",
    DocumentKind.SALE_RECEIPT: "RCS",
    DocumentKind.RETURN_RECEIPT: "PVR",
    DocumentKind.DELIVERY_NOTE: "BLI",
}
# Those that go with a pack: to a structure, into a person’s hands, and back.
OF_HANDOVERS = frozenset(
    {DocumentKind.HANDOVER_SLIP, DocumentKind.LOAN_AGREEMENT, DocumentKind.GIFT_DEED}
    | {DocumentKind.SALE_RECEIPT, DocumentKind.RETURN_RECEIPT}
    | {DocumentKind.DELIVERY_NOTE}
)
VIEW_PERMISSION = (
    dict.fromkeys(PREFIX, "inventory.view_certificate")
    | {DocumentKind.DONATION_RECEIPT: "inventory.manage_donation"}
    | dict.fromkeys(OF_HANDOVERS, "lending.view_handover")
)


class DocumentSeries(models.Model):
    """The last number of one kind in one year: locked to take the next, no gaps."""

    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year"], name="one_series_per_kind_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class DocumentQuerySet(AppendOnlyQuerySet["Document"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A kind of document is for those who hold its permission, at its site."""
        if not isinstance(user, User):
            return self.none()
        allowed = Q(pk__in=[])
        for kind, permission in VIEW_PERMISSION.items():
            sites = user.site_ids(permission)
            here = Q(kind=kind)
            allowed |= here if sites is None else here & Q(site_id__in=sites)
        return self.filter(allowed)


class Document(models.Model):
    """One document as it was issued: `content` and its template make it again.

    `content` is what was printed (JSON); `sha256` is that of its canonical JSON
    with number, kind, language and template version.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40, choices=DocumentKind)
    number = models.CharField(max_length=24, unique=True)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    template_version = models.PositiveSmallIntegerField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20)
    subject_uuid = models.UUIDField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at", "-pk")
        indexes = [
            models.Index(fields=["subject", "subject_uuid"]),
            models.Index(fields=["sha256"], name="document_by_hash"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "serial"], name="document_number_given_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DocumentFile(models.Model):
    """The signed PDF of a document, to the byte: a signature is not made twice."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="file"
    )
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # SHA-256 of the certificate whose key signed it.
    signed_with = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet["DocumentFile"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="file_by_hash")]

    def __str__(self) -> str:
        return f"{self.document}.pdf"
