"""Which of their structures a partner works in: always one, kept with the session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.requests import UserRequest
from lending.errors import NotAMember
from lending.models import Membership, Structure

if TYPE_CHECKING:
    from django.db.models import QuerySet

_CHOSEN = "structure"


def own_memberships(request: UserRequest) -> QuerySet[Membership]:
    """Where this person is an active member today: asked again at every page."""
    mine = Membership.objects.visible_to(request.user).filter(
        user=request.user, is_active=True, structure__is_active=True
    )
    return mine.select_related("structure").order_by("structure__name", "pk")


def current_membership(request: UserRequest) -> Membership | None:
    """Of the structure last chosen, while they belong to it; else of their first one."""
    return chosen_of(list(own_memberships(request)), request)


def chosen_of(mine: Sequence[Membership], request: UserRequest) -> Membership | None:
    """Of these memberships, the one they work in."""
    chosen = request.session.get(_CHOSEN)
    same = [each for each in mine if str(each.structure.uuid) == chosen]
    return next(iter(same or mine), None)


def require_structure(request: UserRequest) -> Structure:
    """The structure this person works in now. Refuses whoever belongs to none."""
    mine = current_membership(request)
    if mine is None:
        raise NotAMember(
            _("You belong to no structure at the moment."),
            advice=_("Ask an administrator of your structure for an invitation."),
        )
    return mine.structure


def work_in(request: UserRequest, structure: Structure) -> None:
    """From the next page on, this is the structure they work in."""
    request.session[_CHOSEN] = str(structure.uuid)
