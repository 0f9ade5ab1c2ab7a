"""Machines hand over what they saw, and what they say while they work."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agent import wire
from provisioning import actions
from provisioning.api.door import AgentView, agent_of, body_of


class ReportView(AgentView):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        envelope = wire.Envelope.from_bytes(body_of(request))
        accepted = actions.accept_report(agent=agent_of(request), envelope=envelope)
        device = accepted.agent.device
        reply = wire.ReportReply(
            report_id=accepted.report.report_id,
            received_at=accepted.report.received_at,
            clock_offset_seconds=accepted.report.clock_offset_seconds,
            next_seq=accepted.agent.next_seq,
            device=device.tag if device else None,
        )
        return Response(reply.to_json(), status=201 if accepted.created else 200)


class EventsView(AgentView):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        told = wire.Events.from_bytes(body_of(request))
        noted = actions.note_events(agent=agent_of(request), told=told)
        reply = wire.EventsReply(last_seq=noted.last_seq, cancelled=noted.cancelled)
        return Response(reply.to_json(), status=202)
