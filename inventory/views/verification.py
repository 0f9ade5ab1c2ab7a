"""What anybody with the paper may ask: is this certificate ours, and does it count?

Says neither who gave the drive nor who erased it. Whatever is not found is answered
alike, after the same work, so that nothing is learned by trying.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe
from rest_framework.throttling import SimpleRateThrottle

from inventory.documents.public import (
    HASH_SIGNS,
    by_hash,
    by_public_id,
    is_number,
    public_facts,
)
from inventory.models import Certificate

View = Callable[..., HttpResponse]


class Asking(SimpleRateThrottle):
    """How often one address may ask; counted in the shared cache."""

    scope = "verify"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"verify:{self.get_ident(request)}"


def limited(view: View) -> View:
    """Ask no engine to keep the answer, and nobody too often."""

    @wraps(view)
    def answer(request: HttpRequest, **parts: str) -> HttpResponse:
        may: Any = Asking()
        if may.allow_request(request, view):
            response = view(request, **parts)
        else:
            response = render(request, "inventory/verify_often.html", status=429)
            response["Retry-After"] = str(round(may.wait() or 60))
        response["X-Robots-Tag"] = "noindex, nofollow"
        add_never_cache_headers(response)
        return response

    return answer


@login_not_required
@require_safe
@limited
def verify(request: HttpRequest) -> HttpResponse:
    """A form for the hash that is printed at the foot of every page."""
    typed = request.GET.get("hash")
    if typed is None:
        return render(request, "inventory/verify_form.html")
    return _answer(request, typed, by_hash(typed))


@login_not_required
@require_safe
@limited
def verify_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where the code on the paper leads; a hash typed there is looked up as well."""
    look_up = by_hash if len(public_id) == HASH_SIGNS else by_public_id
    return _answer(request, public_id, look_up(public_id))


def _answer(
    request: HttpRequest, asked: str, found: Certificate | None
) -> HttpResponse:
    context = {
        "found": found,
        "facts": public_facts(found) if found else {},
        "is_number": is_number(asked),
        "contact": settings.ORGANISATION["contact"],
    }
    status = 200 if found else 404
    return render(request, "inventory/verify_answer.html", context, status=status)
