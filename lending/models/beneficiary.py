from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from backoffice.core.models.event import AppendOnlyQuerySet
from lending.kinds import Channel, ConsentPurpose, Public, Reading, SpokenLanguage
from lending.models.doors import TwoSidedQuerySet
from lending.models.structure import Structure


class BeneficiaryQuerySet(TwoSidedQuerySet["Beneficiary"]):
    """Files of people: the referring structure’s, and the staff in charge’s."""

    PERMISSION = "lending.view_beneficiary"
    SITE = "site"

    def visible_to(self, user: User | AnonymousUser, *, merged: bool = False) -> Self:
        """Without the files that were merged into others, or only those."""
        return super().visible_to(user).filter(merged_into__isnull=not merged)

    def for_list(self) -> Self:
        return self.select_related("structure", "site", "referent").order_by(
            "name_key", "pk"
        )


class Beneficiary(models.Model):
    """Somebody a pack is for: the few facts that serve, and nothing else (§7, G1).

    No birth date, no address, no papers, no health, no income: a column for one
    would be filled one day. `code` is what lists outside the care team show.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # PER-7Q4X2: drawn at random, says nothing of the person.
    code = models.CharField(max_length=16, unique=True, editable=False)
    structure = models.ForeignKey(
        Structure,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("structure"),
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who knows the person"),
    )
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    last_name = models.CharField(_("name or initial"), max_length=60, blank=True)
    # First name and name, in capitals without accents: what duplicates share.
    name_key = models.CharField(max_length=121, blank=True, editable=False)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True
    )
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    channel = models.CharField(
        _("how to reach them"),
        max_length=9,
        choices=Channel,
        default=Channel.STRUCTURE,
    )
    contact = models.CharField(_("telephone or e-mail"), max_length=120, blank=True)
    public = models.CharField(
        _("public"), max_length=22, choices=Public, default=Public.NOT_STATED
    )
    language = models.CharField(
        _("language"),
        max_length=3,
        choices=SpokenLanguage,
        default=SpokenLanguage.FRENCH,
    )
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    reading = models.CharField(
        _("reading"), max_length=10, choices=Reading, default=Reading.NOT_STATED
    )
    # Codes of lending.kinds.Aid.
    aids = models.JSONField(_("what makes it usable"), default=list, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
    )
    merged_at = models.DateTimeField(null=True, blank=True)
    # Retention (G5): when the file loses its person, unless somebody is in touch.
    last_contact_on = models.DateField()
    forget_on = models.DateField()
    anonymised_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = BeneficiaryQuerySet.as_manager()

    # What a person may know of another’s file, and what goes with anonymisation.
    IDENTIFYING: ClassVar[tuple[str, ...]] = (
        "first_name",
        "last_name",
        "name_key",
        "postcode",
        "contact",
    )

    class Meta:
        ordering = ("name_key", "pk")
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [
            ("manage_beneficiary", _("Open and amend people’s files")),
            ("merge_beneficiary", _("Decide that two files are one person")),
        ]
        indexes = [
            models.Index(fields=["name_key", "birth_year"], name="beneficiary_by_name"),
            models.Index(fields=["forget_on"], name="beneficiary_to_forget"),
        ]
        constraints = [
            models.CheckConstraint(
                name="beneficiary_has_a_first_name_or_is_forgotten",
                condition=~Q(first_name="") | Q(anonymised_at__isnull=False),
            ),
            models.CheckConstraint(
                name="beneficiary_birth_year_plausible",
                condition=Q(birth_year=None)
                | Q(birth_year__gte=1900, birth_year__lte=2100),
            ),
            models.CheckConstraint(
                name="beneficiary_merged_says_when",
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.code

    @property
    def short_name(self) -> str:
        """First name and initial, as the care team says it; empty once forgotten."""
        initial = f"{self.last_name[0]}." if self.last_name else ""
        return f"{self.first_name} {initial}".strip()


class BeneficiaryEvent(Event):
    """What happened to a file, by its code: never who it is about."""

    SUBJECT = "beneficiary"
    subject = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["BeneficiaryEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class Notice(models.Model):
    """That a person was told what is kept of them, by whom and how (G13)."""

    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="notices"
    )
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=3, choices=SpokenLanguage)
    given_on = models.DateField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-given_on", "-pk")
        verbose_name = _("information notice")

    def __str__(self) -> str:
        return f"{self.beneficiary.code} v{self.version} {self.given_on}"


class Consent(models.Model):
    """One agreement for one purpose, with the wording it was given to (G14)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(max_length=16, choices=ConsentPurpose)
    wording_version = models.PositiveSmallIntegerField()
    given_on = models.DateField()
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("purpose", "-given_on", "-pk")
        verbose_name = _("consent")
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary", "purpose"],
                condition=Q(withdrawn_on=None),
                name="one_consent_at_a_time_per_purpose",
            ),
            models.CheckConstraint(
                name="consent_purpose_known",
                condition=Q(purpose__in=ConsentPurpose.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary.code} {self.purpose}"


class FileReading(models.Model):
    """That somebody who is not its referent opened a person’s file (G16)."""

    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="readings"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet["FileReading"].as_manager()

    class Meta:
        ordering = ("-read_at", "-pk")
        verbose_name = _("reading of a file")

    def __str__(self) -> str:
        return f"{self.beneficiary.code} {self.read_at:%Y-%m-%d}"
