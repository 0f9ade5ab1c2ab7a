"""What programs read of records that are merged and split."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inventory.models import Device
from provisioning.models import Agent, Correction


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    """Devices by tag, the machine, drives and people by UUID.

    `device` is the record that stays, `other` the one that goes into it; of a split,
    the new one, with the `agent` and the `drives` that it gets.
    """

    device = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    other = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    agent = serializers.SlugRelatedField[Agent](slug_field="uuid", read_only=True)
    drives = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    proposed_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    decided_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)
    undone_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)

    class Meta:
        model = Correction
        fields = (
            *("uuid", "kind", "state", "device", "other", "agent", "drives", "reason"),
            *("proposed_by", "proposed_at", "decided_by", "decided_at"),
            *("undone_by", "undone_at"),
        )
        read_only_fields = fields
