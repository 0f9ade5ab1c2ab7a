"""Prove that history holds, or say where it broke.

Three witnesses, each of which the other two cannot replace:

- the hash chain of every subject: an altered, removed or inserted event breaks
  the hashes after it;
- the database's triggers, which refuse changes in the first place;
- signed checkpoints in files outside the database: each lists the heads of the
  chains that moved since the one before, so a chain that was truncated or wholly
  recomputed no longer holds the event that a checkpoint saw.

What happened after the newest checkpoint has the chain and the triggers only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Subquery

from backoffice.core import chain, checkpoints, triggers
from backoffice.core.models import Checkpoint, Event


@dataclasses.dataclass(frozen=True)
class Break:
    """One place where history does not hold. `subject` is "device:5f3c…" or a file."""

    subject: str
    sequence: int | None
    why: str

    def __str__(self) -> str:
        place = "" if self.sequence is None else f" #{self.sequence}"
        return f"{self.subject}{place}: {self.why}"


@dataclasses.dataclass(frozen=True)
class Verdict:
    chains: int
    events: int
    checkpoints: int
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        return not self.breaks


def journals() -> list[type[Event]]:
    """Every event table, by its subject's name."""
    found = [model for model in apps.get_models() if issubclass(model, Event)]
    return sorted(found, key=lambda model: model.SUBJECT)


def verify() -> Verdict:
    """Walk every chain, every checkpoint and every trigger."""
    kept = checkpoints.read_all()
    breaks = [*_trigger_breaks(), *_checkpoint_breaks(kept)]
    witnessed = checkpoints.heads(kept)
    chains = events = 0
    for model in journals():
        for key, rows in _chains(model):
            seen = list(rows)
            chains += 1
            events += len(seen)
            breaks += verify_chain(key, seen)
            breaks += _against_checkpoint(key, seen, witnessed.pop(key, None))
    breaks += [
        Break(key, head.sequence, "a checkpoint saw this chain, and it is gone")
        for key, head in witnessed.items()
    ]
    return Verdict(chains, events, len(kept), tuple(breaks))


def verify_subject(events: list[Any]) -> bool:
    """Whether the events of one subject (all of them, oldest first) hold together.

    Checks the chain and the newest checkpoint that saw it.
    """
    if not events:
        return False
    key = f"{events[0].SUBJECT}:{events[0].subject.uuid}"
    head = checkpoints.newest_head(key)
    return not verify_chain(key, events) and not _against_checkpoint(key, events, head)


def verify_chain(key: str, events: list[Any]) -> list[Break]:
    """The first break of one chain, if any: what comes after it proves nothing."""
    previous = chain.GENESIS
    for place, event in enumerate(events, start=1):
        if event.sequence != place:
            return [Break(key, place, "an event is missing")]
        if event.previous_hash != previous:
            return [Break(key, place, "does not follow the event before it")]
        if event.hash != event.computed_hash():
            return [Break(key, place, "was altered")]
        previous = event.hash
    return []


def heads() -> Iterator[checkpoints.Head]:
    """The last event of every chain, as a checkpoint keeps it, by ascending key.

    Walks the subjects by their public ids, which are indexed: nothing is sorted.
    """
    for model in sorted(journals(), key=lambda model: f"{model.SUBJECT}:"):
        events = model.objects.filter(subject=OuterRef("pk")).order_by("-sequence")
        rows = (
            model.subject.get_queryset()
            .order_by("uuid")
            .annotate(
                last=Subquery(events.values("sequence")[:1]),
                head=Subquery(events.values("hash")[:1]),
            )
            .values_list("uuid", "last", "head")
        )
        for public_id, sequence, head in rows.iterator(chunk_size=5000):
            if sequence is not None:
                yield checkpoints.Head(f"{model.SUBJECT}:{public_id}", sequence, head)


def still_holds(head: checkpoints.Head) -> bool:
    """Whether a chain still has the event that a checkpoint saw at its end."""
    subject, _colon, key = head.key.partition(":")
    model = {model.SUBJECT: model for model in journals()}[subject]
    events = model.objects.filter(subject__uuid=key, sequence=head.sequence)
    return bool(events.filter(hash=head.hash).exists())


def _chains(model: type[Event]) -> Iterator[tuple[str, Iterator[Any]]]:
    rows = (
        model.objects.select_related("subject")
        .order_by("subject_id", "sequence")
        .iterator(chunk_size=5000)
    )
    for _pk, events in groupby(rows, key=lambda event: event.subject_id):
        first = next(events)
        yield (
            f"{model.SUBJECT}:{first.subject.uuid}",
            (event for group in ([first], events) for event in group),
        )


def _against_checkpoint(
    key: str, events: list[Any], head: checkpoints.Head | None
) -> list[Break]:
    if head is None:
        return []
    if len(events) < head.sequence:
        return [Break(key, head.sequence, "was cut off after a checkpoint saw it")]
    if events[head.sequence - 1].hash != head.hash:
        return [Break(key, head.sequence, "is not the event that a checkpoint saw")]
    return []


def _trigger_breaks() -> list[Break]:
    tables = [*(model._meta.db_table for model in journals()), "core_checkpoint"]
    return [
        Break(f"trigger {name}", None, "is missing or disabled")
        for name in triggers.missing(tables)
    ]


def _checkpoint_breaks(kept: list[checkpoints.Signed]) -> list[Break]:
    breaks = [
        Break(f"checkpoint {problem.number}", None, problem.why)
        for problem in checkpoints.problems(kept)
    ]
    on_disk = {signed.number: signed.digest for signed in kept}
    for number, digest in Checkpoint.objects.values_list("number", "digest"):
        if number not in on_disk:
            breaks.append(Break(f"checkpoint {number}", None, "its file is missing"))
        elif on_disk[number] != digest:
            breaks.append(Break(f"checkpoint {number}", None, "its file was replaced"))
    return breaks
