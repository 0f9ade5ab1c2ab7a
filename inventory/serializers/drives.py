"""Drives and erasures in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inventory.actions import Claim, DeclaredDrive
from inventory.methods import Medium, Technique, Verification
from inventory.models import (
    Bus,
    Device,
    Erasure,
    ErasureException,
    ErasureResult,
    Place,
    StorageDrive,
)
from inventory.models.erasure import TYPED_EXCEPTIONS, ExceptionsRefusal
from inventory.serializers.fields import PlaceField
from inventory.states import WithdrawalReason

MOST_BYTES = 2**63 - 1


class DriveSerializer(serializers.ModelSerializer[StorageDrive]):
    """One drive: in a device (`host`, a tag) or in custody (a place's tag)."""

    host = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    last_host = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    custody = serializers.SlugRelatedField[Place](slug_field="tag", read_only=True)
    is_proven = serializers.BooleanField(read_only=True)

    class Meta:
        model = StorageDrive
        fields = (
            *("uuid", "tag", "host", "custody", "last_host", "make", "model", "serial"),
            *("medium", "bus", "size_bytes", "gated", "status", "is_proven", "cycle"),
            *("in_use", "last_seen_at"),
            *("invoice_reference", "invoice_supplier", "invoiced_on"),
        )
        read_only_fields = fields


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """One attempt; people are named by the UUID of their account."""

    drive = serializers.SlugRelatedField[StorageDrive](
        slug_field="uuid", read_only=True
    )
    device = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    operator = serializers.SlugRelatedField[Any](
        slug_field="uuid", read_only=True, allow_null=True
    )
    approved_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    exceptions = serializers.ListField(
        child=serializers.ChoiceField(choices=ErasureException.choices), read_only=True
    )

    class Meta:
        model = Erasure
        fields = (
            *("uuid", "drive", "device", "cycle", "result", "technique"),
            *("erasure_class", "tool", "tool_version", "verification"),
            *("bytes_erased", "size_bytes", "exceptions", "erased_on"),
            *("source", "started_at", "ended_at", "evidence_sha256"),
            *("operator", "recorded_at", "approved_by", "approved_at"),
        )
        read_only_fields = fields


class DeclaredDriveSerializer(serializers.Serializer[Any]):
    """A drive as a person found it. With an invoice, in full, it was bought new."""

    medium = serializers.ChoiceField(choices=Medium.choices, default=Medium.UNKNOWN)
    bus = serializers.ChoiceField(choices=Bus.choices, default=Bus.UNKNOWN)
    make = serializers.CharField(max_length=60, allow_blank=True, default="")
    model = serializers.CharField(max_length=80, allow_blank=True, default="")
    serial = serializers.CharField(max_length=64, allow_blank=True, default="")
    size_bytes = serializers.IntegerField(
        min_value=1, max_value=MOST_BYTES, allow_null=True, default=None
    )
    invoice_reference = serializers.CharField(
        max_length=40, allow_blank=True, default=""
    )
    invoice_supplier = serializers.CharField(
        max_length=60, allow_blank=True, default=""
    )
    invoiced_on = serializers.DateField(allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        said = {**attrs, "medium": Medium(attrs["medium"]), "bus": Bus(attrs["bus"])}
        return {"declared": DeclaredDrive(**said)}

    def facts(self) -> dict[str, Any]:
        return {"drive": self.validated_data["declared"]}


class ClaimSerializer(serializers.Serializer[Any]):
    """What was done to a drive. Its class follows from medium and technique."""

    result = serializers.ChoiceField(choices=ErasureResult.choices)
    technique = serializers.ChoiceField(choices=Technique.choices)
    tool = serializers.CharField(max_length=40)
    tool_version = serializers.CharField(max_length=40)
    verification = serializers.ChoiceField(choices=Verification.choices)
    erased_on = serializers.DateField()
    bytes_erased = serializers.IntegerField(
        min_value=0, max_value=MOST_BYTES, allow_null=True, default=None
    )
    exceptions = serializers.MultipleChoiceField(
        choices=TYPED_EXCEPTIONS, required=False
    )
    medium = serializers.ChoiceField(
        choices=Medium.choices,
        allow_null=True,
        default=None,
        help_text="Only where nobody has said yet what the drive is.",
    )

    def facts(self) -> dict[str, Any]:
        said = self.validated_data
        claim = Claim(
            result=ErasureResult(said["result"]),
            technique=Technique(said["technique"]),
            tool=said["tool"],
            tool_version=said["tool_version"],
            verification=Verification(said["verification"]),
            erased_on=said["erased_on"],
            bytes_erased=said["bytes_erased"],
            exceptions=[ErasureException(e) for e in said.get("exceptions", ())],
            medium=Medium(said["medium"]) if said["medium"] else None,
        )
        return {"claim": claim}


class RefuseExceptionsSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=ExceptionsRefusal.choices)

    def facts(self) -> dict[str, Any]:
        return {"reason": ExceptionsRefusal(self.validated_data["reason"])}


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=WithdrawalReason.choices)

    def facts(self) -> dict[str, Any]:
        return {"reason": WithdrawalReason(self.validated_data["reason"])}


class TakeOutSerializer(serializers.Serializer[Any]):
    custody = PlaceField()

    def facts(self) -> dict[str, Any]:
        return dict(self.validated_data)
