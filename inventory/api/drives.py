"""Drives and the proof of their erasure."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory import actions
from inventory.api.acts import act, told
from inventory.models import Erasure, StorageDrive
from inventory.serializers.drives import (
    ClaimSerializer,
    DriveSerializer,
    ErasureSerializer,
    RefuseExceptionsSerializer,
    TakeOutSerializer,
    WithdrawSerializer,
)

UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


@extend_schema_view(
    list=extend_schema(responses={200: DriveSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: DriveSerializer, **problems(told=False)}),
)
class DriveViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[StorageDrive],
):
    """Drives by UUID, in devices and in custody, newest first."""

    permissions = {"GET": "inventory.view_device"}
    queryset = StorageDrive.objects.none()
    serializer_class = DriveSerializer
    lookup_field = "uuid"
    lookup_value_regex = UUID

    def get_queryset(self) -> QuerySet[StorageDrive]:
        drives = StorageDrive.objects.visible_to(self.request.user)
        return drives.select_related("host", "custody", "last_host__lot__donation")

    @act(
        *("erasures", "inventory.record_erasure", "drive_in_use", "drive_destroyed"),
        *("evidence_incomplete", "technique_unfit", "date_impossible", "not_here"),
        body=ClaimSerializer,
        answer=ErasureSerializer,
        status=201,
    )
    def erasures(self, request: Request, uuid: str) -> Response:
        """Record one attempt to erase a drive, successful or not."""
        drive = self.get_object()
        facts = told(ClaimSerializer, request)
        erasure = actions.record_erasure(drive=drive, **facts, by=signed_in(request))
        return Response(ErasureSerializer(erasure).data, status=201)

    @act(
        *("take-out", "inventory.refurbish_device", "drive_elsewhere", "place_closed"),
        "not_here",
        body=TakeOutSerializer,
        answer=DriveSerializer,
    )
    def take_out(self, request: Request, uuid: str) -> Response:
        """Take a drive out of its device into a locked place."""
        drive = self.get_object()
        facts = told(TakeOutSerializer, request)
        taken = actions.take_drive_out(drive=drive, **facts, by=signed_in(request))
        return Response(DriveSerializer(taken).data)

    @act(
        *("withdraw", "inventory.receive_device", "drive_attested", "drive_elsewhere"),
        "not_here",
        body=WithdrawSerializer,
        answer=DriveSerializer,
    )
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Take back a drive that was declared by mistake."""
        drive = self.get_object()
        facts = told(WithdrawSerializer, request)
        withdrawn = actions.withdraw_drive(drive=drive, **facts, by=signed_in(request))
        return Response(DriveSerializer(withdrawn).data)

    @act(
        *("recognise", "inventory.approve_erasure", "same_person"),
        *("nothing_to_approve", "drive_elsewhere", "not_here"),
        answer=DriveSerializer,
    )
    def recognise(self, request: Request, uuid: str) -> Response:
        """Say that this drive is the proven one of its device, which has no serial."""
        drive = self.get_object()
        known = actions.recognise_drive(drive=drive, by=signed_in(request))
        return Response(DriveSerializer(known).data)


@extend_schema_view(
    list=extend_schema(responses={200: ErasureSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: ErasureSerializer, **problems(told=False)}),
)
class ErasureViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Erasure]
):
    """Attempts to erase drives, by UUID, newest first."""

    permissions = {"GET": "inventory.view_device"}
    queryset = Erasure.objects.none()
    serializer_class = ErasureSerializer
    lookup_field = "uuid"
    lookup_value_regex = UUID

    def get_queryset(self) -> QuerySet[Erasure]:
        return Erasure.objects.visible_to(self.request.user).for_list()

    @act(
        *("approve", "inventory.approve_erasure", "same_person", "nothing_to_approve"),
        answer=ErasureSerializer,
    )
    def approve(self, request: Request, uuid: str) -> Response:
        """Accept an erasure with exceptions, as the second person."""
        erasure = self.get_object()
        approved = actions.approve_exceptions(erasure=erasure, by=signed_in(request))
        return Response(ErasureSerializer(approved).data)

    @act(
        *("refuse", "inventory.approve_erasure", "same_person", "nothing_to_approve"),
        body=RefuseExceptionsSerializer,
        answer=ErasureSerializer,
    )
    def refuse(self, request: Request, uuid: str) -> Response:
        """Refuse an erasure with exceptions, as the second person."""
        erasure = self.get_object()
        facts = told(RefuseExceptionsSerializer, request)
        by = signed_in(request)
        refused = actions.refuse_exceptions(erasure=erasure, **facts, by=by)
        return Response(ErasureSerializer(refused).data)
