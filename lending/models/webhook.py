from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, User
from lending.trouble import Trouble, answered

MANAGE_WEBHOOK = "lending.manage_webhook"


class Topic(models.TextChoices):
    """What another system may want to hear of; the first part of a message's type."""

    REQUEST = "request", _("Requests")
    PACK = "pack", _("Packs")
    HANDOVER = "handover", _("Hand-overs")
    LOAN = "loan", _("Loans and returns")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """They tell of every site: for those who may everywhere."""
        if not isinstance(user, User) or user.site_ids(MANAGE_WEBHOOK) is not None:
            return self.none()
        return self

    def lock(self, pk: int) -> Webhook:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def listening(self, topic: str) -> list[Webhook]:
        """Those in use that want this topic."""
        return [hook for hook in self.filter(is_active=True) if topic in hook.topics]


class Webhook(models.Model):
    """Another system that is told what happens, at an address of its own.

    The secret that signs what is sent to it is shown once and kept encrypted.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    url = models.URLField(_("address"), max_length=300)
    # Values of `Topic`.
    topics = models.JSONField(_("what it is told"), default=list)
    secret_encrypted = models.BinaryField()
    is_active = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        permissions = [("manage_webhook", _("Tell other systems what happens"))]

    def __str__(self) -> str:
        return self.name


class WebhookEvent(Event):
    """What happened to a webhook: made, changed, stopped."""

    SUBJECT = "webhook"
    subject = models.ForeignKey(
        Webhook, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["WebhookEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(webhook__in=Webhook.objects.visible_to(user))

    def waiting(self) -> Self:
        return self.filter(delivered_at=None, given_up_at=None)

    def due(self, now: dt.datetime) -> Self:
        """What may leave now; one whose sender died is taken again after a while."""
        free = Q(taken_at=None) | Q(taken_at__lte=now - self.model.PATIENCE)
        return (
            self.waiting()
            .filter(free, next_try_at__lte=now)
            .order_by("next_try_at", "pk")
        )

    def lock(self, pk: int) -> Delivery:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Delivery(models.Model):
    """One message to one webhook: the exact text, and how telling it went.

    It is sent until it is taken: the other side may get it twice, and knows it again
    by its uuid.
    """

    # How long a sender may take before another one tries.
    PATIENCE = dt.timedelta(minutes=2)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.PROTECT, related_name="deliveries"
    )
    # request.approved, pack.handed_over…
    kind = models.CharField(_("type"), max_length=60)
    body = models.TextField()
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    # What the other side answered last: a status of HTTP, or why there is none (the
    # code of a trouble, a colon, and what the machine said of it).
    answer_status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(delivered_at=None, given_up_at=None),
                name="delivery_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="delivery_ends_one_way",
                condition=Q(delivered_at=None) | Q(given_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.webhook}"

    @property
    def in_words(self) -> str:
        """Why the last try was in vain, for whoever reads it; nothing where it was not."""
        if self.problem:
            code = self.problem.partition(":")[0]
            known = code in Trouble.values
            return str((Trouble(code) if known else Trouble.NOT_CONNECTED).label)
        if self.answer_status is None or self.delivered_at is not None:
            return ""
        return answered(self.answer_status)

    @property
    def detail(self) -> str:
        """What the machine said, for technicians."""
        code, _colon, said = self.problem.partition(": ")
        return said if code in Trouble.values else self.problem
