"""One scan, one act: the answer is kept with the act, or neither is."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from backoffice.core.actors import Actor, person
from backoffice.core.transactions import require_transaction, unsynced
from inventory.errors import ScanRepeated
from inventory.models import Device, DeviceEvent, Scan, ScanOutcome, StationMode

CODE_LENGTH = 80


@dataclasses.dataclass
class Scanned:
    """A scan on its way through an act. `nonce` is made by the browser, once.

    `card` holds what the answer shows beside the act's own event: codes and facts.
    `kept` is the row, once the act has written it.
    """

    nonce: uuid.UUID
    mode: StationMode
    code: str
    card: Mapping[str, object] = dataclasses.field(default_factory=dict)
    kept: Scan | None = dataclasses.field(default=None, init=False)


def keep_scan(
    scan: Scanned | None,
    *,
    device: Device | None,
    event: DeviceEvent | None,
    by: Actor,
) -> None:
    """Keep a scan with the act it caused, in the act's own transaction: a step.

    Raises ScanRepeated where this person's nonce was answered before: the act
    is then rolled back whole, and the first answer shown again.
    """
    require_transaction()
    if scan is not None:
        scan.kept = _write(
            scan, device=device, event=event, outcome=ScanOutcome.OK, by=by
        )


@transaction.atomic(durable=True)
def note_scan(
    *,
    scan: Scanned,
    device: Device | None = None,
    outcome: ScanOutcome,
    by: Actor,
) -> Scan:
    """Keep the answer to a scan that changed nothing: unknown, refused, a question."""
    return _write(scan, device=device, event=None, outcome=outcome, by=by)


@unsynced()
@transaction.atomic(durable=True)
def note_look_up(*, scan: Scanned, device: Device | None = None, by: Actor) -> Scan:
    """Keep that something was looked up; it does not make anybody wait for the disk."""
    return _write(scan, device=device, event=None, outcome=ScanOutcome.OK, by=by)


@transaction.atomic(durable=True)
def settle_scan(*, scan: Scan, answer: str, by: Actor) -> Scan:
    """Say what became of a code that led nowhere: it leaves the list of questions.

    The first answer stands. Raises Scan.DoesNotExist for somebody else's scan.
    """
    scan = Scan.objects.select_for_update().get(pk=scan.pk, user=person(by))
    if not scan.card.get("answer"):
        scan.card = {**scan.card, "open": False, "answer": answer}
        scan.save(update_fields=["card"])
    return scan


def _write(
    scan: Scanned,
    *,
    device: Device | None,
    event: DeviceEvent | None,
    outcome: ScanOutcome,
    by: Actor,
) -> Scan:
    """A nonce that was answered before undoes the whole transaction it comes in."""
    try:
        return Scan.objects.create(
            user=person(by),
            nonce=scan.nonce,
            station=by.station,
            mode=scan.mode,
            code=scan.code[:CODE_LENGTH],
            outcome=outcome,
            card=dict(scan.card),
            device=device,
            event=event,
        )
    except IntegrityError as taken:
        raise ScanRepeated(str(scan.nonce)) from taken
