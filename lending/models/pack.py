from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from inventory import tags
from inventory.models import Device, Place
from lending.models.connection import Modem, SimCard
from lending.models.counted import CountedKind
from lending.models.doors import TwoSidedQuerySet
from lending.models.request import EquipmentRequest
from lending.states import (
    PACK_GONE,
    PACK_OPEN,
    LineNature,
    PackStatus,
    SubstitutionReason,
)


class PackTemplateQuerySet(models.QuerySet["PackTemplate"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Templates are the association’s."""
        return self if user.has_perm("lending.view_pack") else self.none()

    def lock(self, pk: int) -> PackTemplate:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def in_use(self) -> Self:
        return self.filter(is_active=True)


class PackTemplate(models.Model):
    """A recipe of packs; what it says is in its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PackTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("pack template")
        verbose_name_plural = _("pack templates")
        permissions = [("manage_template", _("Write pack templates"))]

    def __str__(self) -> str:
        return self.name


class TemplateEvent(Event):
    """What happened to a pack template: versions published, put out of use."""

    SUBJECT = "pack_template"
    subject = models.ForeignKey(
        PackTemplate, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["TemplateEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(template__in=PackTemplate.objects.visible_to(user))


class TemplateVersion(models.Model):
    """What a template says from one day on; never changed once packs are made from it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template = models.ForeignKey(
        PackTemplate, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ("template", "-number")
        verbose_name = _("version of a template")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"


class TemplateLine(models.Model):
    """One line of a recipe.

    `criteria`: for a machine or a labelled thing {"kinds": [DeviceKind…], "score": int,
    "memory_gib": int, "camera": bool}; for a connection {"modem": bool, "data_mb": int};
    for an environment {"profile": slug}; for a counted thing nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="lines"
    )
    position = models.PositiveSmallIntegerField()
    nature = models.CharField(max_length=11, choices=LineNature)
    label = models.CharField(_("what it is"), max_length=80)
    criteria = models.JSONField(default=dict, blank=True)
    counted_kind = models.ForeignKey(
        CountedKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)
    is_optional = models.BooleanField(_("may be left out"), default=False)

    class Meta:
        ordering = ("version", "position")
        verbose_name = _("line of a template")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="template_line_in_its_place"
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(nature=LineNature.MAIN),
                name="template_has_one_machine_at_most",
            ),
            models.CheckConstraint(
                name="template_line_nature_known",
                condition=Q(nature__in=LineNature.values),
            ),
            models.CheckConstraint(
                name="template_line_counts_something",
                condition=Q(nature=LineNature.COUNTED, counted_kind__isnull=False)
                | (~Q(nature=LineNature.COUNTED) & Q(counted_kind=None, quantity=1)),
            ),
            models.CheckConstraint(
                name="template_line_wants_some", condition=Q(quantity__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PackQuerySet(TwoSidedQuerySet["Pack"]):
    """The staff’s packs; and to a structure, those made for its requests."""

    STRUCTURE = "request__structure"
    SITE = "site"
    PERMISSION = "lending.view_pack"

    def open(self) -> Self:
        return self.filter(status__in=PACK_OPEN)

    def being_made(self) -> Self:
        return self.filter(status=PackStatus.DRAFT)

    def for_list(self) -> Self:
        return self.select_related(
            "version__template", "request__structure", "site", "place"
        ).order_by("-pk")


class Pack(models.Model):
    """One pack: made from a version of a template, for a request or for the shelf."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.CharField(_("tag"), max_length=20, unique=True)
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="packs"
    )
    request = models.ForeignKey(
        EquipmentRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="packs",
        verbose_name=_("request"),
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        _("state"), max_length=18, choices=PackStatus, default=PackStatus.DRAFT
    )
    status_since = models.DateTimeField()
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # When something was first seen to be missing; none while all is there.
    short_since = models.DateTimeField(null=True, blank=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        permissions = [
            ("make_pack", _("Make packs and take them apart")),
            ("allocate_pack", _("Choose the machine for a request")),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="pack_by_status")]
        constraints = [
            models.CheckConstraint(
                name="pack_status_known", condition=Q(status__in=PackStatus.values)
            )
        ]

    def __str__(self) -> str:
        return tags.display(self.tag)

    @property
    def stands_in(self) -> Place | None:
        """Where it is; nowhere of ours once it left, though its last place is kept."""
        return None if self.status in PACK_GONE else self.place


class PackEvent(Event):
    """What happened to a pack: filled, closed, delivered, taken apart."""

    SUBJECT = "pack"
    subject = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["PackEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class PackLine(models.Model):
    """One line of one pack, and the unit that fills it.

    A unit is in one line at a time: the database says so, so that two benches never
    take the same. `released_at` frees it (taken out, come back) and keeps the trace.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="lines")
    wanted = models.ForeignKey(TemplateLine, on_delete=models.PROTECT, related_name="+")
    nature = models.CharField(max_length=11, choices=LineNature)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="packed"
    )
    counted_kind = models.ForeignKey(
        CountedKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quantity = models.PositiveSmallIntegerField(default=0)
    sim = models.ForeignKey(
        SimCard, on_delete=models.PROTECT, null=True, blank=True, related_name="packed"
    )
    modem = models.ForeignKey(
        Modem, on_delete=models.PROTECT, null=True, blank=True, related_name="packed"
    )
    # The slug of the learning environment that the machine must prove.
    environment = models.CharField(max_length=60, blank=True)
    substitution = models.CharField(
        max_length=12, blank=True, choices=SubstitutionReason
    )
    filled_at = models.DateTimeField(null=True, blank=True)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pack", "wanted__position", "pk")
        verbose_name = _("line of a pack")
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "wanted"],
                condition=Q(released_at=None),
                name="pack_line_once",
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(released_at=None, device__isnull=False),
                name="device_in_one_open_pack",
                violation_error_message=_("This machine is in another pack."),
            ),
            models.UniqueConstraint(
                fields=["sim"],
                condition=Q(released_at=None, sim__isnull=False),
                name="sim_in_one_open_pack",
                violation_error_message=_("This card is in another pack."),
            ),
            models.UniqueConstraint(
                fields=["modem"],
                condition=Q(released_at=None, modem__isnull=False),
                name="modem_in_one_open_pack",
                violation_error_message=_("This hotspot is in another pack."),
            ),
            models.CheckConstraint(
                name="pack_line_nature_known",
                condition=Q(nature__in=LineNature.values),
            ),
            models.CheckConstraint(
                name="pack_line_filled_by_somebody",
                condition=Q(filled_at=None, filled_by=None)
                | Q(filled_at__isnull=False, filled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.wanted}"

    @property
    def is_filled(self) -> bool:
        return self.filled_at is not None

    @classmethod
    def machines(cls) -> models.QuerySet[PackLine]:
        """The lines of packs that hold their machine now, with it."""
        main = cls._default_manager.filter(released_at=None, nature=LineNature.MAIN)
        return main.select_related("device")
