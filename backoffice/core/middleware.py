"""Language of the reader, and the second factor of those who administer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import translation

from backoffice.core.http import PROBLEM, problem_of
from backoffice.core.second_factor import lacks_second_factor, second_factor_missing


class LanguageMiddleware:
    """French unless the reader chose otherwise (cookie set by the language switch).

    The browser's preference is not followed: workshop machines often run in
    English for people who read French.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        if request.path.startswith("/api/"):
            language = translation.get_language_from_request(request)
        translation.activate(language)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Speak this language in this browser from the next page on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class SecondFactorMiddleware:
    """Whoever manages accounts sets up a second factor before anything else.

    Sessions meet it here, on pages and in the API; tokens in core.api_auth.
    """

    # Signing in and out, the second factor itself, and what everybody may ask.
    OPEN = ("account_", "mfa_", "set_language", "core:health")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name.startswith(self.OPEN):
            return None
        if not lacks_second_factor(request.user):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(
                problem_of(second_factor_missing()), status=403, content_type=PROBLEM
            )
        return redirect("mfa_activate_totp")
