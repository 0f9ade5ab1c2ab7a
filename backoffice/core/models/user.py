"""People who sign in, and what their roles let them do where."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    BaseUserManager,
    Group,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from backoffice.core.models.event import Event, EventQuerySet
from backoffice.core.models.site import Site
from backoffice.core.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Accounts are for those who manage them; everyone sees their own."""
        if isinstance(user, User) and user.site_ids("core.manage_accounts") is None:
            return self
        return self.filter(pk=user.pk) if user.is_authenticated else self.none()

    def for_list(self) -> Self:
        return self.prefetch_related(
            "role_assignments__role", "role_assignments__site"
        ).order_by("-is_active", "name", "pk")

    def administrators(self) -> Self:
        """Whoever may manage every account today."""
        role = RoleAssignment.objects.filter(
            site=None, role__permissions__codename="manage_accounts"
        )
        return self.filter(
            Q(is_superuser=True) | Q(pk__in=role.values("user")), is_active=True
        )

    def with_role_at(self, sites: frozenset[int] | None) -> Self:
        """Whoever may work today at one of these sites; None is anywhere."""
        roles = RoleAssignment.objects.all()
        if sites is not None:
            roles = roles.filter(Q(site=None) | Q(site__in=sites))
        working = Q(is_superuser=True) | Q(pk__in=roles.values("user"))
        return self.filter(working, is_active=True).order_by("name", "pk")

    def lock(self, pk: int) -> User:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def lock_with_administrators(self, pk: int) -> list[User]:
        """One account and every administrator's, in one query, always in one order."""
        wanted = Q(pk=pk) | Q(pk__in=self.model.objects.administrators().values("pk"))
        return list(self.filter(wanted).select_for_update(of=("self",)).order_by("pk"))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Accounts are known by their e-mail address."""

    @staticmethod
    def normalised(email: str) -> str:
        """The one way an address is written here."""
        return email.strip().lower()

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        user: User = self.model(email=self.normalised(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: staff of the association, or of a partner structure.

    `uuid` is what the journal keeps; the name can be erased without touching it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("fr", _("French")), ("en", _("English"))],
        default="fr",
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    # Roles come from RoleAssignment, which knows the site; see core.auth.
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = [
            ("manage_accounts", _("Manage accounts, roles and sites")),
            ("verify_journal", _("Verify the journal")),
        ]

    def __str__(self) -> str:
        return self.name or str(self.uuid)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    # A user is an Actor: somebody who acts from nowhere in particular.
    @property
    def user(self) -> User:
        return self

    @property
    def agent(self) -> str:
        return ""

    @property
    def station(self) -> str:
        return ""

    @cached_property
    def grants(self) -> Mapping[str, frozenset[int] | None]:
        """Permission ("app.codename") to the sites where it holds; None: every site."""
        held = RoleAssignment.objects.filter(user=self, role__permissions__isnull=False)
        rows = held.values_list(
            "site_id",
            "role__permissions__content_type__app_label",
            "role__permissions__codename",
        )
        grants: dict[str, frozenset[int] | None] = {}
        for site_id, app, codename in rows:
            name = f"{app}.{codename}"
            known = grants.get(name, frozenset())
            everywhere = known is None or site_id is None
            grants[name] = None if everywhere else (known or frozenset()) | {site_id}
        return grants

    def site_ids(self, permission: str) -> frozenset[int] | None:
        """Where the permission holds: None everywhere, empty nowhere."""
        if not self.is_active:
            return frozenset()
        if self.is_superuser:
            return None
        return self.grants.get(permission, frozenset())


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def for_list(self) -> Self:
        return self.select_related("role", "site").order_by("pk")


class RoleAssignment(models.Model):
    """One role of one person, at one site or at all of them."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="role_assignments"
    )
    role = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="role_assignments"
    )
    site = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="role_assignments",
        verbose_name=_("site"),
        help_text=_("Empty: at every site."),
    )

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "site"],
                name="role_held_once_per_site",
                violation_error_message=_("This person already holds this role there."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(site=None),
                name="role_held_once_everywhere",
                violation_error_message=_("This person already holds this role there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.site or _('every site')}"

    @property
    def label(self) -> str:
        """The role in the reader's language."""
        return str(Role(self.role.name).label)


class AccountEvent(Event):
    """What happened to an account: made, given a role, closed, given a token."""

    SUBJECT = "account"
    subject = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["AccountEvent"].as_manager()

    class Meta(Event.Meta):
        pass
