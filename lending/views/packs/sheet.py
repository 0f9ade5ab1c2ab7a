"""The contents sheet of a pack: on the screen, and to print."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.core import pdf
from backoffice.core.paper import DocumentSpec
from backoffice.core.requests import UserRequest
from lending.actions.pack_questions import lines_of
from lending.documents.contents import contents_spec
from lending.models import Pack
from lending.views.packs.bench import found_pack, looks


@looks
@require_safe
def pack_sheet(request: UserRequest, pack_tag: str) -> HttpResponse:
    pack = found_pack(request, pack_tag)
    context = {"pack": pack, "spec": _spec(pack)}
    return render(request, "lending/pack_sheet.html", context)


@looks
@require_safe
def pack_sheet_pdf(request: UserRequest, pack_tag: str) -> HttpResponse:
    pack = found_pack(request, pack_tag)
    return HttpResponse(
        pdf.render(_spec(pack)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{pack.tag}.pdf"'},
    )


def _spec(pack: Pack) -> DocumentSpec:
    return contents_spec(pack, lines_of(pack))
