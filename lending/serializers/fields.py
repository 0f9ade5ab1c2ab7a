"""Things by their uuid, and lists of codes, as the acts want them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import QuerySet
from rest_framework import serializers

from inventory.serializers.fields import PublicIdField
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    Pack,
    Plan,
    Programme,
    Structure,
    TemplateVersion,
)


class Facts(serializers.Serializer[Any]):
    """A body whose values are the arguments of an act."""

    def facts(self) -> dict[str, Any]:
        return dict(self.validated_data)


class Chosen(serializers.ChoiceField):
    """One of a list of codes, handed over as the list's own member."""

    def __init__(
        self, kind: type[models.TextChoices | models.IntegerChoices], **kwargs: Any
    ) -> None:
        self.kind = kind
        super().__init__(choices=kind.choices, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        return self.kind(value) if value != "" else value


class UuidField(PublicIdField):
    """A row by its uuid; what may not be seen does not exist."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="uuid", **kwargs)

    def to_internal_value(self, data: Any) -> models.Model:
        try:
            uuid.UUID(str(data))
        except ValueError:
            self.fail("invalid")
        return super().to_internal_value(str(data))


class StructureField(UuidField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Structure.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Structure]:
        return Structure.objects.visible_to(self.asking())


class PersonField(UuidField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Beneficiary.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Beneficiary]:
        return Beneficiary.objects.visible_to(self.asking())


class ProgrammeField(UuidField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Programme.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Programme]:
        return Programme.objects.visible_to(self.asking())


class RequestField(UuidField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=EquipmentRequest.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[EquipmentRequest]:
        return EquipmentRequest.objects.visible_to(self.asking())


class VersionField(UuidField):
    """The version of a pack template that a pack is made from."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=TemplateVersion.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[TemplateVersion]:
        seen = TemplateVersion.objects.visible_to(self.asking())
        return seen.select_related("template")


class PlanField(UuidField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Plan.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.asking()).in_use()


class PackField(UuidField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Pack.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Pack]:
        return Pack.objects.visible_to(self.asking())
