"""Layers: what each says by section, and one section at a time to write."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.actions.layers import layers_under
from provisioning.environments.content import LayerContent
from provisioning.forms.environments import LayerForm, TitlesForm
from provisioning.forms.layers import leftout
from provisioning.forms.layers.fields import Offer
from provisioning.forms.layers.form import SectionForm
from provisioning.forms.layers.sections import BY_SLUG, SECTIONS, Section
from provisioning.forms.layers.summary import summary_of
from provisioning.models import Layer, Resource
from provisioning.views.environments.diary import history_of
from provisioning.views.environments.found import (
    FORM_METHODS,
    edits,
    found_layer,
    looks,
    titles_of,
)
from provisioning.views.environments.whole import checks_with


@looks
@require_safe
def layer_detail(request: UserRequest, layer: uuid.UUID) -> HttpResponse:
    """What a layer says, section by section, and who builds on it."""
    found = found_layer(request, layer)
    events, holds = history_of(found)
    titles = titles_of(request, found.said.resources)
    context = {
        "layer": found,
        "sections": [
            {"section": each, "lines": summary_of(each, found.content, titles)}
            for each in SECTIONS
        ],
        "heirs": found.heirs.order_by("slug"),
        "environments": _environments_of(found),
        "checks": checks_with(request, found),
        "events": events,
        "holds": holds,
    }
    return render(request, "provisioning/environments/layer.html", context)


def _environments_of(layer: Layer) -> list[Any]:
    made_of = layer.environments.order_by("slug")
    return [*made_of, *layer.bundled_in.order_by("slug")]


@edits
@require_http_methods(FORM_METHODS)
def layer_new(request: UserRequest) -> HttpResponse:
    form = LayerForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            made = actions.create_layer(facts=form.facts, by=acting(request))
        except DomainError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The layer is there: now say what is in it."))
            return redirect("provisioning:layer-detail", made.uuid)
    context = {"form": form}
    return render(
        request, "provisioning/environments/layer_new.html", context, status=form.status
    )


@edits
@require_http_methods(FORM_METHODS)
def layer_rename(request: UserRequest, layer: uuid.UUID) -> HttpResponse:
    found = found_layer(request, layer)
    initial = {"title_fr": found.title_fr, "title_en": found.title_en}
    form = TitlesForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.rename_layer(layer=found, **form.cleaned_data, by=acting(request))
        messages.success(request, _("Written down."))
        return redirect("provisioning:layer-detail", found.uuid)
    context = {"form": form, "layer": found}
    return render(
        request,
        "provisioning/environments/layer_rename.html",
        context,
        status=form.status,
    )


@edits
@require_http_methods(FORM_METHODS)
def layer_section(request: UserRequest, layer: uuid.UUID, section: str) -> HttpResponse:
    """One section as a form. What somebody changed meanwhile is not overwritten."""
    found, form = _form(request, layer, section)
    revision, status = found.revision, 200
    refused: DomainError | None = None
    if request.method == "POST":
        revision = _revision(request, found)
        if form.is_valid() and not request.POST.get("add"):
            try:
                actions.change_layer(
                    layer=found,
                    revision=revision,
                    content=LayerContent.from_json(form.content),
                    by=acting(request),
                )
            except DomainError as refusal:
                refused, status = refusal, refusal.status
                # The other version can be read beside this one: the next save goes over it.
                revision = found.revision
            else:
                messages.success(request, _("Written down."))
                return redirect("provisioning:layer-detail", found.uuid)
        elif form.errors and not request.POST.get("add"):
            status = 400
    context = {
        "layer": found,
        "form": form,
        "section": form.section,
        "revision": revision,
        "refused": refused,
        "shows_mistakes": status != 200,
    }
    return render(
        request, "provisioning/environments/section.html", context, status=status
    )


@edits
@require_POST
def section_check(request: UserRequest, layer: uuid.UUID, section: str) -> HttpResponse:
    """What is wrong with a section as it is typed, and what the whole comes to with it.

    Nothing is written.
    """
    found, form = _form(request, layer, section)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context["checks"] = checks_with(request, found, form.content)
    return render(request, "provisioning/environments/section_said.html", context)


def _form(
    request: UserRequest, layer: uuid.UUID, section: str
) -> tuple[Layer, SectionForm]:
    found = found_layer(request, layer)
    if section not in BY_SLUG:
        raise Http404
    form = SectionForm(
        request.POST or None,
        section=BY_SLUG[section],
        said=found.content,
        library=_library(request),
        under=_under(found, BY_SLUG[section]),
    )
    return found, form


def _library(request: UserRequest) -> list[Offer]:
    offered = Resource.objects.visible_to(request.user).offered().select_related("blob")
    return [
        Offer(each.blob.sha256, _named(each), each.blob.media)
        for each in offered.order_by("title_fr")
    ]


def _named(resource: Resource) -> str:
    kind, language = resource.get_kind_display(), resource.get_language_display()
    return f"{resource.title} · {kind} · {language}"


def _under(layer: Layer, section: Section) -> leftout.Under:
    """What the layers under one say, where the section asks what to leave out."""
    if leftout.NAME not in section.names:
        return {}
    return leftout.under(each.said for each in layers_under(layer))


def _revision(request: UserRequest, found: Layer) -> int:
    told = request.POST.get("revision", "")
    return int(told) if told.isdecimal() and len(told) < 9 else found.revision
