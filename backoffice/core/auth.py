"""Permissions come from role assignments; a role may be limited to sites."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Model

from backoffice.core.models import User


class RoleBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail address (django-allauth), and answers `has_perm`."""

    def get_all_permissions(
        self, user_obj: User | AnonymousUser, obj: Model | None = None
    ) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        if user_obj.is_superuser:
            rows = Permission.objects.values_list("content_type__app_label", "codename")
            return {f"{app}.{codename}" for app, codename in rows}
        return set(user_obj.grants)

    def has_perm(
        self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None
    ) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(
            name.startswith(f"{app_label}.")
            for name in self.get_all_permissions(user_obj)
        )
