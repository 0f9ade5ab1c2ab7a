"""Partner structures, for the association: registered, authorised, closed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.structures import (
    AuthorisationForm,
    InviteForm,
    NewStructureForm,
    StructureForm,
)
from lending.kinds import Authorisation
from lending.models import Structure
from lending.registration import Registration
from lending.views.members import members_context
from lending.views.sides import attempt

looks = permission_required("lending.view_structure", raise_exception=True)
manages = permission_required("lending.manage_structure", raise_exception=True)


def one_structure(request: UserRequest, structure: uuid.UUID) -> Structure:
    seen = Structure.objects.visible_to(request.user).select_related("site")
    return get_object_or_404(seen, uuid=structure)


@looks
@require_safe
def structure_list(request: UserRequest) -> HttpResponse:
    """Found by name, place or number; those to authorise first, if asked."""
    typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[:120]
    seen = Structure.objects.visible_to(request.user).for_list()
    if typed:
        digits = "".join(typed.split())
        seen = seen.filter(
            Q(name__icontains=typed)
            | Q(commune__icontains=typed)
            | Q(siret__startswith=digits)
            | Q(bce__startswith=digits)
        )
    state = request.GET.get("state", "")
    if state in Authorisation.values:
        seen = seen.filter(authorisation=state, is_active=True)
    elif state == "closed":
        seen = seen.filter(is_active=False)
    context = {
        "page": Slice(seen, request.GET.get("page")),
        "q": typed,
        "state": state,
        "states": [*Authorisation.choices, ("closed", _("Closed"))],
    }
    return render(request, "lending/structures/list.html", context)


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def structure_new(request: UserRequest) -> HttpResponse:
    """Register a partner; it may not ask for packs before it is authorised."""
    form = NewStructureForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            structure = actions.register_structure(
                facts=form.facts, site=form.cleaned_data["site"], by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The structure is registered."))
            return redirect("lending:structure-detail", structure=structure.uuid)
    context = {"form": form, "back": reverse("lending:structure-list")}
    return render(request, "lending/structures/form.html", context, status=form.status)


@looks
@require_safe
def structure_detail(request: UserRequest, structure: uuid.UUID) -> HttpResponse:
    return structure_page(request, one_structure(request, structure), InviteForm())


def structure_page(
    request: UserRequest, structure: Structure, form: InviteForm
) -> HttpResponse:
    """Facts, doubts about numbers, authorisation, members."""
    numbers = Registration(structure.siret, structure.siren, structure.bce)
    context: dict[str, Any] = {
        "structure": structure,
        "doubts": numbers.doubts(),
        "authorisation": AuthorisationForm(structure=structure),
        "may_manage": _may_manage(request, structure),
        **members_context(request, structure, form),
    }
    template = "lending/structures/detail.html"
    return render(request, template, context, status=form.status)


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def structure_amend(request: UserRequest, structure: uuid.UUID) -> HttpResponse:
    """Correct what is written down."""
    found = one_structure(request, structure)
    initial = {name: getattr(found, name) for name in StructureForm.base_fields}
    form = StructureForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.amend_structure(
                structure=found, facts=form.facts, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The structure is changed."))
            return redirect("lending:structure-detail", structure=found.uuid)
    context = {
        "form": form,
        "structure": found,
        "back": reverse("lending:structure-detail", args=[found.uuid]),
    }
    return render(request, "lending/structures/form.html", context, status=form.status)


@manages
@require_POST
def structure_authorise(request: UserRequest, structure: uuid.UUID) -> HttpResponse:
    """Decide whether it may ask for packs."""
    found = one_structure(request, structure)
    form = AuthorisationForm(request.POST, structure=found)
    if not form.is_valid():
        return _back(found)
    to = Authorisation(form.cleaned_data["authorisation"])
    return _acted(
        request,
        found,
        lambda: actions.authorise_structure(structure=found, to=to, by=acting(request)),
        _("The decision is written down."),
    )


@manages
@require_POST
def structure_close(request: UserRequest, structure: uuid.UUID) -> HttpResponse:
    """End the partnership; its members see nothing any more."""
    found = one_structure(request, structure)
    return _acted(
        request,
        found,
        lambda: actions.close_structure(structure=found, by=acting(request)),
        _("The structure is closed."),
    )


@manages
@require_POST
def structure_reopen(request: UserRequest, structure: uuid.UUID) -> HttpResponse:
    """Take the partnership up again."""
    found = one_structure(request, structure)
    return _acted(
        request,
        found,
        lambda: actions.reopen_structure(structure=found, by=acting(request)),
        _("The structure is open again."),
    )


def _may_manage(request: UserRequest, structure: Structure) -> bool:
    sites = request.user.site_ids("lending.manage_structure")
    return sites is None or structure.site_id in sites


def _acted(
    request: UserRequest, structure: Structure, act: Callable[[], object], said: str
) -> HttpResponse:
    attempt(request, act, said)
    return _back(structure)


def _back(structure: Structure) -> HttpResponse:
    return redirect("lending:structure-detail", structure=structure.uuid)
