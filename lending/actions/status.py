"""The one function that writes a state in this app, and tells who listens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.errors import DomainError
from backoffice.core.models import Event
from backoffice.core.transactions import require_transaction
from lending.actions.webhooks import announce
from lending.errors import StatusImpossible

S = TypeVar("S", bound=models.TextChoices)


def change_status(
    subject: Any,
    to: S,
    verb: str,
    *,
    next_after: Mapping[S, frozenset[S]],
    journal: type[Event],
    by: Actor,
    data: Mapping[str, object] | None = None,
    also: tuple[str, ...] = (),
) -> Event:
    """Move a locked row to another state and log it: the step acts are made of.

    `also` names columns that the act changed, saved in the same statement: the database
    refuses a state without the fact it needs, even for a moment.
    """
    require_transaction()
    was = type(to)(subject.status)
    if to not in next_after[was]:
        raise status_impossible(subject, to)
    subject.status = to
    subject.status_since = timezone.now()
    subject.save(update_fields=["status", "status_since", *also])
    event = journal.append(
        subject, verb, by=by, data={"from": was.value, "to": to.value, **(data or {})}
    )
    announce(subject, event, to=to.value)
    return event


def is_so_already(refusal: DomainError) -> bool:
    """Whether an act was refused because a subject is where it was to go: pressed twice."""
    was, wanted = (refusal.facts.get(name) for name in ("status", "wanted"))
    return refusal.code == StatusImpossible.code and was is not None and was == wanted


def status_impossible(subject: Any, to: models.TextChoices) -> StatusImpossible:
    """What to raise where a state does not follow from the one a subject is in."""
    was = type(to)(subject.status)
    return StatusImpossible(
        _("%(subject)s is “%(now)s”: it cannot become “%(wanted)s”.")
        % {"subject": subject, "now": was.label, "wanted": to.label},
        status=was.value,
        wanted=to.value,
    )
