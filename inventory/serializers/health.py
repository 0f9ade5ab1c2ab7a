"""Health in the API: what was found, and the limits it was judged by."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inventory.health import Facts, Finding, Verdict, part, sentence, subject
from inventory.health.verdicts import Item
from inventory.models import Device, DeviceHealth, HealthRules


class FindingSerializer(serializers.Serializer[Finding]):
    """One verdict. `numbers` are what it was judged on, `sentence` says both."""

    item = serializers.ChoiceField(choices=Item.choices)
    about = serializers.CharField(help_text="A drive’s serial, or a test’s name.")
    subject = serializers.SerializerMethodField()
    part = serializers.SerializerMethodField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = serializers.CharField()
    sentence = serializers.SerializerMethodField()
    numbers = serializers.DictField(child=serializers.FloatField())

    def get_subject(self, finding: Finding) -> str:
        return subject(finding)

    def get_part(self, finding: Finding) -> str:
        return part(finding, self.context.get("facts") or Facts())

    def get_sentence(self, finding: Finding) -> str:
        return sentence(finding)


class HealthSerializer(serializers.Serializer[Device]):
    """A device's health, worst first; nulls where its machine never reported."""

    tag = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices, allow_null=True)
    rules = serializers.IntegerField(
        allow_null=True, help_text="The version of the rules that judged it."
    )
    seen_at = serializers.DateTimeField(allow_null=True)
    judged_at = serializers.DateTimeField(allow_null=True)
    findings = FindingSerializer(many=True)

    def to_representation(self, device: Device) -> dict[str, Any]:
        health: DeviceHealth | None = getattr(device, "health", None)
        if health is None:
            nothing = dict.fromkeys(("verdict", "rules", "seen_at", "judged_at"))
            return {"tag": device.tag, **nothing, "findings": []}
        context = {"facts": health.known}
        found = [
            FindingSerializer(finding, context=context).data for finding in health.found
        ]
        return {
            "tag": device.tag,
            "verdict": health.verdict,
            "rules": health.rules.number,
            "seen_at": health.seen_at,
            "judged_at": health.judged_at,
            "findings": found,
        }


class HealthRulesSerializer(serializers.ModelSerializer[HealthRules]):
    """One version: `warn` and `fail` by kind of drive and reading; null is never."""

    limits = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(allow_null=True))
    )
    made_by = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)

    class Meta:
        model = HealthRules
        fields = ("number", "limits", "made_at", "made_by")
        read_only_fields = fields
