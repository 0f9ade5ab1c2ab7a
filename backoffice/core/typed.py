"""What somebody typed and sent after their session had ended: kept until they sign in.

Django leads to the sign-in page and drops what was sent. Here the fields wait in the
session and are filled in again on the page that the form stands on; nothing is acted upon
before it is sent once more. A view marked with `keeps_typed` finds them itself, with
`answers_to`: its page depends on what was answered.

A signed cookie outlives the session, and the browser: it says who worked here, so that
strangers leave nothing, and nobody is shown what another typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from backoffice.core.refill import refill
from backoffice.core.strays import page_above

View = TypeVar("View", bound=Callable[..., HttpResponse])

_KEPT = "typed"
WORKED_HERE = "worked_here"
_REMEMBERED = 30 * 24 * 3600
# More than any form of ours holds; a file is never kept.
_LONGEST = 50_000
# Of one page as it was written, or a secret: passwords, codes, signatures, tokens.
_NOT_TYPED = re.compile(
    r"csrf|once$|^autosave$|pass(word|phrase|code)|(^|[-_])(pass|code|codes|otp|pin|puk)($|[-_\d])"
    r"|signature|token|secret|key$",
    re.IGNORECASE,
)


def keeps_typed(page: str = "", **named: str) -> Callable[[View], View]:
    """Mark a view; `page` is the route of the page that sends to it, where that is another."""

    def mark(view: View) -> View:
        view.keeps_typed = (page, named)  # type: ignore[attr-defined]
        return view

    return mark


def answers_to(request: HttpRequest) -> QueryDict | None:
    """What was sent to this page now, or before its sender had to sign in again."""
    if request.method == "POST":
        return request.POST or None
    kept = _kept_for(request)
    if kept is None:
        return None
    del request.session[_KEPT]
    messages.info(
        request,
        _("You had been signed out. What you typed is still here: send it again."),
    )
    return QueryDict(kept["sent"])


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads to the sign-in page, and from there back to what was typed."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method != "POST" or request.path.startswith("/api/"):
            return super().handle_no_permission(request, view_func)
        marked = getattr(view_func, "keeps_typed", None)
        page = _page(request, *marked) if marked else _sent_from(request)
        sent = request.POST.copy()
        for name in [each for each in sent if _NOT_TYPED.search(each)]:
            del sent[name]
        by, text = _worked_here(request), sent.urlencode()
        if by and text and len(text) <= _LONGEST:
            request.session[_KEPT] = {
                "by": by,
                "page": page,
                "action": request.path,
                "sent": text,
            }
        return redirect_to_login(page, resolve_url(self.get_login_url(view_func)))

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        # A request that never asked who is there is not made to.
        session = getattr(request, "session", None)
        if not getattr(session, "accessed", False) or not request.user.is_authenticated:
            return response
        response = _refilled(request, response)
        if _worked_here(request) != str(request.user.pk):
            response.set_signed_cookie(
                WORKED_HERE,
                str(request.user.pk),
                salt=WORKED_HERE,
                max_age=_REMEMBERED,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _refilled(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page that was asked for, with what was typed on it before signing in."""
    kept = _kept_for(request) if request.method == "GET" else None
    if kept is None or response.streaming:
        return response
    if response.status_code == 405:
        kept["page"] = page_above(request.path)
        request.session[_KEPT] = kept
        return redirect(kept["page"])
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.status_code != 200 or not is_page:
        return response
    del request.session[_KEPT]
    page = refill(
        response.content.decode(),
        at=request.path,
        action=kept["action"],
        typed=QueryDict(kept["sent"]),
        notice=lambda left: render_to_string(
            "core/components/typed_again.html", {"left": left}
        ),
    )
    response.content = page.encode()
    return response


def _kept_for(request: HttpRequest) -> dict[str, str] | None:
    """What this person typed on the page that they ask for now."""
    kept: dict[str, str] | None = request.session.get(_KEPT)
    if not kept or kept["page"] != request.get_full_path():
        return None
    return kept if kept.get("by") == str(request.user.pk) else None


def _worked_here(request: HttpRequest) -> str:
    """Whoever signed in last in this browser; none where nobody did."""
    return (
        request.get_signed_cookie(
            WORKED_HERE, default="", salt=WORKED_HERE, max_age=_REMEMBERED
        )
        or ""
    )


def _page(request: HttpRequest, route: str, named: dict[str, str]) -> str:
    if not route or request.resolver_match is None:
        return request.get_full_path()
    return reverse(route, kwargs={**request.resolver_match.kwargs, **named})


def _sent_from(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; its own address where none is named."""
    came_from = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not came_from or not url_has_allowed_host_and_scheme(came_from, hosts):
        return request.get_full_path()
    return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()
