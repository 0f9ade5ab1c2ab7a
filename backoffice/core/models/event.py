"""The journal: what happened, in chains that cannot be quietly rewritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Never, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core import chain
from backoffice.core.actors import Actor, keep_form
from backoffice.core.transactions import require_transaction

M = TypeVar("M", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[M]):
    """Rows that are written once. The database's triggers say the same."""

    def update(self, **kwargs: Any) -> Never:
        raise TypeError("rows of the journal are never changed")

    def delete(self) -> Never:
        raise TypeError("rows of the journal are never deleted")


class EventQuerySet(AppendOnlyQuerySet[M]):
    def oldest_first(self) -> Self:
        return self.order_by("sequence")

    def for_timeline(self) -> Self:
        """Newest first, with the names that a timeline shows."""
        return self.select_related("actor").order_by("-sequence")


class Event(models.Model):
    """Something that happened to one subject, written with its effect or not at all.

    Each app subclasses it, adds a foreign key named `subject` to what the events
    are about, and gives `subject` a `uuid`. `data` holds references and codes
    only: never a name, never free text about a person.
    """

    # The journal's name for the subject, part of every hash.
    SUBJECT: ClassVar[str]
    subject: Any
    subject_id: int

    sequence = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        to_field="uuid",
        db_column="actor_uuid",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    # Public id of the agent that acted, where no person did.
    agent = models.CharField(max_length=36, blank=True)
    # The bench or station where it was done, as the person named it.
    station = models.CharField(max_length=40, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: Any  # each journal has its own manager

    class Meta:
        abstract = True
        ordering = ("subject", "sequence")
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "sequence"],
                name="%(app_label)s_%(class)s_one_event_per_place",
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="%(app_label)s_%(class)s_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(previous_hash=F("hash")),
                name="%(app_label)s_%(class)s_moves_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.SUBJECT} {self.subject_id} #{self.sequence} {self.verb}"

    def facts(self) -> dict[str, object]:
        """What the hash covers: everything the row says."""
        return {
            "subject": self.SUBJECT,
            "subject_uuid": str(self.subject.uuid),
            "sequence": self.sequence,
            "verb": self.verb,
            "actor": str(self.actor_id) if self.actor_id else None,
            "agent": self.agent,
            "station": self.station,
            "occurred_at": _instant(self.occurred_at),
            "recorded_at": _instant(self.recorded_at),
            "data": self.data,
            "previous_hash": self.previous_hash,
        }

    def computed_hash(self) -> str:
        return chain.sha256(self.facts())

    @classmethod
    def append(
        cls,
        subject: models.Model,
        verb: str,
        *,
        by: Actor,
        data: Mapping[str, object] | None = None,
        occurred_at: dt.datetime | None = None,
    ) -> Self:
        """Write the next event of a locked subject: the step every act takes.

        `by` is the person, agent or job that acted and where. Two writers at
        once meet the unique (subject, sequence): one of them fails whole.
        """
        require_transaction()
        keep_form(by)
        last = (
            cls.objects.filter(subject=subject)
            .order_by("-sequence")
            .values_list("sequence", "hash")
            .first()
        )
        event = cls._next(subject, verb, last, by, data or {}, occurred_at)
        event.save(force_insert=True)
        return event

    @classmethod
    def append_each(
        cls,
        verb: str,
        told: Sequence[tuple[models.Model, Mapping[str, object]]],
        *,
        by: Actor,
    ) -> None:
        """Write the same event of many locked subjects at once, each with its data."""
        require_transaction()
        keep_form(by)
        keys = [subject.pk for subject, _data in told]
        rows = cls.objects.filter(subject__in=keys).order_by("sequence")
        last = {
            key: (sequence, found)
            for key, sequence, found in rows.values_list("subject", "sequence", "hash")
        }
        cls.objects.bulk_create(
            cls._next(subject, verb, last.get(subject.pk), by, data)
            for subject, data in told
        )

    @classmethod
    def _next(
        cls,
        subject: models.Model,
        verb: str,
        last: tuple[int, str] | None,
        by: Actor,
        data: Mapping[str, object],
        occurred_at: dt.datetime | None = None,
    ) -> Self:
        """The event after the last one of its subject, hashed and not written yet."""
        sequence, previous_hash = last or (0, chain.GENESIS)
        now = timezone.now()
        event = cls(
            subject=subject,
            sequence=sequence + 1,
            verb=verb,
            actor=by.user,
            agent=by.agent,
            station=by.station,
            occurred_at=occurred_at or now,
            recorded_at=now,
            data=dict(data),
            previous_hash=previous_hash,
        )
        event.hash = event.computed_hash()
        return event


def _instant(moment: dt.datetime) -> str:
    """RFC 3339 in UTC with microseconds: the same text from both databases."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
