"""Results of other tools in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backoffice.core.models import Site, User
from inventory.actions.imports import candidates, look_ahead
from inventory.imports.reading import MOST_BYTES
from inventory.imports.result import Result, Weakness
from inventory.models import Doubt, ImportedResult, ResultImport, StorageDrive


class LineSerializer(serializers.Serializer[Any]):
    """One drive in a report, and what becomes of it.

    `claim` is what the report says, in bytes and by the tool’s clock. Before the report
    is applied, `drive`, `doubt` and `refused` say what would become of the line.
    `candidates` are the drives that a doubtful line may be about.
    """

    number = serializers.IntegerField()
    claim = serializers.DictField()
    drive = serializers.UUIDField(allow_null=True)
    doubt = serializers.ChoiceField(choices=Doubt.choices, allow_blank=True)
    refused = serializers.ChoiceField(choices=Weakness.choices, allow_blank=True)
    erasure = serializers.UUIDField(allow_null=True)
    candidates = serializers.ListField(child=serializers.UUIDField())


class ReportSerializer(serializers.ModelSerializer[ResultImport]):
    """One report that was taken in; the file is kept under its hash."""

    site = serializers.SlugRelatedField[Site](slug_field="uuid", read_only=True)
    imported_by = serializers.SlugRelatedField[User](slug_field="uuid", read_only=True)
    sha256 = serializers.CharField(source="evidence.sha256", read_only=True)

    class Meta:
        model = ResultImport
        fields = (
            *("uuid", "site", "file_name", "sha256", "imported_by", "imported_at"),
            "applied_at",
        )
        read_only_fields = fields


class WholeReportSerializer(ReportSerializer):
    """A report with its lines."""

    lines = serializers.SerializerMethodField()

    class Meta:
        model = ResultImport
        fields = (*ReportSerializer.Meta.fields, "lines")
        read_only_fields = fields

    def get_lines(self, report: ResultImport) -> list[dict[str, Any]]:
        lines = _applied(report) if report.applied_at else _ahead(report)
        return list(LineSerializer(lines, many=True).data)


def _applied(report: ResultImport) -> list[dict[str, Any]]:
    return [
        _line(
            line.number,
            line.result,
            drive=line.drive,
            doubt=line.doubt if line.is_open else "",
            refused=line.refused,
            erasure=line.erasure.uuid if line.erasure else None,
            candidates=[each.uuid for each in candidates(line)] if line.is_open else [],
        )
        for line in report.results.select_related("drive", "erasure")
    ]


def _ahead(report: ResultImport) -> list[dict[str, Any]]:
    return [
        _line(
            prospect.line.number,
            prospect.match.result,
            drive=prospect.match.drive,
            doubt=prospect.match.doubt or "",
            refused=prospect.match.refused,
            erasure=None,
            candidates=[each.uuid for each in prospect.match.drives],
        )
        for prospect in look_ahead(report)
    ]


def _line(
    number: int, result: Result, *, drive: StorageDrive | None, **said: Any
) -> dict[str, Any]:
    claim, known = result.facts, drive.uuid if drive else None
    return {"number": number, "claim": claim, "drive": known, **said}


class UploadSerializer(serializers.Serializer[Any]):
    """The file as the tool wrote it, and the site whose drives it speaks of."""

    file = serializers.FileField(help_text="At most 5 MB.")
    site = serializers.UUIDField()

    def validate_site(self, site: Any) -> Site:
        user = getattr(self.context.get("request"), "user", None)
        seen = Site.objects.visible_to(user) if isinstance(user, User) else None
        found = seen.filter(uuid=site, is_active=True).first() if seen else None
        if found is None:
            raise serializers.ValidationError(
                _("This site does not exist."), code="does_not_exist"
            )
        return found

    def facts(self) -> dict[str, Any]:
        said = self.validated_data
        name = said["file"].name or ""
        body = said["file"].read(MOST_BYTES + 1)
        return {"body": body, "file_name": name, "site": said["site"]}


class DecisionSerializer(serializers.Serializer[Any]):
    """Which drive a doubtful line is about; null for none of them."""

    line = serializers.IntegerField(min_value=1, max_value=9999)
    drive = serializers.UUIDField(allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        report: ResultImport = self.context["report"]
        line = report.results.filter(number=attrs["line"]).first()
        if line is None:
            raise serializers.ValidationError(
                {"line": _("The report has no such line.")}, code="does_not_exist"
            )
        return {"line": line, "drive": self._drive(line, attrs["drive"])}

    def _drive(self, line: ImportedResult, wanted: Any) -> StorageDrive | None:
        if wanted is None:
            return None
        for drive in candidates(line):
            if drive.uuid == wanted:
                return drive
        raise serializers.ValidationError(
            {"drive": _("The line cannot be about this drive.")}, code="does_not_exist"
        )

    def facts(self) -> dict[str, Any]:
        return dict(self.validated_data)
