from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site
from lending.kinds import MAY_ASK, SENSITIVE, Authorisation, Country, StructureKind
from lending.models.doors import TwoSidedQuerySet

if TYPE_CHECKING:
    from lending.models.programme import Quota


class StructureQuerySet(TwoSidedQuerySet["Structure"]):
    STRUCTURE = ""
    SITE = "site"
    PERMISSION = "lending.view_structure"

    def for_list(self) -> Self:
        """Their members are counted for the rows that are shown, and for no others."""
        members = Membership.objects.filter(structure=OuterRef("pk"), is_active=True)
        of_each = members.order_by().values("structure").annotate(count=Count("pk"))
        count = Coalesce(Subquery(of_each.values("count")), 0)
        listed = self.select_related("site").annotate(member_count=count)
        return listed.order_by("name", "pk")


class Structure(models.Model):
    """A partner that knows the people: asks for packs, hands them on, follows up.

    `uuid` is what stays: registration numbers change with moves and mergers, and an
    informal group has none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=StructureKind)
    country = models.CharField(
        _("country"), max_length=2, choices=Country, default=Country.FRANCE
    )
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    bce = models.CharField(_("BCE number"), max_length=10, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=16, blank=True)
    # Our site that serves it: its staff is in charge.
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("our site")
    )
    authorisation = models.CharField(
        _("authorisation"),
        max_length=12,
        choices=Authorisation,
        default=Authorisation.NOT_SET,
    )
    authorised_at = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("structure")
        verbose_name_plural = _("structures")
        permissions = [
            ("manage_structure", _("Register structures and authorise them")),
            ("use_portal", _("Use the portal of partner structures")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["siret", "kind"],
                condition=~Q(siret=""),
                name="structure_siret_once_per_kind",
                violation_error_message=_(
                    "There is already a structure of this kind with this SIRET."
                ),
            ),
            models.UniqueConstraint(
                fields=["bce", "kind"],
                condition=~Q(bce=""),
                name="structure_bce_once_per_kind",
                violation_error_message=_(
                    "There is already a structure of this kind with this BCE number."
                ),
            ),
            models.CheckConstraint(
                name="structure_siret_is_14_digits",
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
            ),
            models.CheckConstraint(
                name="structure_siren_is_9_digits",
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
            ),
            models.CheckConstraint(
                name="structure_bce_is_10_digits",
                condition=Q(bce="") | Q(bce__regex=r"^[01][0-9]{9}$"),
            ),
            models.CheckConstraint(
                name="structure_kind_known", condition=Q(kind__in=StructureKind.values)
            ),
            models.CheckConstraint(
                name="structure_authorisation_known",
                condition=Q(authorisation__in=Authorisation.values),
            ),
            models.CheckConstraint(
                name="structure_authorised_by_somebody",
                condition=Q(authorisation=Authorisation.NOT_SET)
                | Q(authorised_at__isnull=False, authorised_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sensitive(self) -> bool:
        """Whether to name it says something of the people it helps (INV-P4)."""
        return self.kind in SENSITIVE

    @property
    def may_ask(self) -> bool:
        return self.is_active and self.authorisation in MAY_ASK

    @cached_property
    def open_quotas(self) -> QuerySet[Quota]:
        """In programmes that go on; asked for once, where several forms offer them."""
        quotas = self.quotas.filter(programme__is_open=True)
        return quotas.select_related("programme").order_by("programme__name", "pk")


class StructureEvent(Event):
    """What happened to a structure: registered, authorised, members, quotas."""

    SUBJECT = "structure"
    subject = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["StructureEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class MembershipQuerySet(TwoSidedQuerySet["Membership"]):
    PERMISSION = "lending.view_structure"

    def active(self) -> Self:
        return self.filter(is_active=True)


class Membership(models.Model):
    """One professional in one structure: deactivated when they leave, never deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    structure = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    is_admin = models.BooleanField(_("administers the structure"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("structure", "pk")
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "user"], name="member_once_per_structure"
            ),
            models.CheckConstraint(
                name="membership_left_administers_nothing",
                condition=Q(is_active=True, left_at=None)
                | Q(is_active=False, left_at__isnull=False, is_admin=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.structure}"


class InvitationQuerySet(TwoSidedQuerySet["Invitation"]):
    PERMISSION = "lending.view_structure"

    def pending(self) -> Self:
        return self.filter(accepted_at=None, cancelled_at=None)


class Invitation(models.Model):
    """A professional asked to join a structure; its link is good for 14 days.

    The link is signed with the server’s secret, which is not in the database: who reads
    the database accepts nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    structure = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=80)
    as_admin = models.BooleanField(_("will administer the structure"), default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-invited_at", "-pk")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"],
                condition=Q(accepted_at=None, cancelled_at=None),
                name="invited_once_at_a_time",
                violation_error_message=_("This person has been invited already."),
            ),
            models.CheckConstraint(
                name="invitation_ends_one_way",
                condition=Q(accepted_at=None) | Q(cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.structure}"
