"""How an invited professional joins a structure: by the link in the mail."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from backoffice.core.actors import Machine
from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.joining import NewMemberForm
from lending.models import Invitation


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, invitation: str) -> HttpResponse:
    """Accept an invitation: with the account signed in, or with a new one.

    The signed link is the door: it names one invitation, and nobody can make another.
    """
    invited = _invited_by(invitation)
    if request.user.is_authenticated:
        return _join_signed_in(cast("UserRequest", request), invited)
    form = NewMemberForm(
        request.POST or None, email=invited.email, initial={"name": invited.name}
    )
    if form.is_valid():
        try:
            actions.join_with_new_account(
                invitation=invited, **form.cleaned_data, by=Machine("invitation")
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your account is ready: sign in."))
            return redirect("account_login")
    context = {"form": form, "invitation": invited}
    return render(request, "lending/join.html", context, status=form.status)


def _join_signed_in(request: UserRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        actions.join_structure(invitation=invitation, by=acting(request))
        joined = _("You are now a member of %(structure)s.")
        messages.success(request, joined % {"structure": invitation.structure})
        return redirect("lending:portal")
    context = {"invitation": invitation, "form": None}
    return render(request, "lending/join.html", context)


def _invited_by(token: str) -> Invitation:
    found = actions.invited_by(token)
    if found is None:
        raise Http404
    return found
