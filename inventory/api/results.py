"""Results of other tools: taken in, applied, and what is doubtful decided."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.api_json import StrictJSONParser
from backoffice.core.openapi import problems
from inventory import actions
from inventory.api.acts import act, told
from inventory.models import ResultImport
from inventory.serializers.results import (
    DecisionSerializer,
    ReportSerializer,
    UploadSerializer,
    WholeReportSerializer,
)

RECORD = "inventory.record_erasure"


@extend_schema_view(
    list=extend_schema(responses={200: ReportSerializer, **problems(found=False)}),
    retrieve=extend_schema(
        responses={200: WholeReportSerializer, **problems(told=False)}
    ),
)
class ResultViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[ResultImport],
):
    """Reports of other erasure tools by UUID, newest first."""

    permissions = {"GET": RECORD, "POST": RECORD}
    queryset = ResultImport.objects.none()
    parser_classes = (StrictJSONParser, MultiPartParser)
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[ResultImport]:
        reports = ResultImport.objects.visible_to(self.request.user)
        return reports.for_list().select_related("evidence")

    def get_serializer_class(self) -> type[ReportSerializer]:
        return ReportSerializer if self.action == "list" else WholeReportSerializer

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: WholeReportSerializer,
            **problems("results_unreadable", found=False),
        },
    )
    def create(self, request: Request) -> Response:
        """Take a report in, to be looked at; the same bytes again are the same report."""
        facts = told(UploadSerializer, request)
        report = actions.take_in_results(**facts, by=signed_in(request))
        return Response(WholeReportSerializer(report).data, status=201)

    @act("apply", RECORD, "results_decided", answer=WholeReportSerializer)
    def apply(self, request: Request, uuid: str) -> Response:
        """Accept the lines that hold, and refuse the others with the rule."""
        report = actions.apply_results(report=self.get_object(), by=signed_in(request))
        return Response(WholeReportSerializer(report).data)

    @act(
        *("decide", RECORD, "results_decided", "drive_elsewhere"),
        body=DecisionSerializer,
        answer=WholeReportSerializer,
    )
    def decide(self, request: Request, uuid: str) -> Response:
        """Say which drive a doubtful line is about, or that it is none of them."""
        report = self.get_object()
        asked = DecisionSerializer(data=request.data, context={"report": report})
        asked.is_valid(raise_exception=True)
        actions.decide_result(**asked.facts(), by=signed_in(request))
        return Response(WholeReportSerializer(report).data)
