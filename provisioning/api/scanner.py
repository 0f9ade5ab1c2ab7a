"""Serial scanners join a station here, and bring it what they read."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agent import wire
from agent.scans import JoinScanner, ScannerJoined, Scans, ScansKept
from backoffice.core.models.token import hash_secret
from inventory import actions
from inventory.actions import Arriving
from inventory.errors import ScannerCodeInvalid
from inventory.models import StationScanner
from provisioning.api.door import TokenInvalid, WireView, body_of
from provisioning.api.enrolment import note_wrong_code, refuse_guessing


class ScannerAuthentication(BaseAuthentication):
    """The credential of one scanner, which opens this door and no other."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, StationScanner]:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        scanner = None
        if scheme.lower() == b"bearer":
            digest = hash_secret(token.decode("latin-1").strip())
            scanner = StationScanner.objects.by_token_hash(digest)
        if scanner is None:
            raise TokenInvalid(_("This credential is not known."))
        return AnonymousUser(), scanner

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsScanner(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, StationScanner)


class ScannerView(WireView):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        refuse_guessing(request)
        asked = JoinScanner.from_bytes(body_of(request))
        try:
            scanner = actions.join_scanner(
                code=wire.join_code(asked.code),
                station=asked.station,
                token=asked.token,
            )
        except ScannerCodeInvalid:
            note_wrong_code(request)
            raise
        joined = ScannerJoined(station=scanner.station, site=scanner.site.name)
        return Response(joined.to_json(), status=201)


class ScansView(WireView):
    authentication_classes = (ScannerAuthentication,)
    permission_classes = (IsScanner,)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        if not isinstance(request.auth, StationScanner):
            raise TokenInvalid
        said = Scans.from_bytes(body_of(request))
        waiting = actions.keep_arrived(
            scanner=request.auth,
            scans=[
                Arriving(scan.nonce, scan.code, _age(scan.age_ms))
                for scan in said.scans
            ],
        )
        kept = ScansKept(kept=tuple(scan.nonce for scan in said.scans), waiting=waiting)
        return Response(kept.to_json())


def _age(milliseconds: int | None) -> dt.timedelta | None:
    """None where it is not known, or where no machine has run for that long."""
    if milliseconds is None or milliseconds > dt.timedelta(days=3650) / _MILLISECOND:
        return None
    return dt.timedelta(milliseconds=milliseconds)


_MILLISECOND = dt.timedelta(milliseconds=1)
