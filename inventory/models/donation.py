from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from inventory.methods import ErasurePolicy, VerificationPolicy
from inventory.models.sites import SiteLimitedQuerySet
from inventory.states import DeviceStatus


class DonorKind(models.TextChoices):
    COMPANY = "company", _("Company")
    PUBLIC_BODY = "public_body", _("Public body")
    ASSOCIATION = "association", _("Association")
    INDIVIDUAL = "individual", _("Individual")


class DonorQuerySet(models.QuerySet["Donor"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Donors belong to the association as a whole, not to a site."""
        return self if user.has_perm("inventory.view_donation") else self.none()

    def for_list(self) -> Self:
        return self.annotate(donation_count=Count("donations")).order_by("name", "pk")


class Donor(models.Model):
    """Who gives: the few fields that a receipt needs."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=DonorKind)
    name = models.CharField(_("name"), max_length=120)
    contact_name = models.CharField(_("contact"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=24, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    registration = models.CharField(
        _("registration number"),
        max_length=20,
        blank=True,
        help_text=_("SIREN, SIRET, RNA or BCE number, where there is one."),
    )

    objects = DonorQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        constraints = [
            models.CheckConstraint(
                name="donor_kind_known", condition=Q(kind__in=DonorKind.values)
            )
        ]

    def __str__(self) -> str:
        return self.name


class DonorEvent(Event):
    """What happened to a donor’s record: codes only, never a name."""

    SUBJECT = "donor"
    subject = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["DonorEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class DonationQuerySet(SiteLimitedQuerySet["Donation"]):
    PERMISSION = "inventory.view_donation"

    def for_list(self) -> Self:
        return (
            self.select_related("donor", "site")
            .annotate(lot_count=Count("lots"))
            .order_by("-received_on", "-pk")
        )


class Donation(models.Model):
    """What one donor gives at one time, and how its data must be erased."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    donor = models.ForeignKey(
        Donor,
        on_delete=models.PROTECT,
        related_name="donations",
        verbose_name=_("donor"),
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("site")
    )
    received_on = models.DateField(_("received on"))
    erasure_policy = models.CharField(
        _("minimum erasure"),
        max_length=10,
        choices=ErasurePolicy,
        default=ErasurePolicy.STANDARD,
    )
    verification_policy = models.CharField(
        _("verification"),
        max_length=8,
        choices=VerificationPolicy,
        default=VerificationPolicy.SAMPLED,
    )
    # Somebody else than who asks for an erasure has to approve it.
    erasure_by_two = models.BooleanField(_("erasure by two"), default=False)
    # The donor's own reference for what they gave away.
    reference = models.CharField(_("donor’s reference"), max_length=40, blank=True)

    objects = DonationQuerySet.as_manager()

    class Meta:
        ordering = ("-received_on", "-pk")
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        permissions = [("manage_donation", _("Manage donors, donations and lots"))]
        constraints = [
            models.CheckConstraint(
                name="donation_policy_known",
                condition=Q(erasure_policy__in=ErasurePolicy.values),
            ),
            models.CheckConstraint(
                name="donation_verification_known",
                condition=Q(verification_policy__in=VerificationPolicy.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.donor}, {self.received_on:%Y-%m-%d}"


class LotQuerySet(SiteLimitedQuerySet["Lot"]):
    SITE = "donation__site"
    PERMISSION = "inventory.view_device"

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def for_list(self) -> Self:
        return (
            self.select_related("donation__donor", "donation__site")
            .annotate(
                device_count=Count(
                    "devices", filter=~Q(devices__status=DeviceStatus.ANNOUNCED)
                )
            )
            .order_by("-pk")
        )


class Lot(models.Model):
    """A batch of a donation, as it came off the van."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("lot"), max_length=20, unique=True)
    donation = models.ForeignKey(
        Donation, on_delete=models.PROTECT, related_name="lots"
    )
    label = models.CharField(_("what it is"), max_length=80, blank=True)
    announced_count = models.PositiveIntegerField(_("announced"), null=True, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("lot")
        verbose_name_plural = _("lots")

    def __str__(self) -> str:
        return self.code


class LotCounter(models.Model):
    """The last lot number of a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class DonationEvent(Event):
    """What happened to a donation: lots opened and closed, receipts issued."""

    SUBJECT = "donation"
    subject = models.ForeignKey(
        Donation, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["DonationEvent"].as_manager()

    class Meta(Event.Meta):
        pass
