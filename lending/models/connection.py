from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from inventory import tags
from inventory.models import Place
from lending.models.apn import ApnProfile
from lending.models.doors import StaffQuerySet, holds_anywhere
from lending.numbers import euros
from lending.states import MODEM_STATES, SimStatus


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What operators sell is no secret among those who see cards."""
        return self if holds_anywhere(user, "lending.view_sim") else self.none()

    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def lock(self, pk: int) -> Plan:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Plan(models.Model):
    """What an operator sells: so much data for so long."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operator = models.CharField(_("operator"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    data_mb = models.PositiveIntegerField(_("data (MB)"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("good for (days)"), null=True, blank=True)
    price_cents = models.PositiveIntegerField(_("price (cents)"), default=0)
    # The access point of its cards; None: the operator’s usual one.
    apn = models.ForeignKey(
        ApnProfile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("access point"),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("operator", "name")
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        permissions = [("manage_plan", _("Manage plans and the rules of top-ups"))]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "name"], name="plan_named_once_per_operator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.name}"

    @property
    def price(self) -> str:
        return euros(self.price_cents)

    @property
    def data(self) -> str:
        """How much data, in words; none said is no limit."""
        if self.data_mb is None:
            return gettext("without limit")
        amount = formats.localize(Decimal(f"{self.data_mb / 1024:.4g}"))
        return gettext("%(amount)s GB") % {"amount": amount}


class PlanEvent(Event):
    """What became of a plan, and by whom."""

    SUBJECT = "plan"
    subject = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["PlanEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class PinPolicy(models.TextChoices):
    """Who says a card’s PIN to it."""

    BY_HAND = "by_hand", _("Typed by a person")
    BY_MACHINE = "by_machine", _("Entered by the machine of its pack")


class SimCardQuerySet(StaffQuerySet["SimCard"]):
    PERMISSION = "lending.view_sim"

    def for_list(self) -> Self:
        return self.select_related("site", "place", "plan").order_by("-pk")

    def free(self) -> Self:
        return self.filter(status=SimStatus.IN_STOCK)

    def plan_ending(self, before: dt.date) -> Self:
        """Cards in use whose plan ends before this day, the first to end first."""
        ended = {SimStatus.EXPIRED, SimStatus.TERMINATED}
        soon = self.filter(plan_ends_on__lt=before).exclude(status__in=ended)
        return soon.select_related("site", "plan").order_by("plan_ends_on", "pk")


class SimCard(models.Model):
    """A SIM card: its number is public among staff, its PIN and PUK are not.

    PIN and PUK are encrypted with a key outside the database; every look at them is
    an event.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.CharField(_("tag"), max_length=20, unique=True)
    # Digits only, as printed: 18 to 22 of them, the check digit kept where it is there.
    iccid = models.CharField(_("ICCID"), max_length=22)
    # The first 18 digits: what every way of printing and reading a card shares.
    iccid_key = models.CharField(max_length=18, unique=True, editable=False)
    operator = models.CharField(_("operator"), max_length=40, blank=True)
    # E.164.
    msisdn = models.CharField(_("telephone number"), max_length=16, blank=True)
    imsi = models.CharField(_("IMSI"), max_length=15, blank=True)
    pin_encrypted = models.BinaryField(default=b"", blank=True)
    puk_encrypted = models.BinaryField(default=b"", blank=True)
    pin_policy = models.CharField(
        _("PIN"), max_length=10, choices=PinPolicy, default=PinPolicy.BY_HAND
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="sims"
    )
    plan_starts_on = models.DateField(_("plan from"), null=True, blank=True)
    plan_ends_on = models.DateField(_("plan until"), null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=SimStatus, default=SimStatus.IN_STOCK
    )
    status_since = models.DateTimeField()

    objects = SimCardQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("SIM card")
        verbose_name_plural = _("SIM cards")
        permissions = [
            ("view_sim", _("See SIM cards and hotspots")),
            ("manage_sim", _("Receive SIM cards and follow them")),
            ("view_sim_secret", _("See PIN and PUK codes")),
            ("top_up_sim", _("Top SIM cards up")),
            ("override_top_up", _("Top up beyond the caps, with a reason")),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="sim_by_status"),
            models.Index(fields=["plan_ends_on", "id"], name="sim_by_end_of_plan"),
        ]
        constraints = [
            models.CheckConstraint(
                name="sim_status_known", condition=Q(status__in=SimStatus.values)
            ),
            models.CheckConstraint(
                name="sim_iccid_is_18_to_22_digits",
                condition=Q(iccid__regex=r"^[0-9]{18,22}$"),
            ),
            models.CheckConstraint(
                name="sim_number_is_e164",
                condition=Q(msisdn="") | Q(msisdn__regex=r"^\+[1-9][0-9]{6,14}$"),
            ),
            models.CheckConstraint(
                name="sim_plan_ends_after_it_starts",
                condition=Q(plan_ends_on=None)
                | Q(plan_starts_on=None)
                | Q(plan_ends_on__gte=F("plan_starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return tags.display(self.tag)


class SimEvent(Event):
    """What happened to a SIM card, and every look at its codes."""

    SUBJECT = "sim"
    subject = models.ForeignKey(
        SimCard, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["SimEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class ModemKind(models.TextChoices):
    HOTSPOT = "hotspot", _("Hotspot")
    DONGLE = "dongle", _("Dongle")


class ModemQuerySet(StaffQuerySet["Modem"]):
    PERMISSION = "lending.view_sim"

    def for_list(self) -> Self:
        return self.select_related("site", "sim").order_by("-pk")

    def free(self) -> Self:
        return self.filter(status=SimStatus.IN_STOCK)


class Modem(models.Model):
    """A hotspot or a dongle: what a SIM card goes into."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.CharField(_("tag"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=ModemKind)
    imei = models.CharField(_("IMEI"), max_length=15, unique=True)
    make = models.CharField(_("make"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=60, blank=True)
    network_name = models.CharField(_("network name"), max_length=32, blank=True)
    passphrase_encrypted = models.BinaryField(default=b"", blank=True)
    sim = models.OneToOneField(
        SimCard, on_delete=models.PROTECT, null=True, blank=True, related_name="modem"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("state"), max_length=10, choices=MODEM_STATES, default=SimStatus.IN_STOCK
    )
    status_since = models.DateTimeField()

    objects = ModemQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("hotspot or dongle")
        verbose_name_plural = _("hotspots and dongles")
        constraints = [
            models.CheckConstraint(
                name="modem_imei_is_15_digits", condition=Q(imei__regex=r"^[0-9]{15}$")
            ),
            models.CheckConstraint(
                name="modem_status_known", condition=Q(status__in=SimStatus.values)
            ),
            models.CheckConstraint(
                name="modem_kind_known", condition=Q(kind__in=ModemKind.values)
            ),
        ]

    def __str__(self) -> str:
        return tags.display(self.tag)


class ModemEvent(Event):
    """What happened to a hotspot or a dongle."""

    SUBJECT = "modem"
    subject = models.ForeignKey(Modem, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["ModemEvent"].as_manager()

    class Meta(Event.Meta):
        pass
