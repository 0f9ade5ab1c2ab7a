from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Document, Event, EventQuerySet, Site, User
from backoffice.core.models.event import AppendOnlyQuerySet
from lending.kinds import SpokenLanguage
from lending.models.beneficiary import Beneficiary
from lending.models.doors import TwoSidedQuerySet
from lending.models.pack import Pack
from lending.models.programme import Programme
from lending.models.request import EquipmentRequest
from lending.models.structure import Structure
from lending.states import (
    HANDOVER_OPEN,
    LOAN_OPEN,
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    LoanStatus,
    ReturnReason,
    SignatureKind,
)


class HandOverQuerySet(TwoSidedQuerySet["HandOver"]):
    SITE = "site"
    PERMISSION = "lending.view_handover"

    def open(self) -> Self:
        return self.filter(status__in=HANDOVER_OPEN)

    def for_list(self) -> Self:
        return self.select_related(
            "pack__version__template", "beneficiary", "structure", "site", "request"
        ).order_by("planned_at", "pk")


class HandOver(models.Model):
    """A pack given into a person’s hands: planned, then signed, or called off."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="handovers")
    request = models.ForeignKey(
        EquipmentRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers",
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers",
    )
    structure = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="handovers"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers",
    )
    mode = models.CharField(_("how"), max_length=16, choices=HandOverMode)
    price_cents = models.PositiveIntegerField(_("price (cents)"), default=0)
    planned_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    where = models.CharField(_("where"), max_length=120, blank=True)
    status = models.CharField(
        _("state"),
        max_length=9,
        choices=HandOverStatus,
        default=HandOverStatus.PLANNED,
    )
    status_since = models.DateTimeField()
    # What was checked and explained, kept as evidence with the signature.
    identity_check = models.CharField(max_length=10, blank=True, choices=IdentityCheck)
    guardian_name = models.CharField(_("guardian"), max_length=120, blank=True)
    language = models.CharField(
        max_length=3, choices=SpokenLanguage, default=SpokenLanguage.FRENCH
    )
    # Public ids of the lines of the pack that were seen, and how each looks.
    lines_seen = models.JSONField(default=list, blank=True)
    condition_out = models.JSONField(default=dict, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    # For a loan: until when, as it will be signed; none where it is open-ended.
    due_on = models.DateField(_("to come back on"), null=True, blank=True)
    # The code that the person was sent to sign with: its hash, and how it is used up.
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    signature_kind = models.CharField(max_length=10, blank=True, choices=SignatureKind)
    signed_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    slip = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        permissions = [("hand_over", _("Hand packs over and take them back"))]
        indexes = [
            models.Index(fields=["status", "planned_at"], name="handover_of_the_day"),
            models.Index(fields=["-status_since", "-id"], name="handover_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pack"],
                condition=Q(status__in=HANDOVER_OPEN | {HandOverStatus.SIGNED}),
                name="pack_handed_over_once",
                violation_error_message=_("This pack has a hand-over already."),
            ),
            # INV-A2: one pack per person per programme.
            models.UniqueConstraint(
                fields=["programme", "beneficiary"],
                condition=Q(
                    status=HandOverStatus.SIGNED,
                    programme__isnull=False,
                    beneficiary__isnull=False,
                ),
                name="one_pack_per_person_and_programme",
                violation_error_message=_(
                    "This person has received a pack of this programme already."
                ),
            ),
            # INV-T7: nothing leaves without a signed slip.
            models.CheckConstraint(
                name="handover_signed_has_its_slip",
                condition=~Q(status=HandOverStatus.SIGNED)
                | Q(
                    slip__isnull=False,
                    signed_at__isnull=False,
                    handed_over_by__isnull=False,
                    beneficiary__isnull=False,
                )
                & ~Q(signature_kind="")
                & ~Q(identity_check=""),
            ),
            models.CheckConstraint(
                name="handover_price_only_for_a_sale",
                condition=Q(price_cents=0) | Q(mode=HandOverMode.SOLIDARITY_PRICE),
            ),
            models.CheckConstraint(
                name="handover_status_known",
                condition=Q(status__in=HandOverStatus.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} · {self.get_status_display()}"

    @property
    def told_place(self) -> str:
        """Where, for whoever reads it outside.

        Our site, where the place agreed with a structure would say too much of it.
        """
        agreed = "" if self.structure.is_sensitive else self.where
        return agreed or self.site.name


class HandOverEvent(Event):
    """What happened to a hand-over: planned, signed, refused, nobody came."""

    SUBJECT = "handover"
    subject = models.ForeignKey(
        HandOver, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["HandOverEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class Signature(models.Model):
    """What was signed with: the drawing, the typed name, or the scan of the paper.

    The evidence file: `facts` says who checked what, when, from which device, and the
    SHA-256 of the document as it was shown.
    """

    handover = models.OneToOneField(
        HandOver, on_delete=models.PROTECT, related_name="signature"
    )
    media_type = models.CharField(max_length=40, blank=True)
    image = models.BinaryField(default=b"", blank=True)
    facts = models.JSONField(default=dict)
    signed_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Signature"].as_manager()

    class Meta:
        verbose_name = _("signature")

    def __str__(self) -> str:
        return str(self.handover)


class ReturnPhotoQuerySet(AppendOnlyQuerySet["ReturnPhoto"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For whoever sees the hand-over: the staff, and the structure it was for."""
        return self.filter(handover__in=HandOver.objects.visible_to(user))


