from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Site, User
from inventory.models import Device
from provisioning.models.agent import Agent

MINUTES = 15


class JoinCodeQuerySet(models.QuerySet["JoinCode"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.enrol_agent")
        return self if sites is None else self.filter(site__in=sites)

    def lock_valid(self, code: str) -> JoinCode | None:
        """The unexpired code, held; the caller decides what a used one is worth."""
        return (
            self.select_for_update(of=("self",))
            .filter(code_hmac=hash_code(code), expires_at__gt=timezone.now())
            .first()
        )


class JoinCode(models.Model):
    """Lets one machine join, once, for a quarter of an hour; kept hashed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code_hmac = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("site")
    )
    # The device it is for, where the tag was given beforehand.
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = JoinCodeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("join code")
        verbose_name_plural = _("join codes")

    def __str__(self) -> str:
        return str(self.uuid)


def hash_code(code: str) -> str:
    """Keyed, because forty bits could be searched through."""
    return salted_hmac("provisioning.join_code", code, algorithm="sha256").hexdigest()
