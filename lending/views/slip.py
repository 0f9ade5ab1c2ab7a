"""What a person signed, for whoever holds the link that is printed on it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from backoffice.core import pdf
from lending.actions.handover_papers import papers_of
from lending.documents.handover import spec_of
from lending.links import slip_id
from lending.models import HandOver


@login_not_required
@require_safe
def slip(request: HttpRequest, slip: str) -> HttpResponse:
    """Every paper of one hand-over, to read; with ?paper=1, 2… as PDF.

    The signed link is the door: it names one hand-over, and nobody can make another.
    """
    found = slip_id(slip)
    if found is None:
        raise Http404
    handover = get_object_or_404(HandOver, uuid=found)
    papers = papers_of(handover)
    wanted = request.GET.get("paper", "")
    if wanted:
        chosen = {str(number): paper for number, paper in enumerate(papers, 1)}
        if wanted not in chosen:
            raise Http404
        paper = chosen[wanted]
        response = HttpResponse(
            pdf.render(spec_of(paper)),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{paper.number}.pdf"'},
        )
    else:
        specs = [spec_of(paper) for paper in papers]
        response = render(request, "lending/slip.html", {"specs": specs})
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
