"""Which device a machine is, said by a program."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from provisioning import actions
from provisioning.models import Agent
from provisioning.serializers.orders import BindSerializer, MachineSerializer


@extend_schema_view(
    retrieve=extend_schema(responses={200: MachineSerializer, **problems(told=False)}),
)
class MachineViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet[Agent]):
    """Machines that joined, by UUID."""

    permissions = {"GET": "provisioning.view_agent"}
    queryset = Agent.objects.none()
    serializer_class = MachineSerializer
    lookup_field = "uuid"
    lookup_url_kwarg = "agent"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Agent]:
        return Agent.objects.visible_to(self.request.user).select_related("device")

    @act(
        *("bind", "provisioning.bind_agent", "binding_doubtful", "already_bound"),
        "agent_revoked",
        body=BindSerializer,
        answer=MachineSerializer,
    )
    def bind(self, request: Request, agent: str) -> Response:
        """Say which device a machine is; `sure` where the two contradict each other."""
        found = self.get_object()
        facts = told(BindSerializer, request)
        bound = actions.bind_agent(agent=found, **facts, by=signed_in(request))
        return Response(MachineSerializer(bound).data)
