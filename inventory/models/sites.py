"""Rows that belong to a site, seen by those whose role reaches it."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from backoffice.core.models import User

M = TypeVar("M", bound=models.Model, covariant=True)


class SiteLimitedQuerySet(models.QuerySet[M]):
    """`visible_to`, the only door from a request to these rows."""

    SITE: ClassVar[str] = "site"
    PERMISSION: ClassVar[str]

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids(self.PERMISSION)
        if sites is None:
            return self
        return self.filter(**{f"{self.SITE}__in": sites}) if sites else self.none()

    def lock(self, pk: int) -> M:
        """Hold this row until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)
