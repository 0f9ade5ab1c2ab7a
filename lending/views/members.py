"""Who belongs to a structure: seen and changed by its administrators, and by the staff."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.structures import InviteForm
from lending.models import Invitation, Membership, Structure
from lending.views.portal.current import own_memberships, require_structure
from lending.views.sides import attempt, partners, two_sided

MANAGE = "lending.manage_structure"


@partners
@require_safe
def own_structure(request: UserRequest) -> HttpResponse:
    """The structure one works in: its members, and the way to invite a colleague."""
    return _own_page(request, require_structure(request), InviteForm())


@two_sided(MANAGE)
@require_POST
def member_invite(request: UserRequest, structure: uuid.UUID) -> HttpResponse:
    """Mail a colleague the link that lets them join."""
    seen = Structure.objects.visible_to(request.user)
    found = get_object_or_404(seen, uuid=structure)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            actions.invite_member(
                structure=found, **form.cleaned_data, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The invitation is on its way."))
            return _back(request, found)
    return render(
        request,
        "lending/structures/invite.html",
        {"form": form, "structure": found, "is_partner": _is_partner(request, found)},
        status=form.status,
    )


@two_sided(MANAGE)
@require_POST
def member_end(request: UserRequest, membership: uuid.UUID) -> HttpResponse:
    """A member leaves, or is removed: they see nothing from this moment."""
    return _acted(
        request,
        membership,
        lambda found: actions.end_membership(membership=found, by=acting(request)),
        _("This person sees nothing of the structure any more."),
    )


@two_sided(MANAGE)
@require_POST
def member_promote(request: UserRequest, membership: uuid.UUID) -> HttpResponse:
    """Let a member invite and remove colleagues."""
    return _acted(
        request,
        membership,
        lambda found: actions.name_administrator(membership=found, by=acting(request)),
        _("This person administers the structure now."),
    )


@two_sided(MANAGE)
@require_POST
def member_demote(request: UserRequest, membership: uuid.UUID) -> HttpResponse:
    """Make an administrator a plain member again."""
    return _acted(
        request,
        membership,
        lambda found: actions.withdraw_administrator(
            membership=found, by=acting(request)
        ),
        _("This person is a member like the others now."),
    )


@two_sided(MANAGE)
@require_POST
def invitation_cancel(request: UserRequest, invited: uuid.UUID) -> HttpResponse:
    """Take an invitation back before it is used."""
    seen = Invitation.objects.visible_to(request.user).select_related("structure")
    found = get_object_or_404(seen, uuid=invited)
    attempt(
        request,
        lambda: actions.cancel_invitation(invitation=found, by=acting(request)),
        _("The invitation is cancelled."),
    )
    return _back(request, found.structure)


def members_context(
    request: UserRequest, structure: Structure, form: InviteForm
) -> dict[str, Any]:
    """What the list of members shows, to either side."""
    memberships = Membership.objects.visible_to(request.user).filter(
        structure=structure, is_active=True
    )
    mine = next((m for m in memberships.filter(user=request.user)), None)
    invitations = Invitation.objects.visible_to(request.user).pending()
    sites = request.user.site_ids(MANAGE)
    is_staff = sites is None or structure.site_id in sites
    return {
        "members": memberships.select_related("user").order_by("user__name", "pk"),
        "mine": mine,
        "may_administer": is_staff or bool(mine and mine.is_admin),
        "invitations": invitations.filter(structure=structure),
        "invite": form,
        "now": timezone.now(),
    }


def _own_page(
    request: UserRequest, structure: Structure, form: InviteForm
) -> HttpResponse:
    context = {"structure": structure, **members_context(request, structure, form)}
    template = "lending/portal/structure.html"
    return render(request, template, context, status=form.status)


def _acted(
    request: UserRequest,
    membership: uuid.UUID,
    act: Callable[[Membership], object],
    said: str,
) -> HttpResponse:
    seen = Membership.objects.visible_to(request.user)
    found = get_object_or_404(seen.select_related("structure", "user"), uuid=membership)
    attempt(request, lambda: act(found), said)
    return _back(request, found.structure)


def _is_partner(request: UserRequest, structure: Structure) -> bool:
    return own_memberships(request).filter(structure=structure).exists()


def _back(request: UserRequest, structure: Structure) -> HttpResponse:
    """To the structure's page of one's own side; home, for who has just left."""
    if request.user.has_perm("lending.view_structure"):
        return redirect("lending:structure-detail", structure=structure.uuid)
    if _is_partner(request, structure):
        return redirect("lending:portal-structure")
    return redirect("core:me" if not own_memberships(request) else "lending:portal")
