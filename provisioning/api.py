"""Where agents call. An agent is not a user: it has its own credential and scope."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import (
    AuthenticationFailed,
    Throttled,
    UnsupportedMediaType,
)
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from agent import wire
from backoffice.core.models.token import hash_secret
from provisioning import actions, errors
from provisioning.models import Agent

# Wrong join codes from one address before it has to wait. Right ones never
# count: a workshop enrols its whole room from behind one address.
WRONG_CODES = 20
WRONG_CODES_SECONDS = 3600


class TokenInvalid(AuthenticationFailed):
    default_code = "token_invalid"


class AgentAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`, looked up by its hash."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Agent]:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        agent = None
        if scheme.lower() == b"bearer":
            digest = hash_secret(token.decode("latin-1").strip())
            agent = Agent.objects.by_token_hash(digest)
        if agent is None:
            raise TokenInvalid(_("This credential is not known."))
        if agent.revoked_at is not None:
            raise errors.AgentRevoked(_("This machine is revoked."))
        return AnonymousUser(), agent

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsAgent(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Agent)


@method_decorator(login_not_required, name="dispatch")
class WireView(APIView):
    """What the three addresses share: the wire's own errors become its own codes."""

    authentication_classes: Sequence[type[BaseAuthentication]] = ()
    permission_classes: Sequence[type[BasePermission]] = (AllowAny,)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, wire.Unsupported):
            exc = errors.VersionUnsupported(_("This version is not spoken here."))
        elif isinstance(exc, wire.Malformed):
            exc = errors.Malformed(
                _("This is not what the protocol describes."),
                advice=str(exc),
                where=exc.where,
            )
        response: Response = super().handle_exception(exc)
        return response


class EnrolView(WireView):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        _refuse_guessing(request)
        asked = wire.EnrolRequest.from_bytes(_body(request))
        try:
            enrolled = actions.enrol_agent(request=asked)
        except errors.CodeInvalid:
            _note_wrong_code(request)
            raise
        reply = wire.EnrolReply(
            agent_id=enrolled.agent.uuid,
            token=enrolled.token,
            server_time=timezone.now(),
            next_seq=enrolled.agent.next_seq,
        )
        return Response(reply.to_json(), status=201 if enrolled.created else 200)


class ReportView(WireView):
    authentication_classes = (AgentAuthentication,)
    permission_classes = (IsAgent,)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        agent = request.auth
        if not isinstance(agent, Agent):
            raise TokenInvalid
        envelope = wire.Envelope.from_bytes(_body(request))
        accepted = actions.accept_report(agent=agent, envelope=envelope)
        device = accepted.agent.device
        reply = wire.ReportReply(
            report_id=accepted.report.report_id,
            received_at=accepted.report.received_at,
            clock_offset_seconds=accepted.report.clock_offset_seconds,
            next_seq=accepted.agent.next_seq,
            device=device.tag if device else None,
        )
        return Response(reply.to_json(), status=201 if accepted.created else 200)


class TimeView(WireView):
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "agent-time"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        asked = {
            "nonce": request.query_params.get("nonce", ""),
            "now": timezone.now().isoformat(),
        }
        return Response(wire.Time.from_json(asked).to_json())


def _body(request: Request) -> bytes:
    """The body’s exact bytes, bounded: the wire reads its own JSON."""
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(request.content_type)
    stream = request.stream
    body: bytes = stream.read(wire.MAX_BODY_BYTES + 1) if stream else b""
    if len(body) > wire.MAX_BODY_BYTES:
        raise errors.TooLarge(_("A report holds at most four mebibytes."))
    return body


def _key(request: Request) -> str:
    throttle = ScopedRateThrottle()
    return f"wrong-codes:{throttle.get_ident(request)}"


def _refuse_guessing(request: Request) -> None:
    if cache.get(_key(request), 0) >= WRONG_CODES:
        raise Throttled(wait=WRONG_CODES_SECONDS)


def _note_wrong_code(request: Request) -> None:
    key = _key(request)
    cache.add(key, 0, WRONG_CODES_SECONDS)
    cache.incr(key)
