"""Whether history holds, asked from a page."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from backoffice.core import checkpoints, journal

# A broken journal may have thousands of breaks; the first ones say where to look.
BREAKS_SHOWN = 100


@permission_required("core.verify_journal", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def journal_page(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint; posted, a walk over every chain, checkpoint and trigger."""
    verdict = journal.verify() if request.method == "POST" else None
    kept = checkpoints.read_all()
    context = {
        "verdict": verdict,
        "breaks": verdict.breaks[:BREAKS_SHOWN] if verdict else (),
        "more": max(len(verdict.breaks) - BREAKS_SHOWN, 0) if verdict else 0,
        "checkpoint": kept[-1] if kept else None,
        "signed_at": parse_datetime(kept[-1].signed_at) if kept else None,
    }
    return render(request, "inventory/journal.html", context)
