from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.models.user import User

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class TokenScope(models.TextChoices):
    """What a personal token may do, within what its owner may do."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and act")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Tokens are personal."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def usable(self) -> Self:
        return self.filter(
            revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True
        )

    def by_secret(self, secret: str) -> ApiToken | None:
        return (
            self.usable()
            .select_related("user")
            .filter(token_sha256=hash_secret(secret))
            .first()
        )


class ApiToken(models.Model):
    """A personal token for the API: kept hashed, limited in scope and in time."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(_("name"), max_length=60)
    scope = models.CharField(_("scope"), max_length=8, choices=TokenScope)
    # The first characters, so that a person recognises the token in a list.
    prefix = models.CharField(max_length=12)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="token_scope_known", condition=Q(scope__in=TokenScope.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


def new_secret() -> str:
    """256 random bits behind a recognisable prefix."""
    return f"rbd_{secrets.token_urlsafe(32)}"


def new_code() -> str:
    """Forty random bits in Crockford's base 32: `K7QM3XPA`. For codes of minutes."""
    return "".join(secrets.choice(_ALPHABET) for _each in range(8))


def hash_secret(secret: str) -> str:
    """SHA-256 is enough for 256 random bits: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
