"""Where somebody begins: the workshop’s first page, or a portal of their own."""

from __future__ import annotations

import dataclasses

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from backoffice.core.models import User


@dataclasses.dataclass(frozen=True)
class Home:
    """The first page of those who have one permission only, and the head of their pages."""

    address: str
    header: str


def home_of(user: User | AnonymousUser) -> Home | None:
    """None for whoever begins in the workshop."""
    if not isinstance(user, User) or user.is_superuser:
        return None
    for permission, (route, header) in settings.HOMES.items():
        if set(user.grants) == {permission}:
            return Home(reverse(route), header)
    return None
