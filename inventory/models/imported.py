from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Site, User
from inventory.imports.result import Result, Weakness
from inventory.models.drive import StorageDrive
from inventory.models.erasure import Erasure
from inventory.models.evidence import Evidence


class Doubt(models.TextChoices):
    """Why a person has to say which drive a line is about."""

    SERIAL_MISSING = "serial_missing", _("The report gives no serial number")
    SERIAL_CUT = "serial_cut", _("The tool cut the serial number off")
    SEVERAL = "several", _("Several drives have this serial number")
    SIZE_DIFFERS = "size_differs", _("The drive with this serial has another size")
    MODEL_DIFFERS = "model_differs", _("The drive with this serial is another model")


class ResultImportQuerySet(models.QuerySet["ResultImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.record_erasure")
        return self if sites is None else self.filter(site__in=sites)

    def for_list(self) -> Self:
        return self.select_related("site", "imported_by").order_by("-pk")

    def lock(self, pk: int) -> ResultImport:
        return self.select_for_update(of=("self",)).get(pk=pk)


class ResultImport(models.Model):
    """One report of another tool, taken in for one site; once, however often it comes.

    Until it is applied its lines are only looked at.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="imports"
    )
    file_name = models.CharField(_("file"), max_length=120)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects = ResultImportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("imported report")
        verbose_name_plural = _("imported reports")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "evidence"], name="report_imported_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedResult(models.Model):
    """What a report says of one drive, and what became of it.

    Of a report that was applied: accepted with its erasure, refused with the rule,
    or in doubt until a person says which drive it is. `said` is `Result.facts`.
    """

    report = models.ForeignKey(
        ResultImport, on_delete=models.PROTECT, related_name="results"
    )
    number = models.PositiveIntegerField()
    said = models.JSONField()
    drive = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, null=True, related_name="imported"
    )
    doubt = models.CharField(max_length=16, choices=Doubt, blank=True)
    refused = models.CharField(max_length=24, choices=Weakness, blank=True)
    erasure = models.OneToOneField(
        Erasure, on_delete=models.PROTECT, null=True, related_name="imported"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        ordering = ("number",)
        verbose_name = _("imported result")
        verbose_name_plural = _("imported results")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="imported_result_numbered"
            ),
            models.CheckConstraint(
                name="imported_result_accepted_or_refused",
                condition=Q(erasure=None) | Q(refused="", drive__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.number}"

    @property
    def result(self) -> Result:
        return Result.from_facts(self.said)

    @property
    def is_open(self) -> bool:
        """Whether a person still has to say which drive it is."""
        return bool(self.doubt) and not self.refused and self.erasure_id is None
