"""Devices: found, received, and moved along the bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.core.api_auth import signed_in
from backoffice.core.openapi import problems
from inventory import actions
from inventory.api.acts import act, told
from inventory.filters import DeviceFilter
from inventory.models import Device
from inventory.serializers.devices import (
    CheckSerializer,
    DeviceSerializer,
    HoldSerializer,
    MoveSerializer,
    ReceiveSerializer,
    ReturnSerializer,
    SetAsideSerializer,
)
from inventory.serializers.drives import DeclaredDriveSerializer, DriveSerializer
from inventory.serializers.health import HealthSerializer
from inventory.tags import TagInAddress

REFURBISH = "inventory.refurbish_device"
DISPOSE = "inventory.dispose_device"
HOLD = "inventory.hold_device"
GATE = ("drive_unproven", "drives_unknown", "on_hold")


@extend_schema_view(
    list=extend_schema(responses={200: DeviceSerializer, **problems(found=False)}),
    retrieve=extend_schema(responses={200: DeviceSerializer, **problems(told=False)}),
)
class DeviceViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Device]
):
    """Devices by tag, newest first; the filters are those of the page."""

    permissions = {
        "GET": "inventory.view_device",
        "POST": "inventory.receive_device",
    }
    queryset = Device.objects.none()
    serializer_class = DeviceSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = DeviceFilter
    lookup_field = "tag"
    lookup_value_regex = TagInAddress.regex

    def get_queryset(self) -> QuerySet[Device]:
        devices = Device.objects.visible_to(self.request.user)
        if self.action == "health":
            return devices.select_related("health__rules")
        return devices.select_related("lot__donation", "place", "site").order_by("-pk")

    @extend_schema(responses={200: HealthSerializer, **problems(told=False)})
    @action(detail=True, url_path="health")
    def health(self, request: Request, tag: str) -> Response:
        """What a device's machine said of its health, and how it was judged."""
        return Response(HealthSerializer(self.get_object()).data)

    @extend_schema(
        request=ReceiveSerializer,
        responses={
            201: DeviceSerializer,
            **problems(
                *("lot_closed", "serial_known", "serial_missing", "place_closed"),
                *("place_elsewhere", "drive_elsewhere"),
                found=False,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Receive a device: it gets its tag."""
        facts = told(ReceiveSerializer, request)
        device = actions.receive_device(**facts, by=signed_in(request))
        return self._answer(device, status=201)

    @act("receive", "inventory.receive_device", "wrong_status", answer=DeviceSerializer)
    def receive(self, request: Request, tag: str) -> Response:
        """Receive a device that was announced, or that was missing."""
        return self._do(request, actions.receive_announced)

    @act("start-triage", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def start_triage(self, request: Request, tag: str) -> Response:
        """Take a received device to the triage table."""
        return self._do(request, actions.start_triage)

    @act("triage", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def triage(self, request: Request, tag: str) -> Response:
        """Keep a device for reuse."""
        return self._do(request, actions.triage_device)

    @act("refurbish", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def refurbish(self, request: Request, tag: str) -> Response:
        """Take a device to the bench."""
        return self._do(request, actions.start_refurbishment)

    @act("await-parts", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def await_parts(self, request: Request, tag: str) -> Response:
        """Put a device aside until a part comes."""
        return self._do(request, actions.await_parts)

    @act("check", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def check(self, request: Request, tag: str) -> Response:
        """Send a device to the quality check."""
        return self._do(request, actions.send_to_quality_check)

    @act(
        *("check/pass", "inventory.check_device"),
        *("wrong_status", "checks_missing", *GATE),
        body=CheckSerializer,
        answer=DeviceSerializer,
    )
    def check_pass(self, request: Request, tag: str) -> Response:
        """Pass the quality check: every line good, every drive proven."""
        return self._do(request, actions.pass_quality_check, CheckSerializer)

    @act(
        *("check/fail", "inventory.check_device", "wrong_status"),
        body=CheckSerializer,
        answer=DeviceSerializer,
    )
    def check_fail(self, request: Request, tag: str) -> Response:
        """Send a device back to the bench with what was not good."""
        return self._do(request, actions.fail_quality_check, CheckSerializer)

    @act(
        *("ready", "inventory.declare_ready"),
        *("wrong_status", "quality_check_missing", *GATE),
        answer=DeviceSerializer,
    )
    def ready(self, request: Request, tag: str) -> Response:
        """Put a checked device on the ready shelf."""
        return self._do(request, actions.declare_ready)

    @act("back", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def back(self, request: Request, tag: str) -> Response:
        """Send a device back to the workshop."""
        return self._do(request, actions.send_back_to_workshop)

    @act(
        *("hold", HOLD, "on_hold"),
        body=HoldSerializer,
        answer=DeviceSerializer,
    )
    def hold(self, request: Request, tag: str) -> Response:
        """Keep a device from leaving."""
        return self._do(request, actions.hold_device, HoldSerializer)

    @act("release", HOLD, "on_hold", answer=DeviceSerializer)
    def release(self, request: Request, tag: str) -> Response:
        """Release the hold."""
        return self._do(request, actions.release_hold)

    @act(
        *("move", "inventory.move_device", "place_closed", "already_there"),
        body=MoveSerializer,
        answer=DeviceSerializer,
    )
    def move(self, request: Request, tag: str) -> Response:
        """Put a device somewhere else."""
        return self._do(request, actions.move_to_place, MoveSerializer)

    @act(
        *("set-aside", DISPOSE, "wrong_status"),
        body=SetAsideSerializer,
        answer=DeviceSerializer,
    )
    def set_aside(self, request: Request, tag: str) -> Response:
        """Decide that a device will not be used again as a whole."""
        return self._do(request, actions.set_aside, SetAsideSerializer)

    @act("for-parts", DISPOSE, "wrong_status", *GATE, answer=DeviceSerializer)
    def for_parts(self, request: Request, tag: str) -> Response:
        """Keep a device for its parts; with a drive inside it passes the gate."""
        return self._do(request, actions.keep_for_parts)

    @act("scrap", DISPOSE, "wrong_status", answer=DeviceSerializer)
    def scrap(self, request: Request, tag: str) -> Response:
        """Decide that a device is waste."""
        return self._do(request, actions.scrap_device)

    @act(
        *("return", DISPOSE, "wrong_status", *GATE),
        body=ReturnSerializer,
        answer=DeviceSerializer,
    )
    def return_to_donor(self, request: Request, tag: str) -> Response:
        """Give a device back to its donor."""
        return self._do(request, actions.return_to_donor, ReturnSerializer)

    @act("missing", REFURBISH, "wrong_status", answer=DeviceSerializer)
    def missing(self, request: Request, tag: str) -> Response:
        """Say that a device is nowhere to be found."""
        return self._do(request, actions.declare_missing)

    @act(
        *("undo", "inventory.view_device", "nothing_to_undo", "undo_too_late"),
        answer=DeviceSerializer,
    )
    def undo(self, request: Request, tag: str) -> Response:
        """Take back one's own last act on a device, within ten minutes."""
        return self._do(request, actions.undo_last)

    @act(
        *("no-storage", "inventory.receive_device", "storage_declared"),
        answer=DeviceSerializer,
    )
    def no_storage(self, request: Request, tag: str) -> Response:
        """Say, as the person who looked, that no drive is inside."""
        return self._do(request, actions.declare_no_storage)

    @act(
        *("drives", "inventory.receive_device", "drive_elsewhere"),
        body=DeclaredDriveSerializer,
        answer=DriveSerializer,
        status=201,
    )
    def drives(self, request: Request, tag: str) -> Response:
        """Declare a drive that was found in a device."""
        facts = told(DeclaredDriveSerializer, request)
        drive = actions.declare_drive(
            device=self.get_object(), **facts, by=signed_in(request)
        )
        return Response(DriveSerializer(drive).data, status=201)

    def _do(
        self,
        request: Request,
        done: Callable[..., object],
        serializer: type[Any] | None = None,
    ) -> Response:
        """The body of the acts that change one device."""
        device = self.get_object()
        facts = told(serializer, request) if serializer else {}
        done(device=device, **facts, by=signed_in(request))
        return self._answer(self.get_object())

    def _answer(self, device: Device, status: int = 200) -> Response:
        return Response(DeviceSerializer(device).data, status=status)
