"""Pages for both sides, the association’s staff and the members of a structure."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required, user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from lending.models.doors import USE_PORTAL

Decorator = Callable[..., Callable[..., HttpResponse]]

partners = permission_required(USE_PORTAL, raise_exception=True)


def two_sided(permission: str) -> Decorator:
    """Open to staff who hold the permission, and to partners; rows by `visible_to`."""

    def may(user: User | AnonymousUser) -> bool:
        if user.has_perm(permission) or user.has_perm(USE_PORTAL):
            return True
        raise PermissionDenied

    return user_passes_test(may)


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Act from a button: what came of it is said at the top of the page it leads to."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} {refusal.advice}".strip())
        return False
    messages.success(request, done)
    return True
