"""How an endpoint tells what it was told to an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from backoffice.core.openapi import problems


class Told(Protocol):
    """A serializer whose `facts` are the arguments of an act."""

    def is_valid(self, *, raise_exception: bool) -> bool: ...
    def facts(self) -> dict[str, Any]: ...


def told(serializer: type[Any], request: Request) -> dict[str, Any]:
    """The arguments of an act, from the body of a request. Raises ValidationError."""
    asked: Told = serializer(data=request.data, context={"request": request})
    asked.is_valid(raise_exception=True)
    return asked.facts()


def act(
    path: str,
    permission: str,
    *refusals: str,
    answer: Any,
    body: type[Any] | None = None,
    status: int = 200,
) -> Callable[[Callable[..., Any]], Any]:
    """A POST below one row, for one act: its permission, body and refusals.

    `answer` is the serializer of what it gives back, with the HTTP `status`.
    """

    # Outside, because `action` starts the method's keywords anew.
    described = extend_schema(
        request=body,
        responses={status: answer, **problems(*refusals, told=body is not None)},
    )
    routed = action(
        detail=True,
        methods=["post"],
        url_path=path,
        permissions={"POST": permission},
    )
    return lambda method: described(routed(method))
