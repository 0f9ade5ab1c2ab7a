from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.methods import ErasureClass, Verification
from inventory.models import Device, Erasure, ErasureResult, StorageDrive
from inventory.states import NO_MORE, DriveStatus, OrderFall, ProofRefusal
from provisioning.models.agent import SILENT
from provisioning.models.job import Job
from provisioning.models.report import Report


class RunState(models.TextChoices):
    """How far an order to erase one drive is."""

    ASKED = "asked", _("Waits for approval")
    APPROVED = "approved", _("Waits for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    RUNNING = "running", _("At work")
    ENDED = "ended", _("Over")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_RUNS = frozenset(RunState) - {RunState.ENDED, RunState.CANCELLED}
# A machine may have its token: nothing before a person approved it.
APPROVED_RUNS = OPEN_RUNS - {RunState.ASKED}

# Somebody has to do something about these.
UNSETTLED = frozenset(
    {DriveStatus.FAILED, DriveStatus.EXCEPTIONS_TO_APPROVE, DriveStatus.CLASS_TOO_LOW}
)
SHOWN_FOR = dt.timedelta(hours=24)
# Nothing is erased any more that somebody destroyed, or that never was.
SETTLED = NO_MORE | {DriveStatus.DESTRUCTION_TO_APPROVE}


class ErasureRunQuerySet(models.QuerySet["ErasureRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_device")
        return self if sites is None else self.filter(device__site__in=sites)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_RUNS)

    def fallen(self) -> Self:
        """Open ones whose drive is not any more what it was: `ErasureRun.fallen` says why."""
        same = Q(
            drive__cycle=F("cycle"), drive__host=F("device"), drive__serial=F("serial")
        )
        return self.open().exclude(same & ~Q(drive__status__in=SETTLED))

    def waiting(self) -> Self:
        """What a person approved, and no machine has been given."""
        approved = [RunState.APPROVED, RunState.CONFIRMED]
        return self.filter(job=None, state__in=approved)

    def for_machine(self) -> Self:
        """What a machine is given with its job: approved, and nothing came of it yet."""
        given = self.filter(state__in=APPROVED_RUNS)
        return given.select_related("drive").order_by("pk")

    def on_board(self) -> Self:
        """The newest of each drive: open, unsettled, or over since yesterday."""
        newer = ErasureRun.objects.filter(
            drive=OuterRef("drive"), pk__gt=OuterRef("pk")
        )
        unsettled = Q(erasure__isnull=False, drive__status__in=UNSETTLED)
        fresh = Q(ended_at__gt=timezone.now() - SHOWN_FOR)
        taken_back = Q(state=RunState.CANCELLED, fall=OrderFall.TAKEN_BACK)
        shown = self.filter(Q(state__in=OPEN_RUNS) | unsettled | fresh)
        return shown.exclude(Exists(newer)).exclude(taken_back)

    def for_board(self) -> Self:
        """Everything that a row of the erasures’ board shows, in one statement."""
        return self.select_related(
            *("drive__proof", "device__place__parent", "job", "erasure"),
            *("asked_by", "approved_by"),
        ).order_by("pk")

    def state_of_board(self) -> dict[str, Any]:
        """What changes as soon as anything on the board does, in one statement."""
        silent = Q(state=RunState.RUNNING, last_news_at__lt=timezone.now() - SILENT)
        return self.order_by().aggregate(
            count=Count("pk"),
            changed_at=Max("changed_at"),
            places=Sum("device__place"),
            silent=Count("pk", filter=silent),
            open=Count("pk", filter=Q(drive__status__in=UNSETTLED)),
        )

    def lock_order(self, order: uuid.UUID) -> list[ErasureRun]:
        """The runs of one order and their drives, held in the order of their keys."""
        held = self.select_for_update(of=("self", "drive")).select_related("drive")
        return list(held.filter(order=order).order_by("pk"))


class ErasureRun(models.Model):
    """One drive to erase, as a person approved it, and what came of that.

    `order` names what was asked of one device at once: one job of its machine. The
    token itself is kept nowhere: provisioning.actions.tokens. `percent` to `celsius`
    are the machine’s words: shown, never proof. The proof is `erasure`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.UUIDField(db_index=True)
    # None while no machine has it: a stick’s order, or a machine not yet started.
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, related_name="runs"
    )
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    drive = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, related_name="runs"
    )
    cycle = models.PositiveIntegerField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    # Who the drive was when it was asked for; another one is not erased.
    make = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    least = models.CharField(max_length=8, choices=ErasureClass)
    verify = models.CharField(max_length=8, choices=Verification)
    # Leave the drive as it is where nothing on it reaches `least`.
    not_below = models.BooleanField(default=False)
    # The machine may be put to sleep, which thaws frozen drives.
    may_sleep = models.BooleanField(default=False)
    # Somebody else than who asked has to approve it.
    by_two = models.BooleanField()
    state = models.CharField(max_length=10, choices=RunState)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    # None with a date where it was confirmed on the machine itself.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    # Since when the machine is to leave this drive, of those that it erases at once.
    stop_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    fall = models.CharField(max_length=12, choices=OrderFall, blank=True)
    result = models.CharField(max_length=24, choices=ErasureResult, blank=True)
    refused = models.CharField(max_length=20, choices=ProofRefusal, blank=True)
    # What a later report claimed beside it, and why that counts for nothing.
    also_refused = models.CharField(max_length=20, choices=ProofRefusal, blank=True)
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="+"
    )
    erasure = models.OneToOneField(
        Erasure, on_delete=models.PROTECT, null=True, related_name="run"
    )
    plan = models.JSONField(default=list)
    step = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=300, blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    bytes_done = models.PositiveBigIntegerField(null=True)
    bytes_per_second = models.PositiveBigIntegerField(null=True)
    seconds_left = models.PositiveIntegerField(null=True)
    celsius = models.SmallIntegerField(null=True)
    last_news_at = models.DateTimeField()
    # Since when the drive has taken no byte.
    stuck_at = models.DateTimeField(null=True)
    # When it last began, passed a quarter of the way, or ended: what is read aloud.
    quarter_at = models.DateTimeField()
    # When anything that the board shows of it last changed.
    changed_at = models.DateTimeField()

    objects = ErasureRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("erasure order")
        verbose_name_plural = _("erasure orders")
        permissions = [("order_erasure", _("Order erasures, and approve orders"))]
        indexes = [models.Index(fields=["state", "changed_at"], name="run_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["drive"],
                condition=Q(state__in=sorted(OPEN_RUNS)),
                name="one_open_run_per_drive",
            ),
            models.CheckConstraint(
                name="run_state_known", condition=Q(state__in=RunState.values)
            ),
            models.CheckConstraint(
                name="run_approved_by_another",
                condition=Q(by_two=False)
                | Q(approved_by=None)
                | ~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="run_approved_before_it_runs",
                condition=Q(state__in=["asked", "cancelled"])
                | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="run_ended_when_it_is_not_open",
                condition=Q(state__in=sorted(OPEN_RUNS), ended_at=None)
                | (~Q(state__in=sorted(OPEN_RUNS)) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="run_cancelled_for_a_reason",
                condition=Q(state="cancelled") & ~Q(fall="")
                | ~Q(state="cancelled") & Q(fall=""),
            ),
            models.CheckConstraint(
                name="run_percent_of_a_hundred",
                condition=Q(percent=None) | Q(percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drive}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_RUNS

    @property
    def fallen(self) -> OrderFall | None:
        """Why an open order does not hold any more, given its drive as it is now."""
        drive = self.drive
        if drive.status in SETTLED:
            return OrderFall.SETTLED
        if drive.cycle != self.cycle:
            return OrderFall.NEW_CYCLE
        if drive.host_id != self.device_id:
            return OrderFall.MOVED
        if drive.serial != self.serial:
            return OrderFall.OTHER_DRIVE
        return None

    @property
    def silent_minutes(self) -> int:
        """For how long a machine at work has said nothing of it; 0 while that is normal."""
        silence = timezone.now() - self.last_news_at
        if self.state != RunState.RUNNING or silence < SILENT:
            return 0
        return int(silence.total_seconds() // 60)


def on_board_of(devices: Collection[int]) -> ErasureRunQuerySet:
    """What the board shows of devices that somebody may see, by their keys."""
    return ErasureRun.objects.on_board().for_board().filter(device__in=devices)
