"""Requests in the API: asked, followed, decided."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lending.actions import RequestAnswers
from lending.kinds import Capability, Goal, Situation, Urgency, UrgencyReason
from lending.models import EquipmentRequest, RequestMessage
from lending.questions import Question, missing_answers
from lending.serializers.fields import (
    Chosen,
    Facts,
    PersonField,
    ProgrammeField,
    StructureField,
)
from lending.states import EndReason, HandOverMode, RefusalReason

Slug = serializers.SlugRelatedField[Any]


class RequestSerializer(serializers.ModelSerializer[EquipmentRequest]):
    """A request; `beneficiary` is the person’s code, `missing` the open questions."""

    structure = Slug(slug_field="uuid", read_only=True)
    programme = Slug(slug_field="uuid", read_only=True)
    beneficiary = Slug(slug_field="code", read_only=True)
    goals = serializers.ListField(
        child=serializers.ChoiceField(choices=Goal.choices), read_only=True
    )
    capabilities = serializers.ListField(
        child=serializers.ChoiceField(choices=Capability.choices), read_only=True
    )
    missing = serializers.SerializerMethodField()

    class Meta:
        model = EquipmentRequest
        fields = (
            *("uuid", "number", "structure", "programme", "beneficiary", "for_one"),
            *("quantity", "situation", "goals", "capabilities", "urgency"),
            *("urgency_reason", "wanted_on", "note", "mode", "status"),
            *("status_since", "refusal_reason", "end_reason", "adjourned_until_on"),
            *("submitted_at", "decided_at", "missing"),
        )
        read_only_fields = fields

    def get_missing(self, request: EquipmentRequest) -> list[Question]:
        return missing_answers(request)


class BeginSerializer(Facts):
    structure = StructureField()


class AnswersSerializer(Facts):
    """Answers to any of the questions; those that are not there stay as they are."""

    for_one = serializers.BooleanField(required=False)
    beneficiary = PersonField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=100, required=False)
    situation = Chosen(Situation, required=False)
    goals = serializers.ListField(
        child=Chosen(Goal), max_length=len(Goal), required=False
    )
    capabilities = serializers.ListField(
        child=Chosen(Capability), max_length=len(Capability), required=False
    )
    urgency = Chosen(Urgency, required=False)
    urgency_reason = Chosen(UrgencyReason, required=False)
    wanted_on = serializers.DateField(required=False)
    programme = ProgrammeField(required=False)
    note = serializers.CharField(max_length=500, allow_blank=True, required=False)

    def facts(self) -> dict[str, Any]:
        return {"answers": RequestAnswers(**self.validated_data)}


class MessageSerializer(serializers.ModelSerializer[RequestMessage]):
    author = Slug(slug_field="uuid", read_only=True)

    class Meta:
        model = RequestMessage
        fields = ("uuid", "author", "from_structure", "text", "written_at")
        read_only_fields = fields


class WriteSerializer(Facts):
    text = serializers.CharField(max_length=1000)


class EndSerializer(Facts):
    reason = Chosen(EndReason)


class ApproveSerializer(Facts):
    mode = Chosen(HandOverMode)
    programme = ProgrammeField(allow_null=True, default=None)


class WaitSerializer(Facts):
    programme = ProgrammeField(allow_null=True, default=None)


class AdjournSerializer(Facts):
    until = serializers.DateField()


class RefuseSerializer(Facts):
    reason = Chosen(RefusalReason)
