"""Messages that did not leave at the first try: who for, since when, and what to do."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core import actions
from backoffice.core.errors import DomainError
from backoffice.core.models import Outgoing
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting

settles = permission_required("core.manage_outgoing", raise_exception=True)


@settles
@require_safe
def outgoing_list(request: UserRequest) -> HttpResponse:
    """The longest waiting first; what has left is not shown."""
    seen = Outgoing.objects.visible_to(request.user)
    stuck = seen.stuck(timezone.now()).order_by("written_at", "pk")
    page = Slice(stuck, request.GET.get("page"))
    context = {"page": page, "waiting": seen.waiting().filter(tries=0).count()}
    return render(request, "core/outgoing_list.html", context)


@settles
@require_POST
def outgoing_send(request: UserRequest, message: uuid.UUID) -> HttpResponse:
    return _settled(request, message, actions.send_again, _("It leaves again now."))


@settles
@require_POST
def outgoing_give_up(request: UserRequest, message: uuid.UUID) -> HttpResponse:
    return _settled(request, message, actions.give_up, _("It is not sent any more."))


def _settled(
    request: UserRequest,
    message: uuid.UUID,
    act: Callable[..., Outgoing],
    done: str,
) -> HttpResponse:
    found = get_object_or_404(Outgoing.objects.visible_to(request.user), uuid=message)
    try:
        act(message=found, by=acting(request))
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} {refusal.advice}".strip())
    else:
        messages.success(request, done)
    return redirect("core:outgoing-list")
