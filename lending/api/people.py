"""Structures, people and programmes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from lending import actions
from lending.api.acts import PORTAL, LendingViewSet
from lending.models import Beneficiary, Programme, Quota, Structure
from lending.serializers.packs import DeliverPacksSerializer, DeliveryNoteSerializer
from lending.serializers.people import (
    ConsentSerializer,
    OpenPersonSerializer,
    PersonFactsSerializer,
    PersonLineSerializer,
    PersonSerializer,
    ProgrammeSerializer,
    QuotaSerializer,
    StructureSerializer,
)

MANAGE = f"lending.manage_beneficiary|{PORTAL}"
FILE = (
    *("birth_year_impossible", "contact_malformed", "contact_missing"),
    "structure_closed",
)


@extend_schema_view(
    list=extend_schema(
        responses={200: StructureSerializer, **problems(found=False, told=False)}
    ),
    retrieve=extend_schema(
        responses={200: StructureSerializer, **problems(told=False)}
    ),
)
class StructureViewSet(LendingViewSet[Structure]):
    """Partner structures; members see their own."""

    SUBJECT = "structure"
    permissions = {"GET": f"lending.view_structure|{PORTAL}"}
    queryset = Structure.objects.none()
    serializer_class = StructureSerializer

    def get_queryset(self) -> QuerySet[Structure]:
        return Structure.objects.visible_to(self.request.user).order_by("-pk")

    @act(
        *("deliver", "lending.hand_over", "packs_stay", "packs_miscounted"),
        body=DeliverPacksSerializer,
        answer=DeliveryNoteSerializer,
        status=201,
    )
    def deliver(self, request: Request, uuid: str) -> Response:
        """Give ready packs to the structure that asked for them, all or none."""
        structure, asked = self.get_object(), told(DeliverPacksSerializer, request)
        by = signed_in(request)
        note = actions.deliver_packs(**asked, structure=structure, by=by)
        return Response(DeliveryNoteSerializer(note).data, status=201)


@extend_schema_view(
    list=extend_schema(
        responses={200: PersonLineSerializer, **problems(found=False, told=False)}
    )
)
class PersonViewSet(LendingViewSet[Beneficiary]):
    """People, for their structure and the staff in charge; nobody else."""

    SUBJECT = "person"
    permissions = {
        "GET": f"lending.view_beneficiary|{PORTAL}",
        "POST": MANAGE,
        "PUT": MANAGE,
    }
    queryset = Beneficiary.objects.none()
    serializer_class = PersonSerializer

    def get_queryset(self) -> QuerySet[Beneficiary]:
        seen = Beneficiary.objects.visible_to(self.request.user)
        return seen.select_related("structure", "referent").order_by("-pk")

    def get_serializer_class(self) -> Any:
        return PersonLineSerializer if self.action == "list" else PersonSerializer

    @extend_schema(responses={200: PersonSerializer, **problems(told=False)})
    def retrieve(self, request: Request, uuid: str) -> Response:
        """A person’s file; whoever is not their referent leaves a trace."""
        person = self.get_object()
        actions.read_file(person=person, by=signed_in(request))
        return self.show(person)

    @extend_schema(
        request=OpenPersonSerializer,
        responses={201: PersonSerializer, **problems(*FILE, found=False)},
    )
    def create(self, request: Request) -> Response:
        """Open a file for a person who was told what is kept."""
        facts = told(OpenPersonSerializer, request)
        person = actions.open_beneficiary(**facts, by=signed_in(request))
        return self.show(person, status=201)

    @extend_schema(
        request=PersonFactsSerializer,
        responses={200: PersonSerializer, **problems(*FILE, "file_merged")},
    )
    def update(self, request: Request, uuid: str) -> Response:
        """Write a person’s facts anew."""
        return self.act(request, actions.amend_beneficiary, PersonFactsSerializer)

    @act(
        *("consents", MANAGE, "consent_known", "file_merged"),
        body=ConsentSerializer,
        answer=PersonSerializer,
    )
    def consents(self, request: Request, uuid: str) -> Response:
        """Write down that the person agrees to one purpose."""
        return self.act(request, actions.record_consent, ConsentSerializer)

    @act(
        *("consents/withdraw", MANAGE, "consent_missing", "file_merged"),
        body=ConsentSerializer,
        answer=PersonSerializer,
    )
    def consents_withdraw(self, request: Request, uuid: str) -> Response:
        """The person takes an agreement back."""
        return self.act(request, actions.withdraw_consent, ConsentSerializer)


@extend_schema_view(
    list=extend_schema(
        responses={200: ProgrammeSerializer, **problems(found=False, told=False)}
    ),
    retrieve=extend_schema(
        responses={200: ProgrammeSerializer, **problems(told=False)}
    ),
)
class ProgrammeViewSet(LendingViewSet[Programme]):
    """Programmes: whose money, until when, how many packs."""

    SUBJECT = "programme"
    permissions = {"GET": f"lending.view_programme|{PORTAL}"}
    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer

    def get_queryset(self) -> QuerySet[Programme]:
        return Programme.objects.visible_to(self.request.user).order_by("-pk")


@extend_schema_view(
    list=extend_schema(
        responses={200: QuotaSerializer, **problems(found=False, told=False)}
    )
)
class QuotaViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Quota]):
    """How many packs of which programme each structure may have."""

    permissions = {"GET": f"lending.view_programme|{PORTAL}"}
    queryset = Quota.objects.none()
    serializer_class = QuotaSerializer

    def get_queryset(self) -> QuerySet[Quota]:
        seen = Quota.objects.visible_to(self.request.user)
        return seen.select_related("programme", "structure").order_by("-pk")
