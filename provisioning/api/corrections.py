"""Records to merge or split, to read: people decide on the page, with both in sight."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets

from backoffice.core.openapi import problems
from provisioning.models import Correction
from provisioning.serializers.corrections import CorrectionSerializer


@extend_schema_view(
    list=extend_schema(responses={200: CorrectionSerializer, **problems(found=False)}),
    retrieve=extend_schema(
        responses={200: CorrectionSerializer, **problems(told=False)}
    ),
)
class CorrectionViewSet(viewsets.ReadOnlyModelViewSet[Correction]):
    """Records that are one device, or one that is two, by UUID, newest first."""

    permissions = {"GET": "inventory.view_device"}
    queryset = Correction.objects.none()
    serializer_class = CorrectionSerializer
    lookup_field = "uuid"
    lookup_url_kwarg = "correction"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Correction]:
        return Correction.objects.visible_to(self.request.user).for_list()
