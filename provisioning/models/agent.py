from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import BigIntegerField, Count, F, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agent.placeholders import known
from backoffice.core.models import Event, EventQuerySet, Site, User
from inventory.models import Device
from inventory.states import OUT

# A machine that says nothing for this long is worth a look.
SILENT = dt.timedelta(minutes=6)
# One that was not heard for longer is on no bench any more.
HEARD = dt.timedelta(hours=12)


def at_sites(sites: frozenset[int], path: str = "") -> Q:
    """Machines whose device is at one of these, or that joined there and are none.

    `path` leads to the agent, `agent__` for instance.
    """
    nobody = Q(**{f"{path}device": None, f"{path}site__in": sites})
    return nobody | Q(**{f"{path}device__site__in": sites})


class AgentQuerySet(models.QuerySet["Agent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites))

    def carried_by(self, user: User) -> Self:
        """Those whose reports this person may bring by stick."""
        sites = user.site_ids("provisioning.enrol_agent")
        return self if sites is None else self.filter(at_sites(sites))

    def for_list(self) -> Self:
        return self.select_related("device__site", "site", "job").order_by(
            "-last_seen_at", "-pk"
        )

    def for_page(self) -> Self:
        """With who asked it for what, and where its device stands."""
        return self.select_related(
            "device__site", "device__place__parent", "site", "job__asked_by"
        )

    def pending(self) -> Self:
        """Those that joined where a person looks at each of them, and did not yet."""
        return self.filter(approved_at=None, revoked_at=None)

    def unbound(self) -> Self:
        """Machines seen: they report, and nobody has said which device they are."""
        return self.filter(
            device=None, revoked_at=None, approved_at__isnull=False, same_as=None
        )

    def bound(self) -> Self:
        return self.filter(device__isnull=False, revoked_at=None)

    def on_the_bench(self) -> Self:
        """Those in the workshop that were heard today, or were asked for something."""
        since = timezone.now() - HEARD
        here = Q(device=None) | ~Q(device__status__in=OUT)
        heard = Q(last_contact_at__gt=since) | Q(job__ended_at=None, job__isnull=False)
        return self.filter(here, heard, revoked_at=None, same_as=None)

    def for_board(self) -> Self:
        """Everything that a card of the bench shows, in one statement."""
        return (
            self.select_related(
                *("device__site", "device__place__parent", "device__health"),
                *("site", "job"),
            )
            .defer("device__health__facts", "device__health__findings")
            .order_by("pk")
        )

    def state_of_board(self) -> dict[str, Any]:
        """What changes as soon as anything on the board does, in one statement.

        A device that was carried elsewhere changes the sum of places; where two were
        exchanged, the sum in which each place counts as often as its machine's key.
        """
        before = timezone.now() - SILENT
        silent = Q(last_contact_at__lt=before) | Q(
            job__last_news_at__lt=before, job__state__in=("taken", "running")
        )
        return self.order_by().aggregate(
            count=Count("pk"),
            changed_at=Max("changed_at"),
            judged_at=Max("device__health__judged_at"),
            places=Sum("device__place"),
            placed=Sum(F("pk") * F("device__place"), output_field=BigIntegerField()),
            silent=Count("pk", filter=silent),
        )

    def by_token_hash(self, digest: str) -> Agent | None:
        """By its credential, or the one that is to follow it: with its device and job."""
        return (
            self.select_related("device", "job")
            .filter(Q(token_sha256=digest) | Q(next_token_sha256=digest))
            .first()
        )

    def lock(self, pk: int) -> Agent:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Agent(models.Model):
    """The agent of one machine: its key, its credential, and the device it is.

    Until somebody binds it to a device, it is a machine seen. `make` to `serial`
    are what its newest report says, placeholders included.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    public_key = models.BinaryField(max_length=32, unique=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    # Made by a rotation; takes the other's place when it is first used.
    next_token_sha256 = models.CharField(
        max_length=64, unique=True, null=True, blank=True
    )
    enrolled_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    device = models.ForeignKey(
        Device,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agents",
    )
    bound_at = models.DateTimeField(null=True, blank=True)
    bound_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    agent_version = models.CharField(max_length=64, blank=True)
    make = models.CharField(max_length=128, blank=True)
    model = models.CharField(max_length=128, blank=True)
    serial = models.CharField(max_length=128, blank=True)
    # Tells machines apart whose firmware names nobody: their processor.
    looks = models.CharField(max_length=160, blank=True)
    # The marks of its hardware, by kind, as the newest report that could show them
    # did: provisioning.identity.
    marks = models.JSONField(default=dict)
    # The machine that took its place: the same one, woken with another key.
    same_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What the next report must carry.
    next_seq = models.PositiveBigIntegerField(default=1)
    last_sha256 = models.CharField(max_length=64, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    # When it last asked what to do; written once a minute at most.
    last_contact_at = models.DateTimeField(null=True, blank=True)
    # When anything that the bench shows of it last changed.
    changed_at = models.DateTimeField(default=timezone.now)
    # Two machines speak with this one's identity, or one was put back in time.
    clone_suspected_at = models.DateTimeField(null=True, blank=True)
    # What the other one showed beside what this one had: a `Line` each.
    clone_marks = models.JSONField(default=list)
    # The newest event of its jobs that is known.
    last_event_seq = models.PositiveBigIntegerField(default=0)
    # The newest job asked of it, open or not.
    job = models.ForeignKey(
        "provisioning.Job",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    clock_offset_seconds = models.BigIntegerField(null=True, blank=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("machine")
        verbose_name_plural = _("machines")
        permissions = [
            ("enrol_agent", _("Enrol machines")),
            ("bind_agent", _("Bind machines to devices")),
            ("revoke_agent", _("Revoke machines")),
            ("approve_agent", _("Approve machines that join")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(revoked_at=None),
                name="one_agent_per_device",
            ),
            models.CheckConstraint(
                name="agent_bound_by_somebody",
                condition=Q(device=None, bound_at=None)
                | Q(device__isnull=False, bound_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.uuid)[:8]

    @property
    def answering_site_id(self) -> int:
        """Whose people may act on it: where its device is now, else where it joined."""
        return self.device.site_id if self.device else self.site_id

    @property
    def title(self) -> str:
        """Its make and model, without what a maker forgot to fill in."""
        return " ".join(filter(None, map(known, (self.make, self.model))))


class AgentEvent(Event):
    """The journal of one agent: enrolled, reported, asked, bound, revoked."""

    SUBJECT = "agent"
    subject = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["AgentEvent"].as_manager()

    class Meta(Event.Meta):
        pass
