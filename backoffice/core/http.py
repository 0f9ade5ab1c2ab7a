"""The one place where a refusal becomes a response."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backoffice.core.errors import DomainError

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
# PostgreSQL: serialisation, deadlock, no lock in time, statement cancelled in time.
_CONTENTION = frozenset({"40001", "40P01", "55P03", "57014"})
_SQLITE_CONTENTION = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class DomainErrorMiddleware:
    """A refused act on a page: 409 (403 where the role forbids), in words.

    503 where others held what it needed: it was rolled back, and may be tried again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exc: Exception
    ) -> HttpResponse | None:
        if isinstance(exc, OperationalError) and is_contention(exc):
            log.error("database: %s", exc)
            answer = render(request, "503.html", status=503)
            answer["Retry-After"] = str(RETRY_SECONDS)
            return answer
        if not isinstance(exc, DomainError):
            return None
        log.info("refused %s %s", exc.code, exc.facts)
        return render(request, "core/refused.html", {"error": exc}, status=exc.status)


def is_contention(exc: OperationalError) -> bool:
    """Whether the database waited too long for others, or broke a deadlock."""
    cause = exc.__cause__
    if isinstance(cause, sqlite3.Error):
        # The low byte; the others say more of the same.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_CONTENTION
    return getattr(cause, "sqlstate", None) in _CONTENTION


def problem_details(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal as RFC 9457 problem details.

    `code` is stable; `errors` lists field errors as {"field", "code", "message"}.
    """
    if isinstance(exc, DomainError):
        problem = problem_of(exc)
    elif isinstance(exc, exceptions.ValidationError):
        problem = plain_problem(400, "invalid", _("Some values are not valid."))
        problem["errors"] = list(_field_errors(exc.get_full_details()))
    elif isinstance(exc, exceptions.APIException):
        problem = plain_problem(exc.status_code, _code(exc), str(exc.detail))
    elif isinstance(exc, Http404):
        problem = plain_problem(404, "not_found", _("There is nothing here for you."))
    elif isinstance(exc, PermissionDenied):
        problem = plain_problem(
            403, "not_permitted", _("Your role does not allow this.")
        )
    elif isinstance(exc, OperationalError):
        log.error("database: %s", exc)
        problem = plain_problem(
            503, "unavailable", _("The database is busy. Try again.")
        )
    else:
        return None
    set_rollback()
    headers = {}
    if challenge := getattr(exc, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    elif isinstance(exc, OperationalError):
        headers["Retry-After"] = str(RETRY_SECONDS)
    return Response(
        problem, status=problem["status"], headers=headers, content_type=PROBLEM
    )


def plain_problem(status: int, code: str, title: str) -> dict[str, Any]:
    """RFC 9457 problem details; `code` is stable, `title` is for people."""
    return {
        "type": f"urn:rebond:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }


def problem_of(exc: DomainError) -> dict[str, Any]:
    """A refusal as RFC 9457 problem details."""
    problem = plain_problem(exc.status, exc.code, exc.message)
    if exc.advice:
        problem["detail"] = exc.advice
    return {**exc.facts, **problem}


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _field_errors(details: Any, field: str = "") -> Any:
    """DRF's nested details as flat rows; `drives.1.serial` names a nested field."""
    if isinstance(details, dict) and {"message", "code"} == set(details):
        yield {
            "field": _encodable(field),
            "code": str(details["code"]),
            "message": _encodable(str(details["message"])),
        }
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _field_errors(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(details, list):
        for inner in details:
            yield from _field_errors(inner, field)


def _encodable(text: str) -> str:
    """A message may repeat what was sent, half a character included."""
    return text.encode(errors="replace").decode()
