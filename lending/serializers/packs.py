"""Packs, hand-overs and loans in the API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backoffice.core.models import Document
from inventory.models import Device, Place
from inventory.serializers.fields import PlaceField
from lending.actions.pack_environment import first_card
from lending.kinds import SpokenLanguage
from lending.models import HandOver, Loan, Pack, PackLine
from lending.serializers.fields import (
    Chosen,
    Facts,
    PackField,
    PersonField,
    ProgrammeField,
    RequestField,
    StructureField,
    VersionField,
)
from lending.states import (
    Condition,
    HandOverMode,
    IdentityCheck,
    LeavingReason,
    ReturnReason,
    SubstitutionReason,
)
from provisioning.actions.card_seen import CardSeen, CardState, cards_seen

Slug = serializers.SlugRelatedField[Any]
MOST_LINES = 60


class CardSeenSerializer(serializers.Serializer[CardSeen]):
    """What the machine of a pack shows of the pack’s SIM card, and since when."""

    state = serializers.ChoiceField(choices=CardState.choices, read_only=True)
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    other = serializers.CharField(
        read_only=True, help_text="The last digits of the card that is there instead."
    )


class PackLineSerializer(serializers.ModelSerializer[PackLine]):
    """A line of a pack: what is wanted, and the unit that fills it."""

    wanted = serializers.CharField(source="wanted.label", read_only=True)
    is_optional = serializers.BooleanField(source="wanted.is_optional", read_only=True)
    device = serializers.SlugRelatedField[Device](slug_field="tag", read_only=True)
    sim = Slug(slug_field="tag", read_only=True)
    modem = Slug(slug_field="tag", read_only=True)
    counted_kind = Slug(slug_field="code", read_only=True)
    is_filled = serializers.BooleanField(read_only=True)
    card = serializers.SerializerMethodField()

    class Meta:
        model = PackLine
        fields = (
            *("uuid", "nature", "wanted", "is_optional", "device", "sim", "modem"),
            *("counted_kind", "quantity", "environment", "substitution", "is_filled"),
            "card",
        )
        read_only_fields = fields

    @extend_schema_field(CardSeenSerializer(allow_null=True))
    def get_card(self, line: PackLine) -> dict[str, Any] | None:
        seen: Mapping[int, CardSeen] = self.context.get("cards", {})
        card = seen.get(line.pk)
        return dict(CardSeenSerializer(card).data) if card else None


class PackSerializer(serializers.ModelSerializer[Pack]):
    """A pack and its lines; `short_since`: since when something is missing."""

    template = serializers.CharField(source="version.template.name", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    request = Slug(slug_field="number", read_only=True)
    place = serializers.SlugRelatedField[Place](
        source="stands_in", slug_field="tag", read_only=True
    )
    lines = serializers.SerializerMethodField()

    class Meta:
        model = Pack
        fields = (
            *("uuid", "tag", "template", "version", "request", "place", "status"),
            *("status_since", "short_since", "lines"),
        )
        read_only_fields = fields

    @extend_schema_field(PackLineSerializer(many=True))
    def get_lines(self, pack: Pack) -> list[dict[str, Any]]:
        context = {**self.context, "cards": self._cards}
        return list(PackLineSerializer(_live(pack), many=True, context=context).data)

    @cached_property
    def _cards(self) -> dict[int, CardSeen]:
        """By line, for all packs of a page at once."""
        shown = self.root.instance
        packs = [shown] if isinstance(shown, Pack) else list(shown or ())
        asked = {
            pack.uuid: first
            for pack in packs
            if (first := first_card(_live(pack))) is not None
        }
        seen = cards_seen({pack: card.iccid for pack, (_line, card) in asked.items()})
        return {asked[pack][0].pk: answer for pack, answer in seen.items()}


def _live(pack: Pack) -> list[PackLine]:
    return [line for line in pack.lines.all() if line.released_at is None]


class BeginPackSerializer(Facts):
    """A pack from a version of a template, at the site of its first place or request."""

    version = VersionField()
    request = RequestField(allow_null=True, default=None)
    place = PlaceField(help_text="Any place of the site where it is made.")

    def facts(self) -> dict[str, Any]:
        said = dict(self.validated_data)
        site = said.pop("place").site
        return {**said, "site": site}


class PutInSerializer(Facts):
    """A unit by any code printed on it: tag, serial, ICCID, IMEI, code of a bin."""

    code = serializers.CharField(max_length=200)
    count = serializers.IntegerField(min_value=1, max_value=100, default=1)


class LineSerializer(Facts):
    line = serializers.UUIDField()


class LeaveOutSerializer(LineSerializer):
    """`reason`: needed where the request of the pack asks for the line."""

    reason = Chosen(LeavingReason, required=False)


class SubstituteSerializer(PutInSerializer):
    line = serializers.UUIDField()
    reason = Chosen(SubstitutionReason)


class PlacePackSerializer(Facts):
    place = PlaceField()


class AttachSerializer(Facts):
    request = RequestField()


class DeliverPacksSerializer(Facts):
    """Packs that leave together, by their uuid."""

    packs = serializers.ListField(
        child=PackField(), allow_empty=False, max_length=MOST_LINES
    )


class DeliveryNoteSerializer(serializers.ModelSerializer[Document]):
    """The numbered note that the structure keeps."""

    class Meta:
        model = Document
        fields = ("uuid", "number", "issued_at", "sha256")
        read_only_fields = fields


class HandOverSerializer(serializers.ModelSerializer[HandOver]):
    """An appointment or a hand-over; the person by their code."""

    pack = Slug(slug_field="tag", read_only=True)
    request = Slug(slug_field="number", read_only=True)
    programme = Slug(slug_field="uuid", read_only=True)
    structure = Slug(slug_field="uuid", read_only=True)
    beneficiary = Slug(slug_field="code", read_only=True)

    class Meta:
        model = HandOver
        fields = (
            *("uuid", "pack", "request", "programme", "structure", "beneficiary"),
            *("mode", "price_cents", "planned_at", "where", "due_on", "status"),
            *("status_since", "identity_check", "signature_kind", "signed_at"),
        )
        read_only_fields = fields


class PlanHandOverSerializer(Facts):
    """An appointment; the pack by its tag is in the address of the act."""

    structure = StructureField()
    mode = Chosen(HandOverMode)
    request = RequestField(allow_null=True, default=None)
    programme = ProgrammeField(allow_null=True, default=None)
    beneficiary = PersonField(allow_null=True, default=None)
    planned_at = serializers.DateTimeField(allow_null=True, default=None)
    where = serializers.CharField(max_length=120, allow_blank=True, default="")
    price_cents = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    due_on = serializers.DateField(allow_null=True, default=None)


class RescheduleSerializer(Facts):
    planned_at = serializers.DateTimeField()
    where = serializers.CharField(max_length=120, allow_blank=True, default="")


class NamePersonSerializer(Facts):
    person = PersonField()


class CheckPersonSerializer(Facts):
    identity_check = Chosen(IdentityCheck)
    guardian_name = serializers.CharField(max_length=120, allow_blank=True, default="")


class CheckContentsSerializer(Facts):
    """The lines of the pack that were seen, by uuid."""

    seen = serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_LINES, allow_empty=True
    )


class ExplainSerializer(Facts):
    language = Chosen(SpokenLanguage)


class SignSerializer(Facts):
    """A typed name and the code that the person was sent."""

    name = serializers.CharField(max_length=120)
    code = serializers.CharField(max_length=12)


class LoanSerializer(serializers.ModelSerializer[Loan]):
    handover = Slug(slug_field="uuid", read_only=True)
    pack = serializers.CharField(source="handover.pack.tag", read_only=True)
    structure = serializers.UUIDField(source="handover.structure.uuid", read_only=True)
    beneficiary = serializers.CharField(
        source="handover.beneficiary.code", read_only=True
    )

    class Meta:
        model = Loan
        fields = (
            *("uuid", "handover", "pack", "structure", "beneficiary", "starts_on"),
            *("due_on", "renewals", "max_renewals", "status", "status_since"),
            *("returned_at", "return_reason"),
        )
        read_only_fields = fields


class RenewSerializer(Facts):
    due_on = serializers.DateField()


class StolenSerializer(Facts):
    reference = serializers.CharField(max_length=60)


class BackSerializer(Facts):
    line = serializers.UUIDField()
    condition = Chosen(Condition)
    count = serializers.IntegerField(
        min_value=0, max_value=100, required=False, help_text="Of a counted thing."
    )


class LoanReturnSerializer(Facts):
    """How each line of the pack came back."""

    lines = BackSerializer(many=True)
    reason = Chosen(ReturnReason)

    def facts(self) -> dict[str, Any]:
        said = self.validated_data
        conditions: dict[uuid.UUID, Condition] = {
            line["line"]: line["condition"] for line in said["lines"]
        }
        counts = {
            line["line"]: line["count"] for line in said["lines"] if "count" in line
        }
        return {"conditions": conditions, "counts": counts, "reason": said["reason"]}
