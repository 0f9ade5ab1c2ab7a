"""Recipes: listed, shown by version, written a line at a time, published."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory.models import DeviceKind
from lending import actions
from lending.actions import RecipeLine
from lending.actions.templates import counted_kinds
from lending.forms.templates import (
    LineForm,
    RecipeForm,
    kept_lines,
    lines_of_version,
)
from lending.models import PackTemplate
from lending.states import PACK_OPEN, LineNature
from lending.views.packs.bench import looks
from lending.views.packs.history import history_of

FORM_METHODS = ["GET", "HEAD", "POST"]
manages = permission_required("lending.manage_template", raise_exception=True)


@looks
@require_safe
def template_list(request: UserRequest) -> HttpResponse:
    """Templates in use first, with how many packs of each are on their way."""
    seen = PackTemplate.objects.visible_to(request.user)
    open_packs = Q(versions__packs__status__in=PACK_OPEN)
    counted = seen.annotate(
        newest=Max("versions__number"),
        open_packs=Count("versions__packs", filter=open_packs, distinct=True),
    )
    page = Slice(counted.order_by("-is_active", "name"), request.GET.get("page"))
    return render(request, "lending/template_list.html", {"page": page})


@looks
@require_safe
def template_detail(request: UserRequest, template: uuid.UUID) -> HttpResponse:
    found = _found(request, template)
    events, holds = history_of(found)
    versions = found.versions.prefetch_related("lines__counted_kind")
    context = {
        "template": found,
        "versions": [
            {"version": each, "lines": [_words(line) for line in each.lines.all()]}
            for each in versions.order_by("-number")
        ],
        "events": events,
        "holds": holds,
    }
    return render(request, "lending/template_detail.html", context)


@manages
@require_http_methods(FORM_METHODS)
def template_write(request: UserRequest) -> HttpResponse:
    """A new recipe: its name, then its lines one at a time, then published."""

    def publish(form: RecipeForm) -> PackTemplate:
        name = form.cleaned_data["name"]
        made = actions.write_template(name=name, lines=form.lines, by=acting(request))
        return made.template

    return _written(request, None, [], publish)


@manages
@require_http_methods(FORM_METHODS)
def template_publish(request: UserRequest, template: uuid.UUID) -> HttpResponse:
    """The next version of a recipe, from the lines of the last."""
    found = _found(request, template)
    last = found.versions.order_by("-number").first()

    def publish(form: RecipeForm) -> PackTemplate:
        actions.publish_version(template=found, lines=form.lines, by=acting(request))
        return found

    lines = lines_of_version(last) if last else []
    return _written(request, found, lines, publish)


@manages
@require_POST
def template_retire(request: UserRequest, template: uuid.UUID) -> HttpResponse:
    found = _found(request, template)
    actions.retire_template(template=found, by=acting(request))
    messages.success(request, _("The template is out of use."))
    return redirect("lending:template-detail", found.uuid)


@manages
@require_POST
def template_restore(request: UserRequest, template: uuid.UUID) -> HttpResponse:
    found = _found(request, template)
    actions.restore_template(template=found, by=acting(request))
    messages.success(request, _("The template is in use again."))
    return redirect("lending:template-detail", found.uuid)


def _written(
    request: UserRequest,
    template: PackTemplate | None,
    lines: list[RecipeLine],
    publish: Callable[[RecipeForm], PackTemplate],
) -> HttpResponse:
    """The page between two presses: nothing is written before the last one."""
    nature = _nature(request)
    named = template.name if template else ""
    sent = request.method == "POST"
    form = RecipeForm(
        request.POST if sent else None,
        named=named,
        initial={"recipe": kept_lines(lines)},
    )
    lines = form.lines
    adding = "add" in request.POST
    line_form = _line_form(request if adding else None, nature)
    if sent and "publish" in request.POST and form.is_valid():
        try:
            made = publish(form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Published: packs are made from it now."))
            return redirect("lending:template-detail", made.uuid)
    if adding and line_form is not None and line_form.is_valid():
        lines, nature = [*lines, line_form.line], None
        line_form = None
    lines = _rearranged(lines, request)
    context = {
        "template": template,
        "form": form,
        "kept": kept_lines(lines),
        "lines": [_written_words(line) for line in lines],
        "natures": LineNature,
        "nature": nature,
        "line_form": line_form,
        "typed_name": form["name"].value() or "" if not template else "",
        "shows_mistakes": "publish" in request.POST,
    }
    status = form.status if "publish" in request.POST else 200
    return render(request, "lending/template_write.html", context, status=status)


def _nature(request: HttpRequest) -> LineNature | None:
    try:
        return LineNature(request.POST.get("nature", ""))
    except ValueError:
        return None


def _line_form(
    request: HttpRequest | None, nature: LineNature | None
) -> LineForm | None:
    if nature is None:
        return None
    typed = request.POST if request else None
    return LineForm(
        typed, nature=nature, counted=counted_kinds().filter(is_active=True)
    )


def _rearranged(lines: list[RecipeLine], request: HttpRequest) -> list[RecipeLine]:
    """With one line taken away or moved up, where a button of the page says so."""
    for verb in ("remove", "up"):
        at = request.POST.get(verb, "")
        if at.isascii() and at.isdigit() and len(at) < 3 and int(at) < len(lines):
            place, moved = int(at), list(lines)
            line = moved.pop(place)
            if verb == "up":
                moved.insert(max(0, place - 1), line)
            return moved
    return lines


def _found(request: UserRequest, template: uuid.UUID) -> PackTemplate:
    seen = PackTemplate.objects.visible_to(request.user)
    return get_object_or_404(seen, uuid=template)


def _written_words(line: RecipeLine) -> dict[str, Any]:
    return _as_words(
        line.nature, line.label, line.criteria, line.counted_kind, line.quantity
    ) | {"is_optional": line.is_optional}


def _words(line: Any) -> dict[str, Any]:
    return _as_words(
        LineNature(line.nature),
        line.label,
        line.criteria,
        line.counted_kind,
        line.quantity,
    ) | {"is_optional": line.is_optional}


def _as_words(
    nature: LineNature, label: str, asked: dict[str, Any], kind: Any, quantity: int
) -> dict[str, Any]:
    """A line of a recipe for people: what it is, and what it asks for."""
    known = dict(DeviceKind.choices)
    parts = [" / ".join(str(known.get(each, each)) for each in asked.get("kinds", []))]
    if asked.get("memory_gib"):
        parts.append(_("%(count)s GB of memory") % {"count": asked["memory_gib"]})
    if asked.get("score"):
        parts.append(_("score %(score)s or more") % {"score": asked["score"]})
    if asked.get("camera"):
        parts.append(_("a camera that works"))
    if nature is LineNature.CONNECTION:
        parts.append(
            _("hotspot with its card") if asked.get("modem") else _("SIM card")
        )
    if asked.get("data_mb"):
        parts.append(_("%(count)s MB or more") % {"count": asked["data_mb"]})
    if asked.get("profile"):
        parts.append(asked["profile"])
    if kind is not None:
        parts.append(f"{quantity} × {kind}")
    return {
        "nature": nature.label,
        "label": label,
        "asked": ", ".join(part for part in parts if part),
    }
