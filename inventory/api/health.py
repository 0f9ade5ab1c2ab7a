"""The rules that health is judged by, to read."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets

from backoffice.core.openapi import problems
from inventory.models import HealthRules
from inventory.serializers.health import HealthRulesSerializer


@extend_schema_view(
    list=extend_schema(responses={200: HealthRulesSerializer, **problems(found=False)}),
    retrieve=extend_schema(
        responses={200: HealthRulesSerializer, **problems(told=False)}
    ),
)
class HealthRulesViewSet(viewsets.ReadOnlyModelViewSet[HealthRules]):
    """Versions of the health rules by number, newest first: that one is in force."""

    permissions = {"GET": "inventory.view_device"}
    queryset = HealthRules.objects.none()
    serializer_class = HealthRulesSerializer
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"

    def get_queryset(self) -> QuerySet[HealthRules]:
        return HealthRules.objects.visible_to(self.request.user).newest_first()
