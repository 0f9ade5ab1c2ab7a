"""Machines join here, with a code that a person made for them."""

from __future__ import annotations

from django.core.cache import cache
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from agent import wire
from provisioning import actions, errors
from provisioning.api.door import AgentView, WireView, agent_of, body_of
from provisioning.server_key import public_key

# Wrong join codes from one address before it has to wait. Right ones never
# count: a workshop enrols its whole room from behind one address.
WRONG_CODES = 20
WRONG_CODES_SECONDS = 3600


class EnrolView(WireView):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        refuse_guessing(request)
        asked = wire.EnrolRequest.from_bytes(body_of(request))
        try:
            enrolled = actions.enrol_agent(request=asked)
        except errors.CodeInvalid:
            note_wrong_code(request)
            raise
        pending = enrolled.agent.approved_at is None
        reply = wire.EnrolReply(
            agent_id=enrolled.agent.uuid,
            token=enrolled.token,
            server_time=timezone.now(),
            next_seq=enrolled.agent.next_seq,
            server_key=public_key(),
            pending=pending,
        )
        joined = 201 if enrolled.created else 200
        return Response(reply.to_json(), status=202 if pending else joined)


class RotateView(AgentView):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        token = actions.rotate_token(agent=agent_of(request))
        return Response(wire.Rotated(token=token).to_json())


def _key(request: Request) -> str:
    throttle = ScopedRateThrottle()
    return f"wrong-codes:{throttle.get_ident(request)}"


def refuse_guessing(request: Request) -> None:
    if cache.get(_key(request), 0) >= WRONG_CODES:
        raise Throttled(wait=WRONG_CODES_SECONDS)


def note_wrong_code(request: Request) -> None:
    key = _key(request)
    cache.add(key, 0, WRONG_CODES_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # the hour was over between the two
        cache.set(key, 1, WRONG_CODES_SECONDS)
