from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Site, User
from inventory import codes, tags
from inventory.errors import MergedAway
from inventory.models.device_kind import (
    DeviceKind,
    NoSerialReason,
    Storage,
    VisibleState,
)
from inventory.models.device_search import WordSearchQuerySet
from inventory.models.donation import Lot
from inventory.models.place import Place
from inventory.states import NOT_HERE, SAFE, DataState, DeviceStatus, HoldReason


class DeviceQuerySet(WordSearchQuerySet["Device"]):
    PERMISSION = "inventory.view_device"

    def visible_to(self, user: User | AnonymousUser, *, absorbed: bool = False) -> Self:
        """Without the records that were merged into others, or only those."""
        seen = self._at_sites_of(user)
        return seen.filter(merged_into__isnull=not absorbed)

    def _at_sites_of(self, user: User | AnonymousUser) -> Self:
        sites = user.site_ids(self.PERMISSION) if isinstance(user, User) else ()
        if sites is not None and len(sites) > 1:
            return self.walking("site_id", sites)
        return super().visible_to(user)

    def lock(self, pk: int) -> Device:
        """Hold a device; one that was merged into another takes no act any more."""
        device = super().lock(pk)
        if device.merged_into is not None:
            raise MergedAway(
                gettext("%(device)s is %(kept)s: its record was merged into that one.")
                % {"device": device, "kept": device.merged_into},
                advice=gettext("Go on with %(kept)s.") % {"kept": device.merged_into},
                device=device.merged_into.tag,
            )
        return device

    def walking(self, column: str, values: Collection[object]) -> Self:
        """Those with one of several values, found by walking newest first.

        An index would hand out each value's rows in turn and have all of them
        sorted for the first page: the expression keeps the planner from it.
        """
        plain = Coalesce(F(column), Value(None))
        walked = f"walked_{column.replace('__', '_')}"
        return self.alias(**{walked: plain}).filter(**{f"{walked}__in": values})

    def for_list(self) -> Self:
        """Everything one row of a list shows, in a constant number of queries."""
        return self.select_related("lot__donation__donor", "place", "site").order_by(
            "-pk"
        )

    def for_page(self) -> Self:
        return self.select_related(
            *("lot__donation__donor", "lot__donation__site", "place", "site"),
            *("held_by", "hardware", "health__rules"),
        )

    def at_status_since(self, before: dt.datetime) -> Self:
        """Those that have not moved on since `before`."""
        return self.filter(status_since__lte=before)

    def standing_in(self, place: Place) -> Self:
        """Those that are there now, not those that were there before they left."""
        return self.filter(place=place).exclude(status__in=NOT_HERE)

    def with_serial(self, serial: str) -> Self:
        """Devices that carry this serial, whatever its spacing and case."""
        wanted = codes.serial_key(serial)
        return self.filter(serial_key=wanted) if wanted else self.none()


