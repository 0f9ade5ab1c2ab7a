from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.methods import ErasureClass, Technique, Verification
from inventory.models.device import Device
from inventory.models.drive import StorageDrive
from inventory.models.evidence import Evidence
from inventory.models.place import Place
from inventory.states import DriveStatus


class ErasureResult(models.TextChoices):
    ERASED = "erased", _("Erased")
    ERASED_WITH_EXCEPTIONS = "erased_with_exceptions", _("Erased with exceptions")
    FAILED = "failed", _("Failed")
    ABORTED = "aborted", _("Aborted")
    NOT_ATTEMPTED = "not_attempted", _("Not attempted")
    UNKNOWN = "unknown", _("Unknown")


class ErasureException(models.TextChoices):
    """What was not as it should be, though the erasure ended."""

    REALLOCATED_SECTORS = "reallocated_sectors", _("Sectors reallocated before")
    HIDDEN_AREA_UNKNOWN = "hidden_area_unknown", _("Hidden area not readable")
    HIDDEN_AREA_LEFT = "hidden_area_left", _("Hidden area not removed")
    SERIAL_THROUGH_BRIDGE = "serial_through_bridge", _("Serial read through a bridge")
    SERIAL_MISSING = "serial_missing", _("Drive without a serial")
    WITHOUT_ORDER = "without_order", _("Erased without an order")
    MATCHED_BY_HAND = "matched_by_hand", _("Matched to its drive by a person")
    TYPED_BY_ONE = "typed_by_one", _("Written down by one person, where two are asked")
    BEFORE_CYCLE = (
        "before_cycle",
        _("Over before the drive last came here, by the machine’s clock"),
    )
    BEFORE_ATTEMPT = (
        "before_attempt",
        _("Over before another attempt that did not succeed was recorded"),
    )
    RAID_VOLUME = (
        "raid_volume",
        _("A volume of a RAID controller: what its drives hold is not known"),
    )
    FACTORY_RESET = (
        "factory_reset",
        _("Factory reset: what it erased only the maker knows"),
    )


# Nobody says these: they follow from who brought it, when, and what was done.
FOUND_BY_US = frozenset(
    {
        ErasureException.WITHOUT_ORDER,
        ErasureException.MATCHED_BY_HAND,
        ErasureException.TYPED_BY_ONE,
        ErasureException.BEFORE_CYCLE,
        ErasureException.BEFORE_ATTEMPT,
        ErasureException.RAID_VOLUME,
        ErasureException.FACTORY_RESET,
    }
)
# What a person may say of an erasure that they write down.
TYPED_EXCEPTIONS = [
    (code, label) for code, label in ErasureException.choices if code not in FOUND_BY_US
]


class ErasureSource(models.TextChoices):
    """Who says what was done to a drive."""

    TYPED = "typed", _("Written down by a person")
    AGENT = "agent", _("Reported by the machine")
    IMPORT = "import", _("Taken from another tool’s report")


