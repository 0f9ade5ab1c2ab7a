"""What the server says about itself, and what every browser needs."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_language_of_django

log = logging.getLogger(__name__)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: 200 with the database answering, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        log.exception("the database does not answer")
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language in this browser; the sign-in page offers it too."""
    return set_language_of_django(request)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was left open too long, or came from elsewhere: said in words."""
    return render(request, "core/csrf_failure.html", status=403)
