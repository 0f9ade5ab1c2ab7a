from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, User
from inventory import codes
from inventory.methods import Medium
from inventory.models.device import Device
from inventory.models.place import Place
from inventory.states import PROVEN, DriveStatus


class Bus(models.TextChoices):
    SATA = "sata", "SATA"
    SAS = "sas", "SAS"
    NVME = "nvme", "NVMe"
    EMMC = "emmc", "eMMC"
    IDE = "ide", "IDE"
    SOLDERED = "soldered", _("Soldered flash")
    VIRTIO = "virtio", "virtio"
    USB = "usb", "USB"
    CARD = "card", _("Memory card")
    UNKNOWN = "unknown", _("Unknown")


# Removable media are listed, and leave with whoever pulls them out: not gated.
UNGATED_BUSES = frozenset({Bus.USB, Bus.CARD})


class DriveQuerySet(models.QuerySet["StorageDrive"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Where the device is, or where the drive lies in custody."""
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_device")
        if sites is None:
            return self
        return self.filter(
            Q(host__site__in=sites)
            | Q(custody__site__in=sites)
            | Q(host=None, custody=None, last_host__site__in=sites)
        )

    def gated(self) -> Self:
        return self.filter(gated=True)

    def unproven(self) -> Self:
        return self.gated().exclude(status__in=PROVEN)

    def with_serial(self, serial: str) -> Self:
        """Drives that carry this serial, those declared by mistake left out."""
        wanted = codes.serial_key(serial)
        if not wanted:
            return self.none()
        return self.filter(serial_key=wanted).exclude(status=DriveStatus.WITHDRAWN)

    def for_list(self) -> Self:
        return self.select_related(
            "host__lot__donation", "host__site", "custody", "last_host", "proof"
        ).order_by("pk")

    def lock(self, pk: int) -> StorageDrive:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def lock_seen(self, device: Device, serials: Iterable[str]) -> list[StorageDrive]:
        """Every drive known in this device or by one of these serials, held likewise."""
        wanted = {codes.serial_key(serial) for serial in serials} - {""}
        seen = Q(host=device) | Q(serial_key__in=wanted)
        held = self.select_related("proof").select_for_update(of=("self",))
        return list(held.filter(seen).order_by("pk"))

    def lock_inside(self, device: Device) -> list[StorageDrive]:
        """Every drive known in this device, held in the order of their keys."""
        return list(
            self.select_for_update(of=("self",)).filter(host=device).order_by("pk")
        )


class StorageDrive(models.Model):
    """One physical drive, in a device or in custody, and never nowhere.

    `cycle` counts the owners it has had in our hands; a proof counts for the
    cycle it was made in, and a new cycle starts without one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.CharField(max_length=20, unique=True, null=True, blank=True)
    host = models.ForeignKey(
        Device,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="drives",
    )
    custody = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="drives",
    )
    # The device it was last in: whose donation's policy still applies.
    last_host = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    make = models.CharField(_("make"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=64, blank=True)
    serial_key = models.CharField(
        max_length=64, blank=True, db_index=True, editable=False
    )
    medium = models.CharField(
        _("medium"), max_length=12, choices=Medium, default=Medium.UNKNOWN
    )
    bus = models.CharField(_("bus"), max_length=8, choices=Bus, default=Bus.UNKNOWN)
    size_bytes = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    gated = models.BooleanField(default=True)
    status = models.CharField(
        _("state"),
        max_length=24,
        choices=DriveStatus,
        default=DriveStatus.AWAITING_ERASURE,
    )
    cycle = models.PositiveIntegerField(default=1)
    proof = models.OneToOneField(
        "inventory.Erasure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    invoice_reference = models.CharField(_("invoice"), max_length=40, blank=True)
    invoice_supplier = models.CharField(_("supplier"), max_length=60, blank=True)
    invoiced_on = models.DateField(_("invoice of"), null=True, blank=True)
    # Who said that what its machine shows without a serial is this proven drive.
    recognised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # From the newest report of the machine it is in: something there uses it.
    in_use = models.BooleanField(default=False)
    # A machine has the order to erase it and has not answered yet.
    ordered_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    objects = DriveQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("drive")
        verbose_name_plural = _("drives")
        # What a machine's drives are worth is read from here alone, by the thousand.
        indexes = [
            models.Index(fields=["host", "medium", "size_bytes"], name="drive_of_host")
        ]
        constraints = [
            models.CheckConstraint(
                name="drive_status_known", condition=Q(status__in=DriveStatus.values)
            ),
            models.CheckConstraint(
                name="drive_in_one_place",
                condition=Q(host__isnull=False, custody=None)
                | Q(host=None, custody__isnull=False)
                | Q(host=None, custody=None, status__in=["destroyed", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="drive_withdrawn_is_nowhere",
                condition=~Q(status=DriveStatus.WITHDRAWN) | Q(host=None, custody=None),
            ),
            models.CheckConstraint(
                name="drive_erased_has_its_proof",
                condition=Q(status=DriveStatus.ERASED, proof__isnull=False)
                | (~Q(status=DriveStatus.ERASED) & Q(proof=None)),
            ),
            models.CheckConstraint(
                name="drive_new_has_an_invoice",
                condition=~Q(status=DriveStatus.INSTALLED_NEW)
                | ~Q(invoice_reference=""),
            ),
            models.CheckConstraint(
                name="drive_cycle_from_one", condition=Q(cycle__gte=1)
            ),
        ]

    def __str__(self) -> str:
        named = " ".join(part for part in (self.make, self.model) if part)
        if not named and self.medium != Medium.UNKNOWN:
            named = self.get_medium_display()
        return f"{named} {self.serial}".strip() or gettext("not identified")

    @property
    def is_proven(self) -> bool:
        return not self.gated or self.status in PROVEN

    @property
    def where(self) -> str:
        return str(self.host or self.custody or "")


class DriveEvent(Event):
    """The journal of one drive."""

    SUBJECT = "drive"
    subject = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["DriveEvent"].as_manager()

    class Meta(Event.Meta):
        pass
