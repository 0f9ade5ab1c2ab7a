"""Packs: made, placed, delivered, taken apart."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory.api.acts import act, told
from lending import actions
from lending.actions.fitting import Unit
from lending.actions.units import unit_of
from lending.api.acts import PORTAL, LendingViewSet
from lending.errors import LineForeign
from lending.models import Pack, PackLine
from lending.serializers.packs import (
    AttachSerializer,
    BeginPackSerializer,
    HandOverSerializer,
    LeaveOutSerializer,
    LineSerializer,
    PackSerializer,
    PlacePackSerializer,
    PlanHandOverSerializer,
    PutInSerializer,
    SubstituteSerializer,
)

MAKE = "lending.make_pack"
CARRY = "lending.make_pack|lending.hand_over"
SHUT, STATE = "pack_shut", "status_impossible"
UNIT = ("unit_taken", "unit_not_ready", "unit_elsewhere", "nothing_wants_it")


@extend_schema_view(
    list=extend_schema(
        responses={200: PackSerializer, **problems(found=False, told=False)}
    ),
    retrieve=extend_schema(responses={200: PackSerializer, **problems(told=False)}),
)
class PackViewSet(LendingViewSet[Pack]):
    """Packs; a structure sees those that are made for its requests."""

    SUBJECT = "pack"
    permissions = {"GET": f"lending.view_pack|{PORTAL}", "POST": MAKE}
    queryset = Pack.objects.none()
    serializer_class = PackSerializer

    def get_queryset(self) -> QuerySet[Pack]:
        seen = Pack.objects.visible_to(self.request.user).for_list()
        units = ("wanted", "device", "sim", "modem__sim", "counted_kind")
        return seen.prefetch_related(*(f"lines__{unit}" for unit in units))

    @extend_schema(
        request=BeginPackSerializer,
        responses={
            201: PackSerializer,
            **problems(
                *("template_retired", "request_not_accepted", "request_served"),
                found=False,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Begin a pack from a version of a template."""
        facts = told(BeginPackSerializer, request)
        begun = actions.begin_pack(**facts, by=signed_in(request))
        return self.show(begun, status=201)

    @act("put-in", MAKE, SHUT, *UNIT, body=PutInSerializer, answer=PackSerializer)
    def put_in(self, request: Request, uuid: str) -> Response:
        """Put a unit into the first line that asks for it."""
        pack, asked = self.get_object(), told(PutInSerializer, request)
        unit = self._unit(request, asked.pop("code"))
        actions.put_in(pack=pack, unit=unit, **asked, by=signed_in(request))
        return self.show(pack)

    @act(
        *("substitute", MAKE, SHUT, "line_foreign", *UNIT),
        body=SubstituteSerializer,
        answer=PackSerializer,
    )
    def substitute(self, request: Request, uuid: str) -> Response:
        """Put another unit in the place of what a line asks for, and say why."""
        pack, asked = self.get_object(), told(SubstituteSerializer, request)
        line = self._line(pack, asked.pop("line"))
        unit = self._unit(request, asked.pop("code"))
        actions.substitute(line=line, unit=unit, **asked, by=signed_in(request))
        return self.show(pack)

    @act(
        *("take-out", MAKE, SHUT, "line_foreign", "line_empty"),
        body=LineSerializer,
        answer=PackSerializer,
    )
    def take_out(self, request: Request, uuid: str) -> Response:
        """Take out what a line holds."""
        pack = self.get_object()
        line = self._line(pack, told(LineSerializer, request)["line"])
        actions.take_out(line=line, by=signed_in(request))
        return self.show(pack)

    @act(
        *("leave-out", MAKE, SHUT, "line_foreign", "line_needed"),
        "leaving_unexplained",
        body=LeaveOutSerializer,
        answer=PackSerializer,
    )
    def leave_out(self, request: Request, uuid: str) -> Response:
        """Let the pack go without what an optional line asks for."""
        pack, asked = self.get_object(), told(LeaveOutSerializer, request)
        line = self._line(pack, asked.pop("line"))
        actions.leave_out(line=line, **asked, by=signed_in(request))
        return self.show(pack)

    @act(
        *("close", MAKE, STATE, "pack_incomplete", "pack_blocked"),
        answer=PackSerializer,
    )
    def close(self, request: Request, uuid: str) -> Response:
        """Close a pack that holds all it should: its machines pass the gate."""
        return self.act(request, actions.close_pack)

    @act("reopen", MAKE, STATE, answer=PackSerializer)
    def reopen(self, request: Request, uuid: str) -> Response:
        """Go on making a pack that was closed."""
        return self.act(request, actions.reopen_pack)

    @act(
        *("place", MAKE, STATE, "place_closed", "place_elsewhere"),
        body=PlacePackSerializer,
        answer=PackSerializer,
    )
    def place(self, request: Request, uuid: str) -> Response:
        """Put a pack in a place; a closed one is then ready to hand over."""
        return self.act(request, actions.place_pack, PlacePackSerializer)

    @act(
        *("attach", MAKE, STATE, "request_not_accepted", "request_served"),
        "criteria_unmet",
        body=AttachSerializer,
        answer=PackSerializer,
    )
    def attach(self, request: Request, uuid: str) -> Response:
        """Say for which accepted request a pack is."""
        return self.act(request, actions.attach_to_request, AttachSerializer)

    @act(
        *("deliver", CARRY, STATE, "pack_for_nobody", "pack_blocked"),
        answer=PackSerializer,
    )
    def deliver(self, request: Request, uuid: str) -> Response:
        """Give a ready pack to the structure that asked for it."""
        return self.act(request, actions.deliver_pack)

    @act("take-back", CARRY, STATE, answer=PackSerializer)
    def take_back(self, request: Request, uuid: str) -> Response:
        """Take a delivered pack back from its structure."""
        return self.act(request, actions.take_pack_back)

    @act("dismantle", MAKE, STATE, "pack_planned", answer=PackSerializer)
    def dismantle(self, request: Request, uuid: str) -> Response:
        """Take a pack apart: everything in it is free again."""
        return self.act(request, actions.dismantle_pack)

    @act(
        *("hand-over", "lending.hand_over", "pack_not_ready", "pack_handed_over"),
        *("pack_planned", "handover_foreign", "appointment_impossible"),
        body=PlanHandOverSerializer,
        answer=HandOverSerializer,
        status=201,
    )
    def hand_over(self, request: Request, uuid: str) -> Response:
        """Make an appointment to hand a pack over."""
        pack, asked = self.get_object(), told(PlanHandOverSerializer, request)
        planned = actions.plan_handover(pack=pack, **asked, by=signed_in(request))
        return Response(HandOverSerializer(planned).data, status=201)

    def _line(self, pack: Pack, wanted: UUID) -> PackLine:
        found = pack.lines.filter(uuid=wanted, released_at=None)
        line = found.select_related("wanted", "pack").first()
        if line is None:
            raise LineForeign(_("This is not in the pack."))
        return line

    def _unit(self, request: Request, code: str) -> Unit:
        unit = unit_of(code, signed_in(request))
        if unit is None:
            raise ValidationError({"code": _("Nothing here has this code.")})
        return unit
