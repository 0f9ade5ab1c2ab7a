"""How a card speaks to its operator: what is written into the machine's connection."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, User
from lending.models.doors import holds_anywhere


class ApnAuth(models.TextChoices):
    """How the operator asks who is there."""

    ANY = "any", _("As the operator wishes")
    NONE = "none", _("None")
    PAP = "pap", _("PAP")
    CHAP = "chap", _("CHAP")


class ApnIp(models.TextChoices):
    BOTH = "ipv4v6", _("IPv4 and IPv6")
    IPV4 = "ipv4", _("IPv4")
    IPV6 = "ipv6", _("IPv6")


class ApnProfileQuerySet(models.QuerySet["ApnProfile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What operators publish is no secret among those who see cards."""
        return self if holds_anywhere(user, "lending.view_sim") else self.none()

    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def lock(self, pk: int) -> ApnProfile:
        return self.select_for_update(of=("self",)).get(pk=pk)


class ApnProfile(models.Model):
    """An access point of an operator; its password is encrypted as PINs are."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operator = models.CharField(_("operator"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    # MCC and MNC; empty where it is not tied to one network.
    network = models.CharField(_("network"), max_length=6, blank=True)
    apn = models.CharField(_("APN"), max_length=64)
    username = models.CharField(_("user name"), max_length=64, blank=True)
    password_encrypted = models.BinaryField(default=b"", blank=True)
    auth = models.CharField(
        _("authentication"), max_length=4, choices=ApnAuth, default=ApnAuth.ANY
    )
    ip_type = models.CharField(
        _("addresses"), max_length=6, choices=ApnIp, default=ApnIp.BOTH
    )
    # The one for cards of this operator whose plan names none.
    is_usual = models.BooleanField(_("the usual one"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ApnProfileQuerySet.as_manager()

    class Meta:
        ordering = ("operator", "-is_usual", "name")
        verbose_name = _("access point")
        verbose_name_plural = _("access points")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "name"], name="apn_named_once_per_operator"
            ),
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(is_usual=True, is_active=True),
                name="one_usual_apn_per_operator",
            ),
            models.CheckConstraint(
                name="apn_network_is_mcc_and_mnc",
                condition=Q(network="") | Q(network__regex=r"^[0-9]{5,6}$"),
            ),
        ]

    def __str__(self) -> str:
        same = self.name.casefold().startswith(self.operator.casefold())
        return self.name if same else f"{self.operator} {self.name}"


class ApnEvent(Event):
    """What became of an access point; never its password."""

    SUBJECT = "apn"
    subject = models.ForeignKey(
        ApnProfile, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["ApnEvent"].as_manager()

    class Meta(Event.Meta):
        pass
