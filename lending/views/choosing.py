"""The machine that is taken for a request."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.choosing import ChoiceForm
from lending.models import EquipmentRequest
from lending.views.proposing import ALLOCATE
from lending.views.request_page import page_of


@permission_required("lending.view_request", raise_exception=True)
@permission_required(ALLOCATE, raise_exception=True)
@require_POST
def unit_choose(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """Begin a pack with a machine; refused, the request’s page says why."""
    seen = EquipmentRequest.objects.visible_to(request.user).sent().for_list()
    found = get_object_or_404(seen, uuid=request_uuid)
    form = ChoiceForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            pack = actions.choose_unit(request=found, **form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            told = _("%(device)s is in the pack %(pack)s.")
            facts = {"device": form.facts["device"], "pack": pack}
            messages.success(request, told % facts)
            return redirect("lending:pack-detail", pack.tag)
    found = get_object_or_404(seen, uuid=request_uuid)
    context = page_of(found, request.user, choice=form)
    return render(request, "lending/requests/detail.html", context, status=form.status)
