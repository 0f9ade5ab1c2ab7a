"""Who sees what: the staff of a site, and the members of a structure.

Every model of this app that a partner may see has one door, `visible_to`, and every
door is made of the two questions here: at which sites does this person hold a staff
permission, and of which structures is this person an active member.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from backoffice.core.models import User

M = TypeVar("M", bound=models.Model, covariant=True)
USE_PORTAL = "lending.use_portal"


class TwoSidedQuerySet(models.QuerySet[M]):
    """Rows of a structure: its members see them, and the staff of its site."""

    # Where the row says its structure and its site, and what staff must hold.
    STRUCTURE: ClassVar[str] = "structure"
    SITE: ClassVar[str] = "structure__site"
    PERMISSION: ClassVar[str]

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        if user.site_ids(self.PERMISSION) is None:
            # Without a condition that is always true, which no index could answer.
            return self.all()
        return self.filter(self._to_staff(user) | self._to_members(user))

    def _to_staff(self, user: User) -> Q:
        return staff_reach(user, self.PERMISSION, self.SITE)

    def _to_members(self, user: User) -> Q:
        return member_reach(user, self.STRUCTURE)

    def lock(self, pk: int) -> M:
        """Hold this row until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class StaffQuerySet(models.QuerySet[M]):
    """Rows that only the staff of a site sees."""

    SITE: ClassVar[str] = "site"
    PERMISSION: ClassVar[str]

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        if user.site_ids(self.PERMISSION) is None:
            return self.all()
        return self.filter(staff_reach(user, self.PERMISSION, self.SITE))

    def lock(self, pk: int) -> M:
        """Hold this row until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)


def staff_reach(user: User, permission: str, site: str) -> Q:
    """The rows at whose site this person holds a staff permission."""
    sites = user.site_ids(permission)
    return ~Q(pk=None) if sites is None else Q(**{f"{site}__in": sites})


def holds_anywhere(user: User | AnonymousUser, permission: str) -> bool:
    """Whether this person holds a staff permission at some site: for what has none."""
    if not isinstance(user, User):
        return False
    sites = user.site_ids(permission)
    return sites is None or bool(sites)


def member_reach(user: User, structure: str) -> Q:
    """The rows of the structures of which this person is an active member.

    By a subquery: a join would show a row once per member to who is staff as well.
    """
    if USE_PORTAL not in user.grants:
        return Q(pk=None)
    mine = apps.get_model("lending", "Membership")._default_manager.filter(
        user=user, is_active=True, structure__is_active=True
    )
    return Q(**{f"{structure or 'pk'}__in": mine.values("structure")})
