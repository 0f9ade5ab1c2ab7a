"""How the API describes itself: who calls it, and what a refusal looks like."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

PROBLEM = "application/problem+json"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer rbd_…`: a personal token, read or read and act."""

    target_class = "backoffice.core.api_auth.TokenAuthentication"
    name = "personalToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token; its scope is read, or read and act.",
        }


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one value; `drives.1.serial` names a nested field."""

    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details; `code` is stable, other members are its facts."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = FieldErrorSerializer(  # type: ignore[assignment]
        many=True, required=False
    )


def problems(
    *refusals: str, found: bool = True, told: bool = True
) -> dict[tuple[int, str], OpenApiResponse]:
    """The problems of one operation.

    `refusals` are the codes that the rules may answer with (409); `found` adds what
    may not be there (404), `told` values that may not be valid (400).
    """
    said = {
        401: "`not_authenticated`, `authentication_failed`: nobody is signed in.",
        403: "`not_permitted`, `permission_denied`: the role or the token forbids it.",
    }
    if told:
        said[400] = "`invalid`: see `errors`. `parse_error`: not JSON."
    if found:
        said[404] = "`not_found`: it does not exist, or is not yours to see."
    if refusals:
        codes = ", ".join(f"`{code}`" for code in refusals)
        said[409] = f"Refused, and nothing changed: {codes}."
    return {
        (status, PROBLEM): OpenApiResponse(ProblemSerializer, description=words)
        for status, words in sorted(said.items())
    }
