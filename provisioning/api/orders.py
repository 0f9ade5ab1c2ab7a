"""Orders to erase: asked, approved, confirmed and taken back, as on the page."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from provisioning import actions
from provisioning.models import ErasureRun
from provisioning.serializers.orders import (
    HowFarSerializer,
    OrderSerializer,
    RunSerializer,
)

ORDER = "provisioning.order_erasure"
SEVERAL = RunSerializer(many=True)


@extend_schema_view(
    list=extend_schema(responses={200: RunSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: RunSerializer, **problems(told=False)}),
)
class OrderViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[ErasureRun],
):
    """Orders to erase, a row for each drive, by UUID, newest first."""

    permissions = {"GET": "provisioning.view_agent", "POST": ORDER}
    queryset = ErasureRun.objects.none()
    serializer_class = RunSerializer
    lookup_field = "uuid"
    lookup_url_kwarg = "run"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[ErasureRun]:
        runs = ErasureRun.objects.visible_to(self.request.user)
        people = ("asked_by", "approved_by", "confirmed_by")
        return runs.select_related("device", "drive", "erasure", *people)

    @extend_schema(
        request=OrderSerializer,
        responses={
            201: SEVERAL,
            **problems(
                *("nothing_to_erase", "order_open", "drive_elsewhere", "drive_in_use"),
                *("not_here", "job_open"),
                found=False,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Order the erasure of drives of one device."""
        facts = told(OrderSerializer, request)
        runs = actions.order_erasure(**facts, by=signed_in(request))
        return _answer(runs, status=201)

    @act("approve", ORDER, "order_over", "order_fell", "same_person", answer=SEVERAL)
    def approve(self, request: Request, run: str) -> Response:
        """Approve the whole order, as another person than who asked."""
        by = signed_in(request)
        return _answer(actions.approve_order(run=self.get_object(), by=by))

    @act(
        *("confirm", "inventory.record_erasure", "order_over", "order_fell"),
        "no_order",
        body=HowFarSerializer,
        answer=SEVERAL,
    )
    def confirm(self, request: Request, run: str) -> Response:
        """Have the machine begin: with this drive alone, or with all that wait."""
        found, by = self.get_object(), signed_in(request)
        if told(HowFarSerializer, request)["alone"]:
            return _answer([actions.confirm_drive(run=found, by=by)])
        return _answer(actions.confirm_order(device=found.device, by=by))

    @act("cancel", ORDER, "order_over", body=HowFarSerializer, answer=SEVERAL)
    def cancel(self, request: Request, run: str) -> Response:
        """Take this drive back alone, or the whole order."""
        found, by = self.get_object(), signed_in(request)
        if told(HowFarSerializer, request)["alone"]:
            return _answer([actions.cancel_drive(run=found, by=by)])
        return _answer(actions.cancel_order(run=found, by=by))


def _answer(runs: Sequence[ErasureRun], *, status: int = 200) -> Response:
    return Response(RunSerializer(runs, many=True).data, status=status)
