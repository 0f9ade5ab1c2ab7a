"""The lists as files, and filters that are kept under a name."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.exports.lists import header_of, rows_of
from lending.exports.sheet import CSV, XLSX, Sheet, csv_lines, xlsx_parts
from lending.forms.desk import SaveForm
from lending.models import SavedFilter
from lending.models.desk import Listing
from lending.views.listings import Narrowed, address_of, narrowed

EXPORT = "inventory.export_device"


@permission_required(EXPORT, raise_exception=True)
@require_safe
def list_export(
    request: UserRequest, listing: str, kind: str
) -> StreamingHttpResponse | HttpResponse:
    """A list as its page shows it, all of it, as CSV or XLSX: streamed."""
    chosen = _listing(request, listing)
    found = narrowed(chosen, request, request.GET)
    if not found.form.is_valid():
        return redirect(address_of(chosen, request.GET))
    sheet = _sheet(request, chosen, found)
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(sheet), content_type=CSV)
    else:
        response = StreamingHttpResponse(xlsx_parts(sheet), content_type=XLSX)
    name = f"{chosen.value}-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def filter_save(request: UserRequest, listing: str) -> HttpResponse:
    chosen = _listing(request, listing)
    form = SaveForm(request.POST)
    if form.is_valid():
        asked = QueryDict(form.cleaned_data["query"])
        try:
            actions.save_filter(
                listing=chosen,
                name=form.cleaned_data["name"],
                query=asked,
                is_shared=form.cleaned_data["is_shared"],
                by=acting(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The filter is kept."))
            return _back(chosen, asked)
    context = {"form": form, "listing": chosen, "back": address_of(chosen)}
    return render(request, "lending/filter_save.html", context, status=form.status)


@require_safe
def filter_open(request: UserRequest, saved: uuid.UUID) -> HttpResponse:
    """The address of a kept filter: whoever opens it sees what they may see."""
    found = _saved(request, saved)
    return redirect(address_of(Listing(found.listing), found.query))


@require_POST
def filter_drop(request: UserRequest, saved: uuid.UUID) -> HttpResponse:
    found = _saved(request, saved)
    listing = Listing(found.listing)
    actions.drop_filter(saved=found, by=acting(request))
    messages.success(request, _("The filter is gone."))
    return redirect(address_of(listing))


def _sheet(request: UserRequest, listing: Listing, found: Narrowed) -> Sheet:
    now = timezone.localtime()
    chosen = found.in_words()
    return Sheet(
        title=str(listing.label),
        about_title=_("About this file"),
        about=[
            (_("Made by"), f"{request.user} · {settings.ORGANISATION['name']}"),
            (_("Made at"), now.strftime("%Y-%m-%d %H:%M %Z")),
            *chosen,
            (_("People"), _("by their code only")),
            (_("Structures"), _("those of sensitive kinds are not named")),
        ],
        header=header_of(listing),
        rows=rows_of(listing, found.rows),
    )


def _listing(request: UserRequest, name: str) -> Listing:
    """The list of this name, for who may see it."""
    if name not in Listing.values:
        raise Http404
    listing = Listing(name)
    if not request.user.has_perm(listing.permission):
        raise PermissionDenied
    return listing


def _saved(request: UserRequest, public_id: uuid.UUID) -> SavedFilter:
    return get_object_or_404(
        SavedFilter.objects.visible_to(request.user), uuid=public_id
    )


def _back(listing: Listing, asked: QueryDict) -> HttpResponseRedirect:
    return redirect(address_of(listing, asked))
