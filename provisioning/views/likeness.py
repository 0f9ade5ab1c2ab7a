"""A machine that looks like one we know: a person says whether it is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backoffice.core.models import User
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.identity import Line, MarkKind
from provisioning.models import Agent, Likeness

WORDS: Mapping[MarkKind, Promise] = {
    MarkKind.UUID: gettext_lazy("Number of the system (UUID)"),
    MarkKind.BOARD: gettext_lazy("Serial number of the board"),
    MarkKind.SERIAL: gettext_lazy("Serial number"),
    MarkKind.DRIVE: gettext_lazy("Drives"),
    MarkKind.MAC: gettext_lazy("Network cards"),
}
Side = tuple[str, Line]
LISTED = 200


@permission_required("provisioning.bind_agent", raise_exception=True)
@require_POST
def likeness_same(request: UserRequest, likeness: uuid.UUID) -> HttpResponse:
    """It is the known machine: it takes its place."""
    found = _found(request, likeness)
    actions.same_machine(likeness=found, by=acting(request))
    known = found.device or found.other
    messages.success(request, _("This machine is now %(device)s.") % {"device": known})
    return redirect("provisioning:machine-detail", agent=found.agent.uuid)


@permission_required("provisioning.bind_agent", raise_exception=True)
@require_POST
def likeness_new(request: UserRequest, likeness: uuid.UUID) -> HttpResponse:
    """It is another machine: the question is not asked again."""
    found = _found(request, likeness)
    actions.new_machine(likeness=found, by=acting(request))
    messages.success(
        request,
        _("Noted: it is another machine. Now scan the tag of its own device."),
    )
    return redirect("provisioning:machine-detail", agent=found.agent.uuid)


def resembling(user: User) -> set[uuid.UUID]:
    """Machines that look like one we know, while nobody has said."""
    found = Likeness.objects.visible_to(user).open().order_by("-pk")
    return set(found.values_list("agent__uuid", flat=True)[:LISTED])


def likenesses_of(agent: Agent, user: User) -> list[tuple[Likeness, list[Side]]]:
    """What this machine may be, side by side, while nobody has said."""
    found = Likeness.objects.visible_to(user).open().filter(agent=agent)
    rows = found.select_related("device", "other")
    return [(each, sides(each.compared)) for each in rows]


def sides(lines: list[Line]) -> list[Side]:
    """Each kind of mark in words, with both sides of it."""
    return [(str(WORDS[line.kind]), line) for line in lines]


def clone_of(agent: Agent) -> list[Side]:
    """What another machine showed under this one's identity, if one did."""
    if agent.clone_suspected_at is None:
        return []
    return sides([Line.from_json(each) for each in agent.clone_marks])


def _found(request: UserRequest, likeness: uuid.UUID) -> Likeness:
    rows = Likeness.objects.visible_to(request.user)
    rows = rows.select_related("agent__device", "device", "other")
    return get_object_or_404(rows, uuid=likeness)
