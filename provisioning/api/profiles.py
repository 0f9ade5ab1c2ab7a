"""Signed descriptions of environments, by their hash, and who is trusted to sign."""

from __future__ import annotations

import binascii

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agent import wire
from provisioning import actions, profile_keys
from provisioning.api.door import AgentView
from provisioning.models import EnvironmentProfile
from provisioning.server_key import sign

FOR_EVER = "private, max-age=31536000, immutable"


class ProfileView(AgentView):
    @extend_schema(exclude=True)
    def get(
        self, request: Request, profile_slug: str, number: str, profile_sha256: str
    ) -> HttpResponse:
        """The exact bytes: what has this hash is never another thing."""
        profile = _profile(profile_slug, number, profile_sha256)
        tag = f'"{profile.sha256}"'
        if tag in request.headers.get("If-None-Match", ""):
            return _answer(b"", tag, FOR_EVER, status=304)
        body = bytes(profile.body)
        return _answer(body, tag, FOR_EVER, content_type="application/json")


class SignatureView(AgentView):
    @extend_schema(exclude=True)
    def get(
        self, request: Request, profile_slug: str, number: str, profile_sha256: str
    ) -> HttpResponse:
        """By the current key: another text once the keys have changed."""
        profile = _profile(profile_slug, number, profile_sha256)
        made = actions.signature_of(profile=profile)
        tag = f'"{made.key}"'
        if tag in request.headers.get("If-None-Match", ""):
            return _answer(b"", tag, "private, no-cache", status=304)
        body = made.text.encode()
        kind = "text/plain; charset=utf-8"
        return _answer(body, tag, "private, no-cache", content_type=kind)


class KeysView(AgentView):
    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Vouched for by the key that the machine was given when it joined."""
        ring = profile_keys.ring()
        said = {
            "counter": ring.counter,
            "keys": [str(key) for key in ring.public],
            "signature": "A" * 86 + "==",
        }
        unsigned = wire.ProfileKeys.from_json(said)
        signature = binascii.b2a_base64(sign(unsigned.signed), newline=False).decode()
        vouched = unsigned.but(signature=signature)
        return Response(vouched.to_json(), headers={"Cache-Control": "no-store"})


def _profile(slug: str, number: str, sha256: str) -> EnvironmentProfile:
    profile = actions.profile_named(slug, number, sha256)
    if profile is None:
        raise Http404
    return profile


def _answer(
    body: bytes, tag: str, caching: str, *, content_type: str = "", status: int = 200
) -> HttpResponse:
    headers = {"ETag": tag, "Cache-Control": caching}
    return HttpResponse(
        body, status=status, content_type=content_type or None, headers=headers
    )
