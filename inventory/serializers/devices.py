"""Devices, lots and places in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inventory.models import CheckOutcome, Device, DeviceKind, Lot, Place, Storage
from inventory.models.device_kind import NoSerialReason, VisibleState
from inventory.models.quality import CheckSubject
from inventory.serializers.drives import DeclaredDriveSerializer
from inventory.serializers.fields import LotField, PlaceField
from inventory.states import HoldReason, SetAsideReason

HEAVIEST_GRAMS = 2_147_483_647
MOST_DRIVES = 16


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """One device. `lot` is a code, `place` a tag, `site` a UUID."""

    lot = serializers.SlugRelatedField[Lot](slug_field="code", read_only=True)
    place = serializers.SlugRelatedField[Place](
        source="stands_in", slug_field="tag", read_only=True
    )
    site = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)

    class Meta:
        model = Device
        fields = (
            *("uuid", "tag", "kind", "make", "model", "serial", "no_serial_reason"),
            *("lot", "site", "place", "status", "status_since", "data_state"),
            *("storage", "hold_reason", "held_at", "visible_state", "mass_grams"),
            *("mass_measured", "received_at"),
        )
        read_only_fields = fields


class LotSerializer(serializers.ModelSerializer[Lot]):
    """One batch of a donation, with what that asks of erasures."""

    donation = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    received_on = serializers.DateField(source="donation.received_on", read_only=True)
    erasure_policy = serializers.CharField(
        source="donation.erasure_policy", read_only=True
    )
    verification_policy = serializers.CharField(
        source="donation.verification_policy", read_only=True
    )
    erasure_by_two = serializers.BooleanField(
        source="donation.erasure_by_two", read_only=True
    )

    class Meta:
        model = Lot
        fields = (
            *("uuid", "code", "label", "donation", "received_on", "erasure_policy"),
            *("verification_policy", "erasure_by_two"),
            *("announced_count", "opened_at", "closed_at"),
        )
        read_only_fields = fields


class PlaceSerializer(serializers.ModelSerializer[Place]):
    """One place; `parent` is the tag of the place it is in."""

    site = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    parent = serializers.SlugRelatedField[Place](  # type: ignore[assignment]
        slug_field="tag", read_only=True
    )

    class Meta:
        model = Place
        fields = (
            *("uuid", "tag", "kind", "name", "site", "parent", "for_drives"),
            "is_active",
        )
        read_only_fields = fields


class ReceiveSerializer(serializers.Serializer[Any]):
    """A device that comes in. Without a serial, `no_serial_reason` is needed."""

    lot = LotField()
    kind = serializers.ChoiceField(choices=DeviceKind.choices)
    make = serializers.CharField(max_length=60, allow_blank=True, default="")
    model = serializers.CharField(max_length=80, allow_blank=True, default="")
    serial = serializers.CharField(max_length=64, allow_blank=True, default="")
    no_serial_reason = serializers.ChoiceField(
        choices=NoSerialReason.choices, allow_blank=True, default=""
    )
    visible_state = serializers.ChoiceField(
        choices=VisibleState.choices, allow_blank=True, default=""
    )
    place = PlaceField(allow_null=True, default=None)
    mass_grams = serializers.IntegerField(
        min_value=1, max_value=HEAVIEST_GRAMS, allow_null=True, default=None
    )
    storage = serializers.ChoiceField(
        choices=[
            (Storage.UNKNOWN.value, Storage.UNKNOWN.label),
            (Storage.NONE.value, Storage.NONE.label),
        ],
        default=Storage.UNKNOWN.value,
        help_text="`none`: whoever calls looked inside. With drives it is not asked.",
    )
    drives = serializers.ListField(
        child=DeclaredDriveSerializer(), required=False, max_length=MOST_DRIVES
    )

    def facts(self) -> dict[str, Any]:
        """The arguments of `receive_device`."""
        said = dict(self.validated_data)
        drives = [drive["declared"] for drive in said.pop("drives", [])]
        return {
            **said,
            "kind": DeviceKind(said["kind"]),
            "storage": Storage(said["storage"]),
            "drives": drives,
        }


class HoldSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=HoldReason.choices)

    def facts(self) -> dict[str, Any]:
        return {"reason": HoldReason(self.validated_data["reason"])}


class SetAsideSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=SetAsideReason.choices)

    def facts(self) -> dict[str, Any]:
        return {"reason": SetAsideReason(self.validated_data["reason"])}


class ReturnSerializer(serializers.Serializer[Any]):
    waiver_reference = serializers.CharField(
        max_length=40, allow_blank=True, default="", help_text="The signed waiver."
    )

    def facts(self) -> dict[str, Any]:
        return dict(self.validated_data)


class MoveSerializer(serializers.Serializer[Any]):
    place = PlaceField()

    def facts(self) -> dict[str, Any]:
        return dict(self.validated_data)


class CheckSerializer(serializers.Serializer[Any]):
    """The checklist: what is not named counts as not tested."""

    lines = serializers.DictField(
        child=serializers.ChoiceField(choices=CheckOutcome.choices),
        help_text="Keys: " + ", ".join(f"`{key}`" for key in CheckSubject.values),
    )

    def validate_lines(self, lines: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(lines) - set(CheckSubject.values))
        if unknown:
            raise serializers.ValidationError(
                {name[:40]: "unknown" for name in unknown[:8]}
            )
        return lines

    def facts(self) -> dict[str, Any]:
        lines = self.validated_data["lines"]
        return {
            "lines": {
                CheckSubject(subject): CheckOutcome(outcome)
                for subject, outcome in lines.items()
            }
        }
