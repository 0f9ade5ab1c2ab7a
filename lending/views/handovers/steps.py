"""The pages of the wizard: which there are, and where one stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.core.requests import UserRequest
from lending.actions.handover_access import is_ours
from lending.actions.handover_checks import unseen_lines
from lending.models import HandOver
from lending.states import HandOverStatus, PackStatus
from lending.views.handovers.found import LOOK


@dataclasses.dataclass(frozen=True)
class Page:
    """One page of the wizard, by the name of its address."""

    name: str
    template: str
    label: str | Promise


PAGES = (
    Page("handover-person", "lending/handovers/person.html", _("Person")),
    Page("handover-contents", "lending/handovers/contents.html", _("Contents")),
    Page("handover-conditions", "lending/handovers/conditions.html", _("Conditions")),
    Page("handover-review", "lending/handovers/review.html", _("Review")),
    Page("handover-sign", "lending/handovers/sign.html", _("Signature")),
)


def may_hand_over(request: UserRequest, handover: HandOver) -> bool:
    """Whether this person would be let: the acts decide."""
    if is_ours(request.user, handover.pack):
        return True
    is_member = not request.user.has_perm(LOOK)
    return is_member and handover.pack.status == PackStatus.AT_STRUCTURE


def kept_out(request: UserRequest, handover: HandOver) -> HttpResponse | None:
    """Back to where it stands, for whoever does not hand this pack over (yet)."""
    if may_hand_over(request, handover):
        return None
    messages.error(request, _("The association hands this pack over, or delivers it."))
    return redirect("lending:handover-detail", handover=handover.uuid)


def done_of(handover: HandOver) -> set[str]:
    """The pages whose question is answered."""
    checked = handover.beneficiary_id is not None and handover.identity_check
    answered = {
        "handover-person": bool(checked),
        "handover-contents": bool(handover.lines_seen) and not unseen_lines(handover),
        "handover-conditions": handover.explained_at is not None,
    }
    return {name for name, is_done in answered.items() if is_done}


def _read(name: str) -> set[str]:
    """Nobody comes to the signature but through the review."""
    return {"handover-review"} if name == "handover-sign" else set()


def show(
    request: UserRequest,
    handover: HandOver,
    name: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """One page of the wizard, with the line of steps above it."""
    page = next(page for page in PAGES if page.name == name)
    frame = {
        "handover": handover,
        "pages": PAGES,
        "current": name,
        "done": done_of(handover) | _read(name),
        "for_staff": request.user.has_perm(LOOK),
    }
    # What is shown again after signing in is no mistake yet.
    status = status if request.method == "POST" else 200
    return render(request, page.template, frame | dict(context), status=status)


def astray(request: UserRequest, handover: HandOver) -> HttpResponse | None:
    """Away from a page of the wizard that has nothing to ask any more, or yet."""
    if (out := kept_out(request, handover)) is not None:
        return out
    if handover.status == HandOverStatus.UNDER_WAY:
        return None
    if handover.status == HandOverStatus.PLANNED:
        messages.info(request, _("Begin the hand-over first."))
    return redirect("lending:handover-detail", handover=handover.uuid)
