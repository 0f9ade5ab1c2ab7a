"""What somebody typed and sent after their session had ended: kept until they sign in.

Django leads to the sign-in page and drops what was sent. A view marked with
`keeps_typed` finds it again with `answers_to`, on the page where it was typed; nothing
is acted upon before it is sent once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

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
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _

View = TypeVar("View", bound=Callable[..., HttpResponse])

_KEPT = "typed"
# More than any form of ours holds; a file is never kept.
_LONGEST = 20_000
_NOT_TYPED = ("csrfmiddlewaretoken", "once", "autosave")


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
    kept = request.session.get(_KEPT)
    if not kept or kept["page"] != request.get_full_path():
        return None
    del request.session[_KEPT]
    messages.info(
        request,
        _("You had been signed out. What you typed is still here: send it again."),
    )
    return QueryDict(kept["sent"])


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads to the sign-in page, and keeps what was typed where the view says so."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        marked = getattr(view_func, "keeps_typed", None)
        had_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if marked is None or request.method != "POST" or not had_session:
            return super().handle_no_permission(request, view_func)
        page = _page(request, *marked)
        sent = request.POST.copy()
        for name in _NOT_TYPED:
            sent.pop(name, None)
        if len(text := sent.urlencode()) <= _LONGEST:
            request.session[_KEPT] = {"page": page, "sent": text}
        return redirect_to_login(page, resolve_url(self.get_login_url(view_func)))


def _page(request: HttpRequest, route: str, named: dict[str, str]) -> str:
    if not route or request.resolver_match is None:
        return request.get_full_path()
    return reverse(route, kwargs={**request.resolver_match.kwargs, **named})
