"""What anybody may ask of the server: its clock, and who vouches for it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from agent import wire
from provisioning.api.door import WireView
from provisioning.server_key import sign


class TimeView(WireView):
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "agent-time"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        asked = {
            "nonce": request.query_params.get("nonce", ""),
            "now": timezone.now().isoformat(),
        }
        unsigned = wire.Time.from_json(asked)
        signed = dataclasses.replace(unsigned, signature=sign(unsigned.signed))
        return Response(signed.to_json())


class AuthorityView(WireView):
    """The certificate behind the server's own: believed only where its key is pinned."""

    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "agent-time"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        if not settings.AGENT_AUTHORITY_FILE:
            raise Http404
        certificate = Path(settings.AGENT_AUTHORITY_FILE).read_bytes()
        return HttpResponse(certificate, content_type="application/x-pem-file")
