"""Labels to stick on devices, drives and places, and the sheet of commands."""

from __future__ import annotations

import dataclasses
from typing import cast
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.requests import UserRequest
from inventory.forms.labels import LabelRequest, Paper, Printing, PrintingForm
from inventory.labels import (
    Label,
    command_sheet_pdf,
    sheet_pdf,
    tag_label,
    tape_pdf,
)
from inventory.links import lead_of
from inventory.models import Device, DeviceKind, Place, StorageDrive
from inventory.tags import TagKind, parse_tag

_DEVICES = frozenset(kind.tag_kind.value for kind in DeviceKind)
# The browser's own PDF viewer must work, also inside a page that prints by itself.
printable = csp_replace({"frame-ancestors": [SELF], "object-src": [SELF]})


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
@xframe_options_sameorigin
@printable
def label_print(request: HttpRequest) -> HttpResponse:
    """`?tags=PC004217W,PL000003X` as PDF, on the usual paper or on `paper`."""
    asked = LabelRequest(request.GET)
    if not asked.is_valid():
        return render(
            request, "inventory/label_refused.html", {"form": asked}, status=400
        )
    labels = _labels(cast("UserRequest", request), asked.cleaned_data["tags"])
    printing = asked.on(Printing.of(request.session))
    return _pdf(_drawn(labels, printing), name="labels.pdf")


@permission_required("inventory.view_device", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def label_choose(request: UserRequest) -> HttpResponse:
    """Choose paper and first free label; remembered for this browser."""
    asked = LabelRequest(request.POST or request.GET)
    form = PrintingForm(
        request.POST or None,
        initial=dataclasses.asdict(Printing.of(request.session)),
    )
    # Without tags this page only sets the paper.
    tags = asked.tags_or_none()
    if request.method == "POST" and form.is_valid() and tags is not None:
        return _chosen(request, form.printing, tags)
    context = {"form": form, "asked": asked, "tags": tags or []}
    status = 422 if form.errors or tags is None else 200
    return render(request, "inventory/label_choose.html", context, status=status)


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
@xframe_options_sameorigin
@printable
def command_sheet(request: HttpRequest) -> HttpResponse:
    """Every command of the scan station, to hang at the bench."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return _pdf(command_sheet_pdf(language=language), name="commands.pdf")


def print_address(tags: list[str], printing: Printing) -> str:
    """Where these labels are printed: at once on tape, by choosing a cell on a sheet."""
    name = "label-choose" if printing.paper == Paper.SHEET else "label-print"
    query = urlencode({"tags": ",".join(tags)})
    return f"{reverse(f'inventory:{name}')}?{query}"


def _chosen(request: UserRequest, printing: Printing, tags: list[str]) -> HttpResponse:
    printing.after(len(tags)).keep(request.session)
    if not tags:
        messages.success(request, _("Kept for this station."))
        return redirect("inventory:label-choose")
    query = urlencode(
        {
            "tags": ",".join(tags),
            "paper": printing.paper.value,
            "first_cell": printing.first_cell,
        }
    )
    return redirect(f"{reverse('inventory:label-print')}?{query}")


def _labels(request: UserRequest, tags: list[str]) -> list[Label]:
    """In the order asked; what this person may not see is not there (404)."""
    names = _names(request, tags)
    if missing := [tag for tag in tags if tag not in names]:
        raise Http404(", ".join(missing))
    return [
        tag_label(tag, base_url=settings.BASE_URL, title=title, subtitle=subtitle)
        for tag, (title, subtitle) in ((tag, names[tag]) for tag in tags)
    ]


def _names(request: UserRequest, tags: list[str]) -> dict[str, tuple[str, str]]:
    """What stands on each label beside its tag: one query per kind of thing asked."""
    names: dict[str, tuple[str, str]] = {}
    prefixes = {tag[:2] for tag in tags}
    if prefixes & _DEVICES:
        devices = Device.objects.visible_to(request.user).filter(tag__in=tags)
        names |= {d.tag: ("", d.title or d.get_kind_display()) for d in devices}
    if TagKind.PLACE in prefixes:
        places = Place.objects.visible_to(request.user).filter(tag__in=tags)
        names |= {p.tag: (p.name, p.site.name) for p in places.select_related("site")}
    if TagKind.DRIVE in prefixes:
        drives = StorageDrive.objects.visible_to(request.user).filter(tag__in=tags)
        names |= {str(d.tag): ("", str(d)) for d in drives}
    for tag in set(tags) - names.keys():
        if lead := lead_of(parse_tag(tag), request.user):
            names[tag] = ("", lead.name)
    return names


def _drawn(labels: list[Label], printing: Printing) -> bytes:
    language = translation.get_language() or settings.LANGUAGE_CODE
    if printing.paper == Paper.TAPE:
        return tape_pdf(labels, language=language)
    return sheet_pdf(labels, first_cell=printing.first_cell - 1, language=language)


def _pdf(drawn: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
