"""Requests: asked by structures, answered by the association."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from lending import actions
from lending.api.acts import PORTAL, LendingViewSet
from lending.filters.requests import RequestFilter
from lending.models import EquipmentRequest
from lending.serializers.requests import (
    AdjournSerializer,
    AnswersSerializer,
    ApproveSerializer,
    BeginSerializer,
    EndSerializer,
    MessageSerializer,
    RefuseSerializer,
    RequestSerializer,
    WaitSerializer,
    WriteSerializer,
)

SEE = f"lending.view_request|{PORTAL}"
DECIDE = "lending.decide_request"
STATE = "status_impossible"
QUOTA = (
    *("quota_exhausted", "target_reached", "programme_closed"),
    *("programme_foreign", "already_equipped"),
)


@extend_schema_view(
    list=extend_schema(responses={200: RequestSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: RequestSerializer, **problems(told=False)}),
)
class RequestViewSet(LendingViewSet[EquipmentRequest]):
    """What structures ask for; the filters are those of the page."""

    SUBJECT = "request"
    permissions = {"GET": SEE, "POST": PORTAL}
    queryset = EquipmentRequest.objects.none()
    serializer_class = RequestSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = RequestFilter

    def get_queryset(self) -> QuerySet[EquipmentRequest]:
        return EquipmentRequest.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=BeginSerializer,
        responses={
            201: RequestSerializer,
            **problems("structure_closed", "structure_not_authorised", found=False),
        },
    )
    def create(self, request: Request) -> Response:
        """Begin a request of a structure; answers come one by one."""
        facts = told(BeginSerializer, request)
        begun = actions.begin_request(**facts, by=signed_in(request))
        return self.show(begun, status=201)

    @act(
        *("answers", PORTAL, "request_sent", "date_impossible"),
        *("person_foreign", "programme_foreign", "quantity_impossible"),
        body=AnswersSerializer,
        answer=RequestSerializer,
    )
    def answers(self, request: Request, uuid: str) -> Response:
        """Answer some of the questions; `missing` says which are open still."""
        return self.act(request, actions.answer_request, AnswersSerializer)

    @act(
        "submit", PORTAL, "request_sent", "request_incomplete", answer=RequestSerializer
    )
    def submit(self, request: Request, uuid: str) -> Response:
        """Send a request: it gets its number."""
        return self.act(request, actions.submit_request)

    @act(
        *("withdraw", PORTAL, STATE),
        body=EndSerializer,
        answer=RequestSerializer,
    )
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Take a request back."""
        return self.act(request, actions.withdraw_request, EndSerializer)

    @extend_schema(
        methods=["GET"],
        responses={200: MessageSerializer(many=True), **problems(told=False)},
    )
    @extend_schema(
        methods=["POST"],
        request=WriteSerializer,
        responses={201: MessageSerializer, **problems(STATE)},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        url_path="messages",
        permissions={"GET": SEE, "POST": f"{DECIDE}|{PORTAL}"},
        filterset_class=None,
        pagination_class=None,
    )
    def messages(self, request: Request, uuid: str) -> Response:
        """The thread between the structure and the association."""
        row = self.get_object()
        if request.method == "POST":
            facts = told(WriteSerializer, request)
            said = actions.send_message(request=row, **facts, by=signed_in(request))
            return Response(MessageSerializer(said).data, status=201)
        thread = row.messages.select_related("author")
        return Response(MessageSerializer(thread, many=True).data)

    @act("take-up", DECIDE, STATE, answer=RequestSerializer)
    def take_up(self, request: Request, uuid: str) -> Response:
        """Begin to read a request."""
        return self.act(request, actions.take_up)

    @act("ask", DECIDE, STATE, body=WriteSerializer, answer=RequestSerializer)
    def ask(self, request: Request, uuid: str) -> Response:
        """Ask the structure for what is missing."""
        return self.act(request, actions.ask_to_complete, WriteSerializer)

    @act(
        *("approve", DECIDE, STATE, *QUOTA),
        body=ApproveSerializer,
        answer=RequestSerializer,
    )
    def approve(self, request: Request, uuid: str) -> Response:
        """Accept a request: its packs are promised."""
        return self.act(request, actions.approve_request, ApproveSerializer)

    @act("wait", DECIDE, STATE, body=WaitSerializer, answer=RequestSerializer)
    def wait(self, request: Request, uuid: str) -> Response:
        """Put a request on the waiting list."""
        return self.act(request, actions.put_on_waiting_list, WaitSerializer)

    @act(
        *("adjourn", DECIDE, STATE, "date_impossible"),
        body=AdjournSerializer,
        answer=RequestSerializer,
    )
    def adjourn(self, request: Request, uuid: str) -> Response:
        """Put a request off until a day."""
        return self.act(request, actions.adjourn_request, AdjournSerializer)

    @act("refuse", DECIDE, STATE, body=RefuseSerializer, answer=RequestSerializer)
    def refuse(self, request: Request, uuid: str) -> Response:
        """Refuse a request; the structure is told why."""
        return self.act(request, actions.refuse_request, RefuseSerializer)

    @act("dismiss", DECIDE, STATE, body=EndSerializer, answer=RequestSerializer)
    def dismiss(self, request: Request, uuid: str) -> Response:
        """Close a request without effect."""
        return self.act(request, actions.dismiss_request, EndSerializer)

    @act("reconsider", DECIDE, STATE, answer=RequestSerializer)
    def reconsider(self, request: Request, uuid: str) -> Response:
        """Take an acceptance back: to the waiting list, the promise freed."""
        return self.act(request, actions.reconsider_request)
