from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models.certificate import Certificate
from inventory.models.donation import Lot

LONGEST_FAILURE = 300
# Longer than one certificate takes: a worker that was killed is followed after it.
HELD = dt.timedelta(minutes=1)


class RunEnd(models.TextChoices):
    """How issuing the certificates of a lot ended."""

    DONE = "done", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")
    STOPPED = "stopped", _("Stopped by a fault")


class CertificateRunQuerySet(models.QuerySet["CertificateRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_certificate")
        return self if sites is None else self.filter(lot__donation__site__in=sites)

    def open(self) -> Self:
        return self.filter(ended_at=None)

    def free(self, now: dt.datetime) -> Self:
        """Open ones that no worker holds: one that was killed holds for a minute."""
        return self.open().filter(Q(held_since=None) | Q(held_since__lte=now - HELD))

    def lock(self, pk: int) -> CertificateRun:
        return self.select_for_update(of=("self",)).get(pk=pk)


class CertificateRun(models.Model):
    """A lot’s certificates, issued one by one by a job; and how far that is.

    `last_erasure` and `last_destruction` are the keys of those looked at last: taken up
    again, it goes on after them. What has a paper by then is not done again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="certificate_runs"
    )
    language = models.CharField(max_length=2)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    issued = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    last_erasure = models.PositiveBigIntegerField(default=0)
    last_destruction = models.PositiveBigIntegerField(default=0)
    # When the worker that is at it last said so.
    held_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=RunEnd, blank=True)
    failure = models.CharField(max_length=LONGEST_FAILURE, blank=True)

    objects = CertificateRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("certificates of a lot")
        verbose_name_plural = _("certificates of lots")
        constraints = [
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(ended_at=None),
                name="lot_certified_by_one_run",
            ),
            models.CheckConstraint(
                name="certificate_run_ended_whole",
                condition=Q(ended_at=None, end="")
                | Q(ended_at__isnull=False, end__in=RunEnd.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.looked_at} / {self.total}"

    @property
    def looked_at(self) -> int:
        return min(self.issued + self.refused, self.total)


class DonorMailQuerySet(models.QuerySet["DonorMail"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_certificate")
        return self if sites is None else self.filter(lot__donation__site__in=sites)

    def due(self, now: dt.datetime) -> Self:
        """Those to be sent now, the longest waiting first."""
        return self.filter(next_try_at__lte=now).order_by("next_try_at", "pk")

    def lock(self, pk: int) -> DonorMail:
        return self.select_for_update(of=("self",)).get(pk=pk)


class DonorMail(models.Model):
    """A lot’s summary on its way to the donor: tried until a mail server takes it.

    The address is kept only as long as it is needed. Exactly one of `next_try_at`,
    `sent_at` and `given_up_at` is there.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="donor_mails")
    summary = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_index=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=LONGEST_FAILURE, blank=True)

    objects = DonorMailQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("mail to a donor")
        verbose_name_plural = _("mails to donors")
        constraints = [
            models.CheckConstraint(
                name="donor_mail_waits_or_is_over",
                condition=Q(next_try_at__isnull=False, sent_at=None, given_up_at=None)
                & ~Q(address="")
                | Q(
                    next_try_at=None,
                    sent_at__isnull=False,
                    given_up_at=None,
                    address="",
                )
                | Q(
                    next_try_at=None,
                    sent_at=None,
                    given_up_at__isnull=False,
                    address="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.summary}: {self.tries}"
