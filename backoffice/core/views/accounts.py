"""Accounts, for administrators: who may sign in, and with which roles."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core import actions
from backoffice.core.errors import DomainError
from backoffice.core.forms.accounts import AccountForm, HeldRoleForm, RoleForm
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from backoffice.core.views.history import history_of


def _administers(user: User | AnonymousUser) -> bool:
    """Accounts and sites belong to no site: a role at one of them opens neither."""
    if isinstance(user, User) and user.site_ids("core.manage_accounts") is None:
        return True
    raise PermissionDenied


manages = user_passes_test(_administers)


@manages
@require_safe
def account_list(request: UserRequest) -> HttpResponse:
    """Everybody who has an account, open ones first."""
    found = User.objects.visible_to(request.user).for_list()
    page = Slice(found, request.GET.get("page"))
    return render(request, "core/account_list.html", {"page": page})


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def account_open(request: UserRequest) -> HttpResponse:
    """Make an account and mail its link."""
    form = AccountForm(request.POST or None)
    if form.is_valid():
        try:
            account = actions.open_account(**form.cleaned_data, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            _invite(request, account)
            return redirect("core:account-detail", account=account.uuid)
    context = {"form": form}
    return render(request, "core/account_open.html", context, status=form.status)


@manages
@require_safe
def account_detail(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    return _page(request, _account(request, account), RoleForm(user=request.user))


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def account_amend(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    """Correct a name, an address, a language."""
    found = _account(request, account)
    form = AccountForm(request.POST or None, initial=_facts(found))
    if form.is_valid():
        try:
            actions.amend_account(
                account=found, **form.cleaned_data, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("core:account-detail", account=found.uuid)
    context = {"form": form, "account": found}
    return render(request, "core/account_amend.html", context, status=form.status)


@manages
@require_POST
def account_invite(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    """Mail the link once more."""
    found = _account(request, account)
    _invite(request, found)
    return redirect("core:account-detail", account=found.uuid)


@manages
@require_POST
def role_give(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    found = _account(request, account)
    form = RoleForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            actions.give_role(account=found, **form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("core:account-detail", account=found.uuid)
    return _page(request, found, form)


@manages
@require_POST
def role_take(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    found = _account(request, account)
    form = HeldRoleForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, found, RoleForm(user=request.user), status=400)
    actions.take_role(account=found, **form.facts, by=acting(request))
    return redirect("core:account-detail", account=found.uuid)


@manages
@require_POST
def account_close(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    return _act(request, account, actions.close_account)


@manages
@require_POST
def account_reopen(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    """Let the person in again, with a new password."""
    found = _account(request, account)
    _invite(request, actions.reopen_account(account=found, by=acting(request)))
    return redirect("core:account-detail", account=found.uuid)


@manages
@require_POST
def second_factor_remove(request: UserRequest, account: uuid.UUID) -> HttpResponse:
    return _act(request, account, actions.remove_second_factor)


def _act(
    request: UserRequest, account: uuid.UUID, act: Callable[..., User]
) -> HttpResponse:
    found = act(account=_account(request, account), by=acting(request))
    return redirect("core:account-detail", account=found.uuid)


def _account(request: UserRequest, account: uuid.UUID) -> User:
    found: User = get_object_or_404(User.objects.visible_to(request.user), uuid=account)
    return found


def _facts(account: User) -> dict[str, str]:
    return {
        "name": account.name,
        "email": account.email,
        "language": account.language,
    }


def _invite(request: UserRequest, account: User) -> None:
    """Mail the link, and say in words whether it left."""
    try:
        actions.invite(account=account, by=acting(request))
    except OSError:  # smtplib's errors are OSErrors too
        messages.warning(
            request,
            _("The mail could not be sent. Check the mail server, then send it again."),
        )
        return
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        said = _("No mail server is set up: the link stands in the server’s log.")
        messages.warning(request, said)
        return
    said = _("A link to choose a password is on its way to %(address)s.")
    messages.success(request, said % {"address": account.email})


def _page(
    request: UserRequest, account: User, form: RoleForm, status: int = 0
) -> HttpResponse:
    assignments = account.role_assignments.for_list()
    events, holds = history_of(account.events.for_timeline(), request.user)
    context = {
        "account": account,
        "form": form,
        "assignments": [
            (held, HeldRoleForm.of(held, user=request.user)) for held in assignments
        ],
        "second_factor": is_mfa_enabled(account),
        "has_password": account.has_usable_password(),
        "events": events,
        "holds": holds,
    }
    return render(
        request, "core/account_detail.html", context, status=status or form.status
    )
