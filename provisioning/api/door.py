"""What every address of the agents has in common: who calls, and how it is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, UnsupportedMediaType
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agent import wire
from backoffice.core.models.token import hash_secret
from provisioning import actions, errors
from provisioning.models import Agent

AGENT_NAME = re.compile(r"rebond-agent/(\d{1,6}(?:\.\d{1,6}){0,3})")


class TokenInvalid(AuthenticationFailed):
    default_code = "token_invalid"


class AgentAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`, looked up by its hash."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Agent]:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        agent, digest = None, ""
        if scheme.lower() == b"bearer":
            digest = hash_secret(token.decode("latin-1").strip())
            agent = Agent.objects.by_token_hash(digest)
        if agent is None:
            raise TokenInvalid(_("This credential is not known."))
        if agent.revoked_at is not None:
            raise errors.AgentRevoked(_("This machine is revoked."))
        if agent.next_token_sha256 == digest:
            actions.adopt_token(agent=agent, digest=digest)
        return AnonymousUser(), agent

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsAgent(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Agent)


@method_decorator(login_not_required, name="dispatch")
class WireView(APIView):
    """The wire's own errors become its own codes; an agent too old is told so."""

    authentication_classes: Sequence[type[BaseAuthentication]] = ()
    permission_classes: Sequence[type[BasePermission]] = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_old(request.headers.get("User-Agent", ""))
        super().initial(request, *args, **kwargs)

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


class AgentView(WireView):
    """An address for machines that have joined."""

    authentication_classes = (AgentAuthentication,)
    permission_classes = (IsAgent,)


def agent_of(request: Request) -> Agent:
    """The machine behind a call that `IsAgent` let through."""
    if not isinstance(request.auth, Agent):
        raise TokenInvalid
    return request.auth


def body_of(request: Request) -> bytes:
    """The body’s exact bytes, bounded: the wire reads its own JSON."""
    if request.content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(request.content_type)
    stream = request.stream
    body: bytes = stream.read(wire.MAX_BODY_BYTES + 1) if stream else b""
    if len(body) > wire.MAX_BODY_BYTES:
        raise errors.TooLarge(_("A report holds at most four mebibytes."))
    return body


def refuse_too_old(program: str) -> None:
    """Raise for an agent that names a version below the oldest that is answered.

    Whoever names none may be a person with a tool of their own: the wire decides.
    """
    named = AGENT_NAME.match(program)
    if not (named and settings.AGENT_OLDEST_VERSION):
        return
    if _numbers(named[1]) < _numbers(settings.AGENT_OLDEST_VERSION):
        raise errors.UpgradeRequired(
            _("This agent is too old for this server."),
            advice=_("Update it; what it has to say waits on the machine."),
            oldest=settings.AGENT_OLDEST_VERSION,
        )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]
