"""What machines said of the line that their packs bring."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from backoffice.core.models.event import AppendOnlyQuerySet
from inventory.models import Device
from provisioning.models.agent import Agent, at_sites
from provisioning.models.report import Report


class LineVerdict(models.TextChoices):
    """What a line is worth, in the wire’s words, and in a sentence for people."""

    WORKS = "works", _("The line works: the server’s page was fetched over it")
    NO_MODEM = "no_modem", _("No modem is seen")
    LABELS_ONLY = "labels_only", _("The modem answers nobody: read its labels")
    NO_CARD = "no_card", _("There is no card in the modem")
    CARD_UNREAD = "card_unread", _("The card’s number could not be read")
    OTHER_CARD = "other_card", _("Another card is in the modem")
    LOCKED = "locked", _("The card is locked by its code")
    NOT_INSTALLED = "not_installed", _("The connection could not be set up")
    NO_NETWORK = "no_network", _("The card finds no network of its operator")
    NO_SIGNAL = "no_signal", _("There is no signal here")
    NO_ADDRESS = "no_address", _("The network gave no address: look at the APN")
    NO_NAMES = "no_names", _("The line finds no names of servers")
    NO_PAGE = "no_page", _("The server’s page could not be fetched over the line")
    NOT_TRIED = "not_tried", _("The line was not tried")
    UNKNOWN = "unknown", _("The machine says something newer than this server knows")


class ConnectionLookQuerySet(AppendOnlyQuerySet["ConnectionLook"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of machines whose devices this person sees."""
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def newest_of(self, agents: list[int]) -> dict[int, ConnectionLook]:
        """The last look of each machine that had one, by the machine’s pk."""
        newest = (
            self.filter(agent__in=agents)
            .values("agent")
            .annotate(last=models.Max("pk"))
            .values("last")
        )
        return {look.agent_id: look for look in self.filter(pk__in=newest)}


def newest_looks_of(agents: list[int]) -> dict[int, ConnectionLook]:
    """For machines that whoever asks was shown: the last look of each."""
    return ConnectionLook.objects.newest_of(agents)


class ConnectionLook(models.Model):
    """One look at the modems of a machine, and what came of trying the card.

    The machine’s word, kept as evidence: what its pack asks is compared with it.
    """

    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, related_name="connection_look"
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    # The device that the machine was when it reported.
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, related_name="connection_looks"
    )
    verdict = models.CharField(max_length=14, choices=LineVerdict)
    # The number of the card that was tried, as the modem read it; empty for none.
    iccid = models.CharField(max_length=20, blank=True)
    operator = models.CharField(max_length=80, blank=True)
    technology = models.CharField(max_length=64, blank=True)
    signal_dbm = models.SmallIntegerField(null=True)
    bytes = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()

    objects = ConnectionLookQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("look at a connection")
        verbose_name_plural = _("looks at connections")
        default_permissions = ()
        indexes = [models.Index(fields=["agent", "-id"], name="look_by_agent")]

    def __str__(self) -> str:
        return self.get_verdict_display()
