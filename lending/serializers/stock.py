"""Cards, plans and counted stock in the API: no code of a card is ever told here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inventory.models import Place
from inventory.serializers.fields import PlaceField
from lending.models import CountedStock, Plan, SimCard, TopUp
from lending.serializers.fields import Chosen, Facts, PersonField, PlanField
from lending.states import SimStatus

Slug = serializers.SlugRelatedField[Any]


class SimSerializer(serializers.ModelSerializer[SimCard]):
    """A SIM card; its PIN and PUK are shown on its page only, and to few."""

    place = serializers.SlugRelatedField[Place](slug_field="tag", read_only=True)
    plan = Slug(slug_field="uuid", read_only=True)

    class Meta:
        model = SimCard
        fields = (
            *("uuid", "tag", "iccid", "operator", "msisdn", "place", "plan"),
            *("plan_starts_on", "plan_ends_on", "status", "status_since"),
        )
        read_only_fields = fields


class ReceiveSimSerializer(Facts):
    iccid = serializers.CharField(max_length=40)
    operator = serializers.CharField(max_length=40, allow_blank=True, default="")
    msisdn = serializers.CharField(max_length=30, allow_blank=True, default="")
    plan = PlanField(allow_null=True, default=None)
    place = PlaceField(help_text="Any place of the site where it is received.")

    def facts(self) -> dict[str, Any]:
        said = dict(self.validated_data)
        site = said.pop("place").site
        return {**said, "site": site}


class FollowSerializer(Facts):
    to = Chosen(SimStatus)


class GivePlanSerializer(Facts):
    plan = PlanField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, default=None)


class TopUpFactsSerializer(Facts):
    """Credit for the person who holds the card, in cents."""

    holder = PersonField()
    value_cents = serializers.IntegerField(min_value=1, max_value=1_000_000)
    charged_cents = serializers.IntegerField(
        min_value=0, max_value=1_000_000, default=0
    )
    data_mb = serializers.IntegerField(
        min_value=1, max_value=10_000_000, allow_null=True, default=None
    )
    override_reason = serializers.CharField(
        max_length=200, allow_blank=True, default=""
    )


class TopUpSerializer(serializers.ModelSerializer[TopUp]):
    sim = Slug(slug_field="tag", read_only=True)
    beneficiary = Slug(slug_field="code", read_only=True)

    class Meta:
        model = TopUp
        fields = (
            *("uuid", "sim", "beneficiary", "value_cents", "charged_cents"),
            *("data_mb", "made_on", "override_reason"),
        )
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer[Plan]):
    class Meta:
        model = Plan
        fields = (
            *("uuid", "operator", "name", "data_mb", "days", "price_cents"),
            "is_active",
        )
        read_only_fields = fields


class CountedSerializer(serializers.ModelSerializer[CountedStock]):
    """How many of a counted thing a site has."""

    code = serializers.CharField(source="kind.code", read_only=True)
    name = serializers.CharField(source="kind.name", read_only=True)
    site = serializers.CharField(source="site.name", read_only=True)

    class Meta:
        model = CountedStock
        fields = ("code", "name", "site", "on_hand", "minimum")
        read_only_fields = fields
