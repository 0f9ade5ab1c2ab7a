"""One's own account: name, language, and keys for programs."""

from __future__ import annotations

import uuid

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core import actions
from backoffice.core.errors import DomainError
from backoffice.core.forms.accounts import ProfileForm, TokenForm
from backoffice.core.middleware import remember_language
from backoffice.core.models import ApiToken
from backoffice.core.requests import UserRequest, acting


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """My name and my language; the way to password, second factor and keys."""
    user = request.user
    initial = {"name": user.name, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        wanted = form.cleaned_data
        actions.amend_account(
            account=user, email=user.email, **wanted, by=acting(request)
        )
        with override(wanted["language"]):
            messages.success(request, _("Your account is changed."))
        response = redirect("core:me")
        remember_language(response, wanted["language"])
        return response
    context = {
        "form": form,
        "second_factor": is_mfa_enabled(user),
        "assignments": user.role_assignments.for_list(),
    }
    return render(request, "core/me.html", context, status=form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: UserRequest) -> HttpResponse:
    """My keys; a new one is shown once, in the answer to the form that made it."""
    form = TokenForm(request.POST or None)
    made = secret = None
    if form.is_valid():
        try:
            made, secret = actions.create_token(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            form = TokenForm()
    context = {
        "form": form,
        "made": made,
        "secret": secret,
        "tokens": ApiToken.objects.visible_to(request.user),
        "now": timezone.now(),
    }
    return render(request, "core/tokens.html", context, status=form.status)


@require_POST
def token_revoke(request: UserRequest, token: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(ApiToken.objects.visible_to(request.user), uuid=token)
    actions.revoke_token(token=found, by=acting(request))
    messages.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect("core:tokens")