class Device(models.Model):
    """One thing that was given: a computer, a screen, a telephone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.CharField(_("tag"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=DeviceKind)
    make = models.CharField(_("make"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=64, blank=True)
    no_serial_reason = models.CharField(
        _("why no serial"), max_length=12, blank=True, choices=NoSerialReason
    )
    # As compared: capitals and digits; empty where they identify nothing.
    make_key = models.CharField(max_length=60, blank=True, editable=False)
    serial_key = models.CharField(
        max_length=64, blank=True, db_index=True, editable=False
    )
    # No index of their own: Meta has one that gives the newest first; and a site has
    # too many devices for an index to help, while a planner would take it.
    lot = models.ForeignKey(
        Lot,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="devices",
        verbose_name=_("lot"),
    )
    site = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("site"),
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name=_("place"),
    )
    mass_grams = models.PositiveIntegerField(_("mass (g)"), null=True, blank=True)
    mass_measured = models.BooleanField(_("mass was measured"), default=False)
    visible_state = models.CharField(
        _("visible state"), max_length=8, blank=True, choices=VisibleState
    )
    storage = models.CharField(
        _("drives"), max_length=14, choices=Storage, default=Storage.UNKNOWN
    )
    storage_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    status = models.CharField(
        _("state"), max_length=18, choices=DeviceStatus, default=DeviceStatus.RECEIVED
    )
    status_since = models.DateTimeField(_("in this state since"))
    data_state = models.CharField(
        _("data"), max_length=10, choices=DataState, default=DataState.UNKNOWN
    )
    hold_reason = models.CharField(
        _("hold"), max_length=14, blank=True, choices=HoldReason
    )
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Reference of the donor's signed waiver, for a device given back unerased.
    waiver_reference = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(null=True)
    # The record that this one was found to be a second record of. Few have one: no
    # index, which a planner would take for the many that have none.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        permissions = [
            ("receive_device", _("Receive devices")),
            ("move_device", _("Move devices")),
            ("refurbish_device", _("Refurbish devices")),
            ("check_device", _("Check quality")),
            ("declare_ready", _("Declare devices ready")),
            ("hold_device", _("Hold devices and release them")),
            ("dispose_device", _("Set devices aside, for parts or for recycling")),
            ("export_device", _("Export lists of devices")),
            ("merge_device", _("Decide that two records are one device, or one two")),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="device_by_status"),
            models.Index(fields=["kind", "-id"], name="device_by_kind"),
            models.Index(fields=["data_state", "-id"], name="device_by_data_state"),
            models.Index(fields=["lot", "-id"], name="device_by_lot"),
            models.Index(fields=["place", "-id"], name="device_by_place"),
            # The key as well: two that came at once stand in one order for everybody,
            # and the first few are read without the others being sorted.
            models.Index(
                fields=["status", "status_since", "id"], name="device_standing_still"
            ),
            models.Index(
                fields=["-id"], condition=Q(held_at__isnull=False), name="device_held"
            ),
            models.Index(fields=["make_key", "model"], name="device_by_model"),
            # Free machines are counted and ranked without reading the others.
            models.Index(
                fields=["kind", "site", "id"],
                condition=Q(status=DeviceStatus.READY, merged_into=None),
                name="device_ready_by_kind",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="device_status_known", condition=Q(status__in=DeviceStatus.values)
            ),
            models.CheckConstraint(
                name="device_kind_known", condition=Q(kind__in=DeviceKind.values)
            ),
            models.CheckConstraint(
                name="device_data_state_known",
                condition=Q(data_state__in=DataState.values),
            ),
            # Ready is a promise: nobody's data inside, nothing against leaving.
            models.CheckConstraint(
                name="device_ready_only_when_safe",
                condition=~Q(status=DeviceStatus.READY)
                | Q(data_state__in=SAFE, hold_reason=""),
            ),
            models.CheckConstraint(
                name="device_hold_says_when",
                condition=Q(hold_reason="", held_at=None)
                | (~Q(hold_reason="") & Q(held_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="device_received_has_a_date",
                condition=Q(status__in=[DeviceStatus.ANNOUNCED, DeviceStatus.MISSING])
                | Q(received_at__isnull=False),
            ),
            models.CheckConstraint(
                name="device_diskless_seen_by_somebody",
                condition=~Q(storage=Storage.NONE) | Q(storage_seen_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["make_key", "serial_key"],
                condition=~Q(make_key="") & ~Q(serial_key=""),
                name="device_serial_once_per_make",
                violation_error_message=_(
                    "A device of this make with this serial is already here."
                ),
            ),
        ]

    def __str__(self) -> str:
        return tags.display(self.tag)

    @property
    def display_tag(self) -> str:
        return tags.display(self.tag)

    @property
    def stands_in(self) -> Place | None:
        """Where it is; nowhere of ours once it left, though its last place is kept."""
        return None if self.status in NOT_HERE else self.place

    @property
    def title(self) -> str:
        """Make and model in one line; empty while nobody has said."""
        return " ".join(part for part in (self.make, self.model) if part)

    @property
    def is_held(self) -> bool:
        return bool(self.hold_reason)


class DeviceAlias(models.Model):
    """Another code that leads to a device: a former owner's sticker, a second serial."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="aliases")
    code = models.CharField(max_length=64)
    code_key = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.code
