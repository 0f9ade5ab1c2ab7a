from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from lending.kinds import Situation, Urgency, UrgencyReason
from lending.models.beneficiary import Beneficiary
from lending.models.doors import TwoSidedQuerySet, staff_reach
from lending.models.programme import Programme
from lending.models.structure import Structure
from lending.states import (
    MAY_EXPIRE,
    REQUEST_ENDED,
    UNDECIDED,
    UNDER_WAY,
    EndReason,
    HandOverMode,
    RefusalReason,
    RequestStatus,
)

# Without news for so long, the structure is asked; then it has so long to answer.
QUIET_FOR = dt.timedelta(days=60)
WARNED_FOR = dt.timedelta(days=14)
# In one order always: as the index says it.
_UNDECIDED = tuple(sorted(UNDECIDED))


class RequestQuerySet(TwoSidedQuerySet["EquipmentRequest"]):
    PERMISSION = "lending.view_request"
    SITE = "site"

    def visible_to(self, user: User | AnonymousUser, *, coded: bool = False) -> Self:
        """`coded`: what a committee reads, by code and without names; never a draft."""
        if not coded or not isinstance(user, User):
            return super().visible_to(user)
        reach = staff_reach(user, "lending.view_request_coded", "site")
        return self.filter(reach | self._to_staff(user)).sent()

    def sent(self) -> Self:
        return self.exclude(status=RequestStatus.DRAFT)

    def undecided(self) -> Self:
        return self.filter(status__in=_UNDECIDED)

    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)

    def open(self) -> Self:
        return self.exclude(status__in=REQUEST_ENDED)

    def to_warn(self, now: dt.datetime) -> Self:
        """What nobody has spoken of for long, though it is the structure’s to say."""
        return self.filter(
            status__in=MAY_EXPIRE, last_news_at__lte=now - QUIET_FOR, warned_at=None
        )

    def to_expire(self, now: dt.datetime) -> Self:
        return self.filter(status__in=MAY_EXPIRE, warned_at__lte=now - WARNED_FOR)

    def adjourned_until_now(self, now: dt.datetime) -> Self:
        today = timezone.localtime(now).date()
        return self.filter(
            status=RequestStatus.ADJOURNED, adjourned_until_on__lte=today
        )

    def for_list(self) -> Self:
        return self.select_related(
            "structure", "programme", "beneficiary", "asked_by", "site"
        ).order_by("-pk")

    def in_rank_order(self) -> Self:
        """The waiting list: programme’s priority, urgency, then who asked first."""
        return self.select_related("structure", "programme", "beneficiary").order_by(
            models.F("programme__priority").desc(nulls_last=True),
            "-urgency",
            "submitted_at",
            "pk",
        )


class EquipmentRequest(models.Model):
    """What a structure asks for: for one person, or so many packs for a workshop.

    Answers are saved one page at a time; a draft may lack any of them, a request that
    was sent lacks none: the constraints say which.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # DEM-2026-00042, given when it is sent.
    number = models.CharField(max_length=20, blank=True, editable=False)
    structure = models.ForeignKey(
        Structure,
        on_delete=models.PROTECT,
        related_name="requests",
        verbose_name=_("structure"),
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("programme"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # For one person; or none, and a quantity whose names come later.
    for_one = models.BooleanField(null=True, blank=True)
    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("person"),
    )
    quantity = models.PositiveSmallIntegerField(_("how many packs"), default=1)
    situation = models.CharField(_("why"), max_length=16, blank=True, choices=Situation)
    # Codes of lending.kinds.Goal and lending.kinds.Capability.
    goals = models.JSONField(_("what for"), default=list, blank=True)
    capabilities = models.JSONField(_("what it must do"), default=list, blank=True)
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), choices=Urgency, default=Urgency.NORMAL
    )
    urgency_reason = models.CharField(
        _("why it is urgent"), max_length=12, blank=True, choices=UrgencyReason
    )
    wanted_on = models.DateField(_("wanted for"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=500, blank=True)
    # How it is to leave, as the coordinator decided.
    mode = models.CharField(_("how"), max_length=16, blank=True, choices=HandOverMode)
    status = models.CharField(
        _("state"), max_length=18, choices=RequestStatus, default=RequestStatus.DRAFT
    )
    status_since = models.DateTimeField()
    refusal_reason = models.CharField(max_length=18, blank=True, choices=RefusalReason)
    end_reason = models.CharField(max_length=15, blank=True, choices=EndReason)
    adjourned_until_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # The last word from either side; and when they were told that it would expire.
    last_news_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)
    no_shows = models.PositiveSmallIntegerField(default=0)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        permissions = [
            ("view_request", _("Read requests")),
            ("decide_request", _("Decide requests")),
            ("view_request_coded", _("Read requests by code, without names")),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="request_by_status"),
            models.Index(fields=["structure", "-id"], name="request_by_structure"),
            models.Index(
                fields=["status", "last_news_at"], name="request_without_news"
            ),
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(status__in=_UNDECIDED),
                name="request_undecided",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_status_known",
                condition=Q(status__in=RequestStatus.values),
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="request_number_given_once",
            ),
            models.CheckConstraint(
                name="request_sent_is_numbered_and_dated",
                condition=Q(number="", submitted_at=None)
                | (~Q(number="") & Q(submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="request_sent_says_for_whom",
                condition=Q(submitted_at=None)
                | Q(for_one=True, beneficiary__isnull=False, quantity=1)
                | Q(for_one=False, quantity__gte=1),
            ),
            models.CheckConstraint(
                name="request_quantity_in_reason", condition=Q(quantity__lte=100)
            ),
            models.CheckConstraint(
                name="request_refused_says_why",
                condition=~Q(status=RequestStatus.REFUSED) | ~Q(refusal_reason=""),
            ),
            models.CheckConstraint(
                name="request_ended_says_why",
                condition=~Q(
                    status__in=[
                        RequestStatus.WITHDRAWN,
                        RequestStatus.DISMISSED,
                        RequestStatus.EXPIRED,
                        RequestStatus.NO_SHOW,
                    ]
                )
                | ~Q(end_reason=""),
            ),
            models.CheckConstraint(
                name="request_adjourned_until_a_date",
                condition=~Q(status=RequestStatus.ADJOURNED)
                | Q(adjourned_until_on__isnull=False),
            ),
            models.CheckConstraint(
                name="request_approved_says_how",
                condition=~Q(status__in=UNDER_WAY) | ~Q(mode=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("draft"))


class RequestEvent(Event):
    """What happened to a request: codes and references, never who it is for."""

    SUBJECT = "request"
    subject = models.ForeignKey(
        EquipmentRequest, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["RequestEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class RequestCounter(models.Model):
    """The last request number of a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class RequestMessage(models.Model):
    """One message of a request’s thread, between the structure and the association."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        EquipmentRequest, on_delete=models.PROTECT, related_name="messages"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    from_structure = models.BooleanField()
    text = models.TextField(_("message"), max_length=1000)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("written_at", "pk")
        verbose_name = _("message")

    def __str__(self) -> str:
        return f"{self.request} {self.written_at:%Y-%m-%d}"
