from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Document, DocumentKind, User
from inventory.models.device import Device
from inventory.models.donation import Lot
from inventory.models.drive import StorageDrive
from inventory.models.erasure import Destruction, Erasure
from inventory.states import PROVEN, DriveStatus

DESTROYED = frozenset({DriveStatus.DESTROYED, DriveStatus.DESTRUCTION_TO_APPROVE})


class CancelReason(models.TextChoices):
    """Why a certificate counts no more."""

    NAMED_WRONGLY = "named_wrongly", _("The drive or its machine is named wrongly")
    DONOR_WRONG = "donor_wrong", _("It names another donor or lot")
    PROOF_FELL = "proof_fell", _("The proof behind it does not hold")
    SUPERSEDED = "superseded", _("A newer one says more")


def new_public_id() -> str:
    """128 random bits, in hexadecimal: nobody finds one by trying."""
    return secrets.token_hex(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_certificate")
        return self if sites is None else self.filter(document__site__in=sites)

    def valid(self) -> Self:
        return self.filter(cancelled_at=None)

    def standing(self) -> Self:
        """Valid ones whose proof still stands: what is given out."""
        return self.valid().exclude(pk__in=self._fallen())

    def fallen(self) -> Self:
        """Those that nobody cancelled, though their proof stands no more."""
        return self.valid().filter(pk__in=self._fallen())

    def _fallen(self) -> list[int]:
        """The journal is asked only for what is not its drive’s proof."""
        papers = self.valid().select_related(None).order_by()
        certified = papers.filter(document__kind=DocumentKind.ERASURE_CERTIFICATE)
        of_many = CertificateLine.objects.filter(certificate__in=papers.values("pk"))
        lines = of_many.doubtful()
        of_one, of_line = certified.values("erasure"), lines.values("erasure")
        doubtful = Erasure.objects.filter(Q(pk__in=of_one) | Q(pk__in=of_line)).exclude(
            drive__proof=F("pk")
        )
        fell = [
            erasure.pk
            for erasure in doubtful.select_related("drive")
            if proof_fell(erasure)
        ]
        shown = F("destruction__recorded_at")
        seen = Q(destruction__drive__last_seen_at__gt=shown)
        found = [
            *certified.filter(erasure__in=fell).values_list("pk", flat=True),
            *papers.filter(seen).values_list("pk", flat=True),
            *lines.filter(seen | Q(erasure__in=fell)).values_list(
                "certificate", flat=True
            ),
        ]
        return sorted(set(found))

    def for_list(self) -> Self:
        """Everything one row of a list shows, but neither the content nor the file."""
        return (
            self.prefetch_related(
                models.Prefetch(
                    "lines",
                    CertificateLine.objects.doubtful(),
                    to_attr="doubtful_lines",
                )
            )
            .select_related(
                *("document", "drive", "device", "lot__donation__donor"),
                *("replaces", "erasure__drive", "destruction__drive"),
            )
            .defer("document__content", "replaces__document")
            .order_by("-pk")
        )

    def lock(self, pk: int) -> Certificate:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Certificate(models.Model):
    """A signed document about drives, and whether it still counts.

    It is about one erasure, one destruction, or else about the machine or the lot.
    What it says is the document's; only that it was cancelled is added later.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="certificate"
    )
    # Its address for anybody who holds the paper.
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    erasure = models.ForeignKey(
        Erasure, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    destruction = models.ForeignKey(
        Destruction, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    drive = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="certificates")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    cancel_reason = models.CharField(
        _("reason"), max_length=16, choices=CancelReason, blank=True
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        permissions = [("issue_certificate", _("Issue certificates and cancel them"))]
        constraints = [
            models.UniqueConstraint(
                fields=["erasure"],
                condition=Q(cancelled_at=None),
                name="erasure_certified_once",
            ),
            models.UniqueConstraint(
                fields=["destruction"],
                condition=Q(cancelled_at=None),
                name="destruction_certified_once",
            ),
            models.CheckConstraint(
                name="certificate_of_one_proof",
                condition=Q(erasure=None) | Q(destruction=None),
            ),
            models.CheckConstraint(
                name="certificate_cancelled_whole",
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | Q(
                    cancelled_at__isnull=False,
                    cancelled_by__isnull=False,
                    cancel_reason__in=CancelReason.values,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.document.number

    @property
    def has_fallen(self) -> bool:
        """Whether what it certifies does not prove its drive any more, cancelled or not.

        A proof that held until the drive was destroyed, or in other hands, stays one.
        A destruction falls where a machine has shown the drive since, and what is told
        of many drives falls with the first of their proofs.
        """
        if self.destruction is not None:
            return self.destruction.is_contradicted
        if self.erasure is None:
            return self.fallen_lines > 0
        if self.document.kind != DocumentKind.ERASURE_CERTIFICATE:
            return False
        return proof_fell(self.erasure)

    @cached_property
    def doubtful_lines(self) -> list[CertificateLine]:
        return list(self.lines.doubtful())

    @property
    def fallen_lines(self) -> int:
        """Of how many drives what a sheet or a summary names proves them no more."""
        return sum(line.has_fallen for line in self.doubtful_lines)


class CertificateLineQuerySet(models.QuerySet["CertificateLine"]):
    def doubtful(self) -> Self:
        """Those that may have fallen: no proven drive in their cycle, or shown since.

        One that a better proof replaced has not: its drive is proven still.
        """
        seen = Q(destruction__drive__last_seen_at__gt=F("destruction__recorded_at"))
        proven = Q(
            erasure__cycle=F("erasure__drive__cycle"),
            erasure__drive__status__in=PROVEN,
        )
        found = self.filter(seen | Q(erasure__isnull=False) & ~proven)
        return found.select_related("erasure__drive", "destruction__drive")


class CertificateLine(models.Model):
    """What a sheet or a summary names as the proof, or the end, of one of its drives."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="lines"
    )
    erasure = models.ForeignKey(
        Erasure, on_delete=models.PROTECT, null=True, related_name="+"
    )
    destruction = models.ForeignKey(
        Destruction, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CertificateLineQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="certificate_line_of_one_proof",
                condition=Q(erasure=None, destruction__isnull=False)
                | Q(erasure__isnull=False, destruction=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.erasure or self.destruction}"

    @property
    def has_fallen(self) -> bool:
        if self.destruction is not None:
            return self.destruction.is_contradicted
        return self.erasure is not None and proof_fell(self.erasure)


def proof_fell(erasure: Erasure) -> bool:
    """Whether an erasure that proved its drive does not any more; fetch the drive."""
    drive = erasure.drive
    if drive.cycle == erasure.cycle and drive.status not in DESTROYED:
        return drive.proof_id != erasure.pk
    return not erasure.closed_its_cycle
