"""The least that a page can cost here, and the least that an act can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.models import JobRun
from tests.benchmarks.scenarios import COUNT


@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """Somebody is signed in, and gets nothing."""
    return HttpResponse()


@require_POST
@transaction.atomic(durable=True)
def write(request: HttpRequest) -> HttpResponse:
    """Somebody is signed in, and one row is on the disk."""
    JobRun.objects.create(name=uuid4().hex)
    return HttpResponse()


class CountQueries:
    """Says in a header how many statements an answer cost, if the request asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COUNT not in request.headers:
            return self.get_response(request)
        asked: list[str] = []

        def note(execute: Any, sql: str, *rest: Any) -> Any:
            if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
                asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            response = self.get_response(request)
            response.headers[COUNT] = str(len(asked))
        return response
