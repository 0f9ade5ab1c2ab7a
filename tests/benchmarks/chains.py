"""Chained events by the thousand, hashed as the acts hash them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from backoffice.core import chain
from backoffice.core.models import User

# What happened: a verb, and what it says.
Facts = tuple[str, dict[str, object]]
# The last event of a chain: its number, and its hash.
Head = tuple[int, str]


def chained(
    journal: Any,
    subject: Any,
    lived: Iterable[Facts],
    since: dt.datetime,
    by: User,
    head: Head = (0, chain.GENESIS),
) -> Iterator[Any]:
    """The events of one subject, a second apart, after the one that `head` names."""
    last, previous = head
    for sequence, (verb, data) in enumerate(lived, start=last + 1):
        moment = since + dt.timedelta(seconds=sequence)
        event = journal(
            subject=subject,
            sequence=sequence,
            verb=verb,
            actor=by,
            occurred_at=moment,
            recorded_at=moment,
            data=data,
            previous_hash=previous,
        )
        event.hash = previous = event.computed_hash()
        yield event


def heads(journal: Any, subjects: Iterable[Any]) -> dict[int, Head]:
    """Where the chains of these subjects end, by the subject's key."""
    rows = journal.objects.filter(subject__in=[each.pk for each in subjects])
    found = rows.order_by("subject", "sequence")
    return {
        subject: (sequence, digest)
        for subject, sequence, digest in found.values_list(
            "subject", "sequence", "hash"
        )
    }
