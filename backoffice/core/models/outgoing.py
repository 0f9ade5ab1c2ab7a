from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models.user import User


class Means(models.TextChoices):
    """How a message reaches somebody."""

    EMAIL = "email", _("E-mail")
    TEXT = "text", _("Text message")


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Messages belong to no site: whoever settles them sees all of them."""
        return self if user.has_perm("core.manage_outgoing") else self.none()

    def waiting(self) -> Self:
        """What nobody has taken to send yet."""
        return self.filter(taken_at=None, dropped_at=None)

    def due(self, now: dt.datetime) -> Self:
        """What may leave now, the longest waiting first."""
        return self.waiting().filter(next_try_at__lte=now).order_by("next_try_at", "pk")

    def in_doubt(self, now: dt.datetime) -> Self:
        """Taken, and the sender never said how it went: a person decides."""
        return self.filter(self._doubtful(now))

    def stuck(self, now: dt.datetime) -> Self:
        """What did not leave at the first try: in doubt, refused so far, or for good."""
        refused = Q(taken_at=None, dropped_at=None, tries__gt=0)
        for_good = Q(dropped_at__isnull=False)
        open_still = Q(settled_at=None) | Q(settled_at__lt=F("dropped_at"))
        return self.filter(self._doubtful(now) | refused | for_good & open_still)

    def _doubtful(self, now: dt.datetime) -> Q:
        long_ago = now - self.model.PATIENCE
        return Q(sent_at=None, dropped_at=None, taken_at__lte=long_ago)


class Outgoing(models.Model):
    """One message to one address: written in its act’s own transaction, sent after.

    `key` says what it is about ("loan:<uuid>:due-3"); the same is never written twice,
    so a job that died and begins anew writes to nobody twice. A sender marks it taken
    before it speaks to the mail server: one that dies in between leaves it in doubt,
    and nothing sends it again by itself.
    """

    # How long a sender may take before it is thought dead.
    PATIENCE = dt.timedelta(minutes=10)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)
    means = models.CharField(max_length=5, choices=Means, default=Means.EMAIL)
    # An address, or a telephone number in E.164.
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=8000)
    # Who asked for it; none where a nightly job did.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    written_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    # Who sent it again, or gave it up, and when.
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # What the mail server said last, where it took nothing.
    problem = models.CharField(max_length=300, blank=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("message to send")
        verbose_name_plural = _("messages to send")
        permissions = [
            ("manage_outgoing", _("See messages that did not leave, and settle them"))
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(taken_at=None, dropped_at=None),
                name="outgoing_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="outgoing_means_known", condition=Q(means__in=Means.values)
            ),
            models.CheckConstraint(
                name="outgoing_sent_was_taken",
                condition=Q(sent_at=None) | Q(taken_at__isnull=False, dropped_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.key
