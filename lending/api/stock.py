"""Cards, plans and counted things."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from lending import actions
from lending.api.acts import LendingViewSet
from lending.models import CountedStock, Plan, SimCard
from lending.serializers.stock import (
    CountedSerializer,
    FollowSerializer,
    GivePlanSerializer,
    PlanSerializer,
    ReceiveSimSerializer,
    SimSerializer,
    TopUpFactsSerializer,
    TopUpSerializer,
)

SEE, MANAGE = "lending.view_sim", "lending.manage_sim"


@extend_schema_view(
    list=extend_schema(
        responses={200: SimSerializer, **problems(found=False, told=False)}
    ),
    retrieve=extend_schema(responses={200: SimSerializer, **problems(told=False)}),
)
class SimViewSet(LendingViewSet[SimCard]):
    """SIM cards, without their codes."""

    SUBJECT = "card"
    permissions = {"GET": SEE, "POST": MANAGE}
    queryset = SimCard.objects.none()
    serializer_class = SimSerializer

    def get_queryset(self) -> QuerySet[SimCard]:
        return SimCard.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        request=ReceiveSimSerializer,
        responses={
            201: SimSerializer,
            **problems("number_malformed", "card_known", found=False),
        },
    )
    def create(self, request: Request) -> Response:
        """Take a card into stock under a tag of its own."""
        facts = told(ReceiveSimSerializer, request)
        card = actions.receive_sim(**facts, by=signed_in(request))
        return self.show(card, status=201)

    @act(
        *("follow", MANAGE, "status_impossible"),
        body=FollowSerializer,
        answer=SimSerializer,
    )
    def follow(self, request: Request, uuid: str) -> Response:
        """Write down what became of a card: lost, blocked, at its end."""
        return self.act(request, actions.follow_sim, FollowSerializer)

    @act(
        *("plan", MANAGE, "plan_retired", "date_impossible"),
        body=GivePlanSerializer,
        answer=SimSerializer,
    )
    def plan(self, request: Request, uuid: str) -> Response:
        """Give a card a plan, from a day on."""
        return self.act(request, actions.give_plan, GivePlanSerializer)

    @act(
        *("top-ups", "lending.top_up_sim", "top_up_above_cap", "help_over"),
        *("card_of_another", "amount_impossible"),
        body=TopUpFactsSerializer,
        answer=TopUpSerializer,
        status=201,
    )
    def top_ups(self, request: Request, uuid: str) -> Response:
        """Put credit on a card for who holds it, within the caps."""
        card, asked = self.get_object(), told(TopUpFactsSerializer, request)
        made = actions.top_up(card=card, **asked, by=signed_in(request))
        return Response(TopUpSerializer(made).data, status=201)


@extend_schema_view(
    list=extend_schema(
        responses={200: PlanSerializer, **problems(found=False, told=False)}
    )
)
class PlanViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Plan]):
    """What operators sell."""

    permissions = {"GET": SEE}
    queryset = Plan.objects.none()
    serializer_class = PlanSerializer

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.request.user).order_by("-pk")


@extend_schema_view(
    list=extend_schema(
        responses={200: CountedSerializer, **problems(found=False, told=False)}
    )
)
class CountedViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[CountedStock]):
    """What is counted and not labelled, at each site."""

    permissions = {"GET": "lending.view_pack"}
    queryset = CountedStock.objects.none()
    serializer_class = CountedSerializer

    def get_queryset(self) -> QuerySet[CountedStock]:
        return CountedStock.objects.visible_to(self.request.user).for_list()