class ReturnPhoto(models.Model):
    """A photo of what came back damaged: redrawn, without place, camera or date."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    handover = models.ForeignKey(
        HandOver, on_delete=models.PROTECT, related_name="return_photos"
    )
    jpeg = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReturnPhotoQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        verbose_name = _("photo of a return")
        verbose_name_plural = _("photos of returns")
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "sha256"], name="return_photo_kept_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.handover)


class LoanQuerySet(TwoSidedQuerySet["Loan"]):
    STRUCTURE = "handover__structure"
    SITE = "handover__site"
    PERMISSION = "lending.view_handover"

    def open(self) -> Self:
        return self.filter(status__in=LOAN_OPEN)

    def active(self) -> Self:
        return self.filter(status=LoanStatus.ACTIVE)

    def with_last(self, **verbs: str) -> Self:
        """With when each of these things last happened, by the name to give it."""
        events = LoanEvent.objects.filter(subject=OuterRef("pk")).order_by("-sequence")
        return self.annotate(
            **{
                name: Subquery(events.filter(verb=verb).values("recorded_at")[:1])
                for name, verb in verbs.items()
            }
        )

    def due_soon(self, today: dt.date) -> Self:
        """To come back within a fortnight."""
        until = today + dt.timedelta(days=14)
        return self.active().filter(due_on__gte=today, due_on__lte=until)

    def overdue(self, today: dt.date) -> Self:
        return self.active().filter(due_on__lt=today)

    def open_ended(self) -> Self:
        return self.active().filter(due_on=None)

    def gone(self) -> Self:
        return self.filter(status__in=[LoanStatus.LOST, LoanStatus.STOLEN])

    def to_look_at(self) -> Self:
        return self.filter(status=LoanStatus.RETURNED)

    def for_list(self) -> Self:
        return self.select_related(
            "handover__pack__version__template",
            "handover__beneficiary",
            "handover__structure",
            "handover__site",
        ).order_by(F("due_on").asc(nulls_last=True), "pk")


class Loan(models.Model):
    """A pack lent: until a day, or open-ended where none is set."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    handover = models.OneToOneField(
        HandOver, on_delete=models.PROTECT, related_name="loan"
    )
    starts_on = models.DateField(_("from"))
    due_on = models.DateField(_("until"), null=True, blank=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    max_renewals = models.PositiveSmallIntegerField(_("may be renewed"), default=1)
    deposit_cents = models.PositiveIntegerField(_("deposit (cents)"), default=0)
    status = models.CharField(
        _("state"),
        max_length=17,
        choices=LoanStatus,
        default=LoanStatus.ACTIVE,
    )
    status_since = models.DateTimeField()
    # Reference of the report to the police, for a theft.
    report_reference = models.CharField(max_length=60, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=10, blank=True, choices=ReturnReason)
    # Per line of the pack: {line uuid: Condition}, out and in.
    condition_out = models.JSONField(default=dict, blank=True)
    condition_in = models.JSONField(default=dict, blank=True)
    receipt = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        indexes = [models.Index(fields=["status", "due_on"], name="loan_due")]
        constraints = [
            models.CheckConstraint(
                name="loan_status_known", condition=Q(status__in=LoanStatus.values)
            ),
            models.CheckConstraint(
                name="loan_due_after_it_starts",
                condition=Q(due_on=None) | Q(due_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="loan_renewed_no_more_than_agreed",
                condition=Q(renewals__lte=F("max_renewals")),
            ),
            models.CheckConstraint(
                name="loan_stolen_has_a_report",
                condition=~Q(status=LoanStatus.STOLEN) | ~Q(report_reference=""),
            ),
            models.CheckConstraint(
                name="loan_come_back_says_when_and_why",
                condition=~Q(status__in=[LoanStatus.RETURNED, LoanStatus.CLOSED])
                | Q(returned_at__isnull=False) & ~Q(return_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover.pack}"


class LoanEvent(Event):
    """What happened to a loan: renewed, reminded, lost, come back."""

    SUBJECT = "loan"
    subject = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["LoanEvent"].as_manager()

    class Meta(Event.Meta):
        pass
