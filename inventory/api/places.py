"""Lots and places, to read."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets

from backoffice.core.openapi import problems
from inventory.models import Lot, Place
from inventory.serializers.devices import LotSerializer, PlaceSerializer
from inventory.tags import TagInAddress


@extend_schema_view(
    list=extend_schema(responses={200: LotSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: LotSerializer, **problems(told=False)}),
)
class LotViewSet(viewsets.ReadOnlyModelViewSet[Lot]):
    """Batches of donations by code, newest first."""

    permissions = {"GET": "inventory.view_device"}
    queryset = Lot.objects.none()
    serializer_class = LotSerializer
    lookup_field = "code"
    lookup_value_regex = "[0-9A-Za-z-]{1,20}"

    def get_queryset(self) -> QuerySet[Lot]:
        return Lot.objects.visible_to(self.request.user).select_related("donation")


@extend_schema_view(
    list=extend_schema(responses={200: PlaceSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: PlaceSerializer, **problems(told=False)}),
)
class PlaceViewSet(viewsets.ReadOnlyModelViewSet[Place]):
    """Places by tag, newest first."""

    permissions = {"GET": "inventory.view_device"}
    queryset = Place.objects.none()
    serializer_class = PlaceSerializer
    lookup_field = "tag"
    lookup_value_regex = TagInAddress.regex

    def get_queryset(self) -> QuerySet[Place]:
        return Place.objects.visible_to(self.request.user).select_related(
            "site", "parent"
        )
