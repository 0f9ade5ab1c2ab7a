"""The door through which a machine learns how the card of its pack is used."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lending import actions
from provisioning.api.door import AgentView, agent_of


class ConnectivityView(AgentView):
    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Kept by nobody on the way, and written down each time."""
        page = urljoin(settings.BASE_URL, reverse("core:health"))
        told = actions.tell_connectivity(agent=agent_of(request), page=page)
        return Response(told.to_json(), headers={"Cache-Control": "no-store"})
