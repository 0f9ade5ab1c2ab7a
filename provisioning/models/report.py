from __future__ import annotations

from collections.abc import Iterable
from typing import Never, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from backoffice.core.models.event import AppendOnlyQuerySet
from provisioning.models.agent import Agent, at_sites

# The kind of report that says what the machine is made of.
INVENTORY = "inventory"
# The kind that says what came of its tests.
TESTS = "tests"


class ReportQuerySet(AppendOnlyQuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def newest_of(self, agent: Agent, kind: str = INVENTORY) -> Report | None:
        """Its newest of a kind with its payload: one that is always kept."""
        return (
            self.filter(agent=agent, kind=kind)
            .select_related("kept")
            .order_by("-seq")
            .first()
        )

    def newest_tests(self, agents: Iterable[int]) -> Self:
        """The newest report of tests of each of these machines, with its payload."""
        newer = Report.objects.filter(
            agent=OuterRef("agent"), kind=TESTS, seq__gt=OuterRef("seq")
        )
        of_these = self.filter(~Exists(newer), agent__in=list(agents), kind=TESTS)
        return of_these.select_related("kept")

    def retained(self) -> Self:
        """Those whose payload is still there, with it."""
        return self.filter(kept__isnull=False).select_related("kept")

    def prunable(self) -> Self:
        """Neither the first of its machine nor the newest of its kind, and retained.

        The database's trigger on payloads says the same.
        """
        of_agent = Report.objects.filter(agent=OuterRef("agent"))
        newer = of_agent.filter(kind=OuterRef("kind"), seq__gt=OuterRef("seq"))
        older = of_agent.filter(seq__lt=OuterRef("seq"))
        return self.filter(Exists(newer), Exists(older), kept__isnull=False)


def newest_tests_of(agents: Iterable[int]) -> ReportQuerySet:
    """For machines that whoever asks was shown: their own reports of tests."""
    return Report.objects.newest_tests(agents)


class Report(models.Model):
    """What an agent said once: its hash, its signature and its place; never changed.

    The bytes themselves are its `ReportPayload`, which retention may prune.
    """

    report_id = models.UUIDField(unique=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="reports")
    seq = models.PositiveBigIntegerField()
    prev_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    boot_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=20)
    # The agent's clock: evidence, never authority. Kept as text: it may name a
    # year that a database cannot hold.
    taken_at = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    clock_offset_seconds = models.BigIntegerField()
    signature = models.BinaryField(max_length=64)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "seq"], name="report_one_per_place"
            ),
            models.UniqueConstraint(
                fields=["agent", "sha256"], name="report_kept_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.report_id)

    @property
    def is_retained(self) -> bool:
        return hasattr(self, "kept")

    @property
    def payload(self) -> bytes:
        """The exact bytes; raises ReportPayload.DoesNotExist once they are pruned."""
        return bytes(self.kept.body)


class PayloadQuerySet(AppendOnlyQuerySet["ReportPayload"]):
    def prune(self) -> int:
        """Remove these bodies: the retention's way, and the only one."""
        removed, _by_table = models.QuerySet.delete(self)
        return removed

    def bulk_update(self, *args: object, **kwargs: object) -> Never:
        raise TypeError("what was reported is never changed")


class ReportPayload(models.Model):
    """The exact bytes of a report, found by it; its SHA-256 stands on the report."""

    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, primary_key=True, related_name="kept"
    )
    body = models.BinaryField()

    objects = PayloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("payload")
        verbose_name_plural = _("payloads")

    def __str__(self) -> str:
        return str(self.report_id)
