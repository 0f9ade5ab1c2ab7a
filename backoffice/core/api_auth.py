"""Who calls the API: a browser session, or a personal token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import (
    AuthenticationFailed,
    MethodNotAllowed,
    NotAuthenticated,
)
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from backoffice.core.models import ApiToken, User
from backoffice.core.models.token import TokenScope
from backoffice.core.second_factor import lacks_second_factor, second_factor_missing

if TYPE_CHECKING:  # rest_framework.views itself imports this module
    from rest_framework.views import APIView

WRITE = TokenScope.WRITE


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer rbd_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = ApiToken.objects.by_secret(secret.decode("latin-1").strip())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        if lacks_second_factor(token.user):
            raise second_factor_missing()
        today = timezone.localdate()
        if token.last_used_on != today:
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ModelPermissions(BasePermission):
    """Default deny: a view names the permission of each method, or nobody enters.

    `permissions = {"GET": "inventory.view_device", "POST": …}` on the view; a
    viewset's extra action overrides it with `@action(permissions={…})`. Two with a bar
    between them: either is enough.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, User):
            raise NotAuthenticated
        if not _answers(view, str(request.method)):
            raise MethodNotAllowed(str(request.method))
        reading = request.method in SAFE_METHODS
        token = request.auth
        if not reading and isinstance(token, ApiToken) and token.scope != WRITE:
            return False
        wanted = getattr(view, "permissions", {})
        method = "GET" if reading else request.method
        return method in wanted and _holds(request.user, wanted[method])


def _holds(user: User, wanted: str) -> bool:
    return any(user.has_perm(each) for each in wanted.split("|"))


def _answers(view: APIView, method: str) -> bool:
    name = method.lower()
    return name in view.http_method_names and hasattr(view, name)


def signed_in(request: Request) -> User:
    """The person behind an API call that a permission class let through."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
