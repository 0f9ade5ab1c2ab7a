"""Calls that no view answers: more than is taken, and a button's address opened as a page.

A browser opens such an address by itself: reloading the answer of a form, or coming back
from signing in after the session ended meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from backoffice.core.http import PROBLEM, plain_problem

# A form with several photos of a telephone; larger files come piece by piece.
MOST_BYTES = 40 * 1024 * 1024
Answer = Callable[[HttpRequest], HttpResponse]


class TooMuchMiddleware:
    """Refuses, before anything of it is read, what is larger than any form here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) <= MOST_BYTES:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            problem = plain_problem(413, "too_large", _("This is too large."))
            return JsonResponse(problem, status=413, content_type=PROBLEM)
        most = {"most": MOST_BYTES // 1024**2}
        return render(request, "413.html", most, status=413)


class ButtonMiddleware:
    """Says of an address that only takes a button what it is, and leads on."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = request.method == "GET" and not request.path.startswith("/api/")
        if response.status_code != 405 or not is_page:
            return response
        page = render(
            request, "405.html", {"above": page_above(request.path)}, status=405
        )
        page.headers["Allow"] = response.headers["Allow"]
        return page


def page_above(path: str) -> str:
    """The address that this one hangs from; the first page where there is none."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            resolve(f"{path}/")
        except Resolver404:
            continue
        return f"{path}/"
    return "/"
