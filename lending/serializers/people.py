"""Structures, people and programmes in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from lending.actions import PersonFacts
from lending.kinds import (
    Aid,
    Channel,
    ConsentPurpose,
    Public,
    Reading,
    SpokenLanguage,
)
from lending.models import Beneficiary, Programme, Quota, Structure
from lending.serializers.fields import Chosen, Facts, StructureField

Slug = serializers.SlugRelatedField[Any]


class StructureSerializer(serializers.ModelSerializer[Structure]):
    class Meta:
        model = Structure
        fields = (
            *("uuid", "name", "kind", "country", "siret", "siren", "bce"),
            *("postcode", "commune", "authorisation", "is_active"),
        )
        read_only_fields = fields


class PersonLineSerializer(serializers.ModelSerializer[Beneficiary]):
    """A person in a list: enough to find them, no more."""

    structure = Slug(slug_field="uuid", read_only=True)

    class Meta:
        model = Beneficiary
        fields = ("uuid", "code", "structure", "first_name", "last_name")
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer[Beneficiary]):
    """A person’s file; reading it is written down for whoever is not the referent."""

    structure = Slug(slug_field="uuid", read_only=True)
    referent = Slug(slug_field="uuid", read_only=True)
    aids = serializers.ListField(
        child=serializers.ChoiceField(choices=Aid.choices), read_only=True
    )

    class Meta:
        model = Beneficiary
        fields = (
            *("uuid", "code", "structure", "referent", "first_name", "last_name"),
            *("birth_year", "postcode", "commune", "channel", "contact", "public"),
            *("language", "needs_interpreter", "reading", "aids"),
            *("last_contact_on", "forget_on"),
        )
        read_only_fields = fields


class PersonFactsSerializer(Facts):
    """What is written down of a person: these few facts and no other."""

    first_name = serializers.CharField(max_length=60)
    last_name = serializers.CharField(max_length=60, allow_blank=True, default="")
    birth_year = serializers.IntegerField(
        min_value=1800, max_value=9999, allow_null=True, default=None
    )
    postcode = serializers.CharField(max_length=10, allow_blank=True, default="")
    commune = serializers.CharField(max_length=80, allow_blank=True, default="")
    channel = Chosen(Channel, default=Channel.STRUCTURE)
    contact = serializers.CharField(max_length=120, allow_blank=True, default="")
    public = Chosen(Public, default=Public.NOT_STATED)
    language = Chosen(SpokenLanguage, default=SpokenLanguage.FRENCH)
    needs_interpreter = serializers.BooleanField(default=False)
    reading = Chosen(Reading, default=Reading.NOT_STATED)
    aids = serializers.ListField(child=Chosen(Aid), max_length=len(Aid), default=list)

    def facts(self) -> dict[str, Any]:
        said = dict(self.validated_data)
        beside = {
            name: said.pop(name)
            for name in ("structure", "notice_language")
            if name in said
        }
        return {"facts": PersonFacts(**{**said, "aids": tuple(said["aids"])}), **beside}


class OpenPersonSerializer(PersonFactsSerializer):
    """A new file: the person was told what is kept, in this language."""

    structure = StructureField()
    notice_language = Chosen(SpokenLanguage)


class ConsentSerializer(Facts):
    purpose = Chosen(ConsentPurpose)


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    class Meta:
        model = Programme
        fields = (
            *("uuid", "name", "funders", "starts_on", "ends_on", "target"),
            *("handed_over", "priority", "is_open"),
        )
        read_only_fields = fields


class QuotaSerializer(serializers.ModelSerializer[Quota]):
    """What a structure may have of a programme; `left` is neither promised nor given."""

    programme = Slug(slug_field="uuid", read_only=True)
    structure = Slug(slug_field="uuid", read_only=True)
    left = serializers.IntegerField(read_only=True)

    class Meta:
        model = Quota
        fields = (
            *("uuid", "programme", "structure", "packs", "promised"),
            *("handed_over", "left"),
        )
        read_only_fields = fields