class ExceptionsRefusal(models.TextChoices):
    """Why a second person does not accept an erasure with exceptions."""

    DATA_MAY_REMAIN = "data_may_remain", _("Data may remain where it was not erased")
    REPORT_UNCLEAR = "report_unclear", _("The tool’s report does not show it clearly")
    ANOTHER_DRIVE = "another_drive", _("The report is about another drive")


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_device")
        return self if sites is None else self.filter(device__site__in=sites)

    def waiting(self) -> Self:
        """Those with exceptions that nobody has approved yet."""
        return self.filter(
            result=ErasureResult.ERASED_WITH_EXCEPTIONS,
            approved_by=None,
            drive__cycle=F("cycle"),
        )

    def for_list(self) -> Self:
        return self.select_related("drive", "device", "operator", "approved_by")

    def lock(self, pk: int) -> Erasure:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Erasure(models.Model):
    """One attempt to erase one drive, in the cycle it was made in.

    Its class follows from medium and technique and is never typed. Only the
    approval is added later, by somebody else. `started_at` and `ended_at` are what
    the machine or the tool says, `evidence_sha256` names its `Evidence`, and
    `details` is what was executed, read out of that: drive, attempts, verification,
    hidden areas, counters, tools. A key that is missing was not recorded.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    drive = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, related_name="erasures"
    )
    cycle = models.PositiveIntegerField()
    # The machine it was in, or had last been in.
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="erasures"
    )
    result = models.CharField(_("result"), max_length=24, choices=ErasureResult)
    source = models.CharField(
        _("source"),
        max_length=6,
        choices=ErasureSource,
        default=ErasureSource.TYPED.value,
    )
    # Empty where what was tried and did not succeed has no name here.
    technique = models.CharField(
        _("method"), max_length=32, choices=Technique, blank=True
    )
    erasure_class = models.CharField(
        _("class"), max_length=8, choices=ErasureClass, blank=True
    )
    tool = models.CharField(_("tool"), max_length=40)
    tool_version = models.CharField(_("version"), max_length=40)
    verification = models.CharField(
        _("verification"), max_length=8, choices=Verification
    )
    bytes_erased = models.PositiveBigIntegerField(_("bytes erased"), null=True)
    size_bytes = models.PositiveBigIntegerField(_("size"), null=True)
    exceptions = models.JSONField(_("exceptions"), default=list)
    erased_on = models.DateField(_("erased on"))
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    details = models.JSONField(default=dict)
    # None where a machine did it at nobody's order.
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    approved_at = models.DateTimeField(null=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        permissions = [
            ("record_erasure", _("Record erasures")),
            ("approve_erasure", _("Approve exceptions and destructions")),
        ]
        constraints = [
            models.CheckConstraint(
                name="erasure_result_known",
                condition=Q(result__in=ErasureResult.values),
            ),
            models.CheckConstraint(
                name="erasure_technique_known",
                condition=Q(technique__in=Technique.values)
                | (
                    Q(technique="")
                    & ~Q(result__in=["erased", "erased_with_exceptions"])
                ),
            ),
            # A person answers for what is typed or taken in; the rest has evidence.
            models.CheckConstraint(
                name="erasure_has_its_source",
                condition=Q(source="typed", operator__isnull=False)
                | Q(source="import", operator__isnull=False) & ~Q(evidence_sha256="")
                | Q(source="agent") & ~Q(evidence_sha256=""),
            ),
            # A success names its class, was verified, and covered the whole medium.
            models.CheckConstraint(
                name="erasure_success_is_complete",
                condition=~Q(result__in=["erased", "erased_with_exceptions"])
                | (
                    ~Q(erasure_class="")
                    & ~Q(verification=Verification.NONE)
                    & (Q(size_bytes=None) | Q(bytes_erased=F("size_bytes")))
                ),
            ),
            models.CheckConstraint(
                name="erasure_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("operator")),
            ),
            models.CheckConstraint(
                name="erasure_approval_has_a_date",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drive}: {self.get_result_display()}"

    @property
    def by_whom(self) -> str:
        return str(self.operator or gettext("the machine, without an order"))

    @property
    def is_last_attempt(self) -> bool:
        """Whether it is the last thing that was done to the drive in its cycle."""
        after = self.drive.erasures.filter(cycle=self.cycle, pk__gt=self.pk)
        return not after.exclude(result=ErasureResult.NOT_ATTEMPTED).exists()

    @property
    def closed_its_cycle(self) -> bool:
        """Whether its drive, in other hands or destroyed since, was proven by it then.

        The drive’s journal says how it stood.
        """
        if not self.is_last_attempt:
            return False
        events = self.drive.events.order_by("sequence")
        opened = events.filter(verb="cycle_opened", data__cycle=self.cycle + 1).first()
        if opened is not None:
            events = events.filter(sequence__lt=opened.sequence)
        proven = events.filter(
            data__erasure=str(self.uuid), data__drive_status=DriveStatus.ERASED
        ).last()
        fell = events.filter(verb="proof_fell")
        return (
            proven is not None
            and not fell.filter(sequence__gt=proven.sequence).exists()
        )

    @property
    def exception_labels(self) -> list[str]:
        known = dict(ErasureException.choices)
        return [str(known.get(code, code)) for code in self.exceptions]


class DestructionMethod(models.TextChoices):
    """Physical destruction; drilling or bending alone is not on the list."""

    SHRED = "shred", _("Shredded")
    CRUSH = "crush", _("Crushed, platters broken")
    DISINTEGRATE = "disintegrate", _("Disintegrated")
    INCINERATE = "incinerate", _("Incinerated")


class DestructionQuerySet(models.QuerySet["Destruction"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_device")
        return self if sites is None else self.filter(device__site__in=sites)

    def waiting(self) -> Self:
        return self.filter(approved_by=None, refused_at=None)

    def for_list(self) -> Self:
        return self.select_related("drive", "device", "operator", "place")

    def lock(self, pk: int) -> Destruction:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Destruction(models.Model):
    """The end of one drive: who destroyed it, how, where, and who else saw it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    drive = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, related_name="destructions"
    )
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="destructions"
    )
    method = models.CharField(_("method"), max_length=14, choices=DestructionMethod)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("place")
    )
    destroyed_on = models.DateField(_("destroyed on"))
    # What was left of it, as somebody photographed it.
    photo = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, related_name="+"
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    objects = DestructionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("destruction")
        verbose_name_plural = _("destructions")
        constraints = [
            models.CheckConstraint(
                name="destruction_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("operator")),
            ),
            models.UniqueConstraint(
                fields=["drive"],
                condition=Q(refused_at=None),
                name="drive_destroyed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drive}: {self.get_method_display()}"

    @property
    def is_contradicted(self) -> bool:
        """Whether a machine has shown the drive since somebody said that it is no more."""
        seen = self.drive.last_seen_at
        return seen is not None and seen > self.recorded_at
