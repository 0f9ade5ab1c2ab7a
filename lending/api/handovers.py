"""Hand-overs and loans."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from lending import actions
from lending.actions import Signed
from lending.api.acts import PORTAL, LendingViewSet
from lending.models import HandOver, Loan
from lending.serializers.packs import (
    CheckContentsSerializer,
    CheckPersonSerializer,
    ExplainSerializer,
    HandOverSerializer,
    LoanReturnSerializer,
    LoanSerializer,
    NamePersonSerializer,
    RenewSerializer,
    RescheduleSerializer,
    SignSerializer,
    StolenSerializer,
)
from lending.states import SignatureKind

SEE = f"lending.view_handover|{PORTAL}"
HAND = f"lending.hand_over|{PORTAL}"
LEND = "lending.hand_over"
STATE = "status_impossible"
SIGN = (
    *("person_missing", "guardian_missing", "contents_unseen"),
    *("conditions_unexplained", "pack_blocked", "quota_exhausted"),
    *("target_reached", "already_equipped", "code_wrong", "code_over"),
)


@extend_schema_view(
    list=extend_schema(
        responses={200: HandOverSerializer, **problems(found=False, told=False)}
    ),
    retrieve=extend_schema(responses={200: HandOverSerializer, **problems(told=False)}),
)
class HandOverViewSet(LendingViewSet[HandOver]):
    """Hand-overs of a structure’s packs; a drawing or a paper is signed on the page."""

    SUBJECT = "handover"
    permissions = {"GET": SEE}
    queryset = HandOver.objects.none()
    serializer_class = HandOverSerializer

    def get_queryset(self) -> QuerySet[HandOver]:
        seen = HandOver.objects.visible_to(self.request.user)
        return seen.select_related(
            "pack", "request", "programme", "structure", "beneficiary"
        ).order_by("-pk")

    @act(
        *("reschedule", HAND, STATE, "appointment_impossible"),
        body=RescheduleSerializer,
        answer=HandOverSerializer,
    )
    def reschedule(self, request: Request, uuid: str) -> Response:
        """Another time or place for an appointment."""
        return self.act(request, actions.reschedule_handover, RescheduleSerializer)

    @act("begin", HAND, STATE, answer=HandOverSerializer)
    def begin(self, request: Request, uuid: str) -> Response:
        """The person is here."""
        return self.act(request, actions.begin_handover)

    @act(
        *("person", HAND, STATE, "person_foreign"),
        body=NamePersonSerializer,
        answer=HandOverSerializer,
    )
    def person(self, request: Request, uuid: str) -> Response:
        """Say who receives the pack."""
        return self.act(request, actions.name_person, NamePersonSerializer)

    @act(
        *("check-person", HAND, STATE, "person_missing", "guardian_missing"),
        body=CheckPersonSerializer,
        answer=HandOverSerializer,
    )
    def check_person(self, request: Request, uuid: str) -> Response:
        """How the person was known; no identity paper is copied."""
        return self.act(request, actions.check_person, CheckPersonSerializer)

    @act(
        *("check-contents", HAND, STATE, "contents_unseen"),
        body=CheckContentsSerializer,
        answer=HandOverSerializer,
    )
    def check_contents(self, request: Request, uuid: str) -> Response:
        """Which things of the pack were seen together with the person."""
        return self.act(request, actions.check_contents, CheckContentsSerializer)

    @act("explain", HAND, STATE, body=ExplainSerializer, answer=HandOverSerializer)
    def explain(self, request: Request, uuid: str) -> Response:
        """The conditions were explained, in this language."""
        return self.act(request, actions.explain_conditions, ExplainSerializer)

    @act(
        *("code", HAND, STATE, "no_way_to_send_code", "code_just_sent"),
        answer=HandOverSerializer,
    )
    def code(self, request: Request, uuid: str) -> Response:
        """Send the person a code to sign with."""
        return self.act(request, actions.send_signing_code)

    @act("sign", HAND, STATE, *SIGN, body=SignSerializer, answer=HandOverSerializer)
    def sign(self, request: Request, uuid: str) -> Response:
        """Hand the pack over for good, signed by a typed name and the code."""
        found, asked = self.get_object(), told(SignSerializer, request)
        signature = Signed(kind=SignatureKind.TYPED_CODE, **asked)
        actions.sign_handover(
            handover=found, signature=signature, by=signed_in(request)
        )
        return self.show(found)

    @act("no-show", HAND, STATE, "appointment_impossible", answer=HandOverSerializer)
    def no_show(self, request: Request, uuid: str) -> Response:
        """Nobody came."""
        return self.act(request, actions.no_show)

    @act("cancel", HAND, STATE, answer=HandOverSerializer)
    def cancel(self, request: Request, uuid: str) -> Response:
        """Call an appointment off."""
        return self.act(request, actions.cancel_handover)


@extend_schema_view(
    list=extend_schema(
        responses={200: LoanSerializer, **problems(found=False, told=False)}
    ),
    retrieve=extend_schema(responses={200: LoanSerializer, **problems(told=False)}),
)
class LoanViewSet(LendingViewSet[Loan]):
    """Packs that are lent: until when, to whom, and what became of them."""

    SUBJECT = "loan"
    permissions = {"GET": SEE}
    queryset = Loan.objects.none()
    serializer_class = LoanSerializer

    def get_queryset(self) -> QuerySet[Loan]:
        seen = Loan.objects.visible_to(self.request.user)
        return seen.select_related(
            "handover__pack", "handover__structure", "handover__beneficiary"
        ).order_by("-pk")

    @act(
        *("renew", LEND, STATE, "renewals_used_up", "date_impossible"),
        body=RenewSerializer,
        answer=LoanSerializer,
    )
    def renew(self, request: Request, uuid: str) -> Response:
        """Let a pack stay longer."""
        return self.act(request, actions.renew_loan, RenewSerializer)

    @act("remind", LEND, STATE, "reminder_just_sent", answer=LoanSerializer)
    def remind(self, request: Request, uuid: str) -> Response:
        """Remind whoever has the pack, now."""
        return self.act(request, actions.send_reminder_now)

    @act("gift", LEND, STATE, "pack_blocked", answer=LoanSerializer)
    def gift(self, request: Request, uuid: str) -> Response:
        """Let the person keep what was lent."""
        return self.act(request, actions.turn_into_gift)

    @act("lost", LEND, STATE, answer=LoanSerializer)
    def lost(self, request: Request, uuid: str) -> Response:
        """The pack is lost."""
        return self.act(request, actions.report_lost)

    @act(
        *("stolen", LEND, STATE, "report_missing"),
        body=StolenSerializer,
        answer=LoanSerializer,
    )
    def stolen(self, request: Request, uuid: str) -> Response:
        """The pack was stolen; the reference of the report."""
        return self.act(request, actions.report_stolen, StolenSerializer)

    @act(
        *("return", LEND, STATE, "conditions_unsaid", "line_foreign"),
        "nothing_came_back",
        body=LoanReturnSerializer,
        answer=LoanSerializer,
    )
    def return_loan(self, request: Request, uuid: str) -> Response:
        """Take a pack back: its machines are to be erased again."""
        return self.act(request, actions.return_loan, LoanReturnSerializer)

    @act("close", LEND, STATE, answer=LoanSerializer)
    def close(self, request: Request, uuid: str) -> Response:
        """What came back was looked at."""
        return self.act(request, actions.close_loan)
