"""Things by their public ids, as far as whoever asks may see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers

from backoffice.core.models import User
from inventory.models import Lot, Place


class PublicIdField(serializers.SlugRelatedField[Any]):
    """A row by one of its public ids; what may not be seen does not exist."""

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, str) or not data.isprintable():
            self.fail("invalid")
        row: Model = super().to_internal_value(data)
        return row

    def asking(self) -> User:
        """Whoever asks; nobody (the schema's generator) sees nothing."""
        user = getattr(self.context.get("request"), "user", None)
        return user if isinstance(user, User) else User(is_active=False)


class LotField(PublicIdField):
    """A lot by its code, `L-2026-001`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Lot.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Lot]:
        return Lot.objects.visible_to(self.asking()).select_related("donation")


class PlaceField(PublicIdField):
    """A place by its tag, `PL000003X`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="tag", queryset=Place.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Place]:
        return Place.objects.visible_to(self.asking())
