"""What a machine that never joined erased, handed to the inventory as plain values.

Its key came with its file: a signature shows that nothing was altered since, and
nothing of who wrote it. So it is evidence, whatever order it names.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils import timezone
from django.utils.translation import gettext as _

from agent import proofs, wire
from backoffice.core.errors import DomainError
from inventory.actions.evidence import SUCCESSES
from inventory.imports.result import Hidden, Result, Weakness
from provisioning.actions.carrying import Brought
from provisioning.actions.claims import claim_of, origin_of, refuse_unsound
from provisioning.errors import ImportUnreadable


def lone_result(envelope: wire.Envelope, key: bytes, brought: Brought) -> Result:
    """What one record says, that was verified to be sealed by this key.

    Raises ImportUnreadable for a report that is about no erasure.
    """
    report = envelope.report()
    if report.kind is not wire.Kind.ERASURE or report.erasure is None:
        raise ImportUnreadable(
            _("Of a machine that never joined, only erasures are taken in.")
        )
    return _result(report, report.erasure, key, brought)


def _result(
    report: wire.Report, record: proofs.ErasureRecord, key: bytes, brought: Brought
) -> Result:
    """The record as a line of another tool would say it, with all that was executed.

    The machine’s number is its own word; its key is what it cannot borrow.
    """
    sealer = f"own-key-{hashlib.sha256(key).hexdigest()[:16]}"
    claim = claim_of(record, version=report.agent_version, is_ordered=False)
    origin, drive = origin_of(record, sealer, ""), record.drive
    is_done = claim.result in SUCCESSES
    attempted = record.ended.value != "not_attempted"
    return Result(
        tool=claim.tool,
        tool_version=claim.tool_version,
        run=report.seq,
        said=record.ended.value.replace("_", " "),
        method=record.technique.value,
        model=drive.model[:80],
        serial=drive.known_serial[:64],
        size_bytes=drive.size_bytes,
        bytes_erased=record.bytes_erased,
        technique=claim.technique,
        verification=claim.verification,
        started=_by_our_clock(origin.started_at),
        # what was not attempted says nothing against what was done before
        ended=_by_our_clock(origin.ended_at) if attempted else None,
        through_bridge=False,
        hidden=Hidden.NONE,
        weakness=_weakness(record, is_done=is_done),
        exceptions=tuple(each.value for each in claim.exceptions),
        executed=dict(origin.details),
        ran_by=str(brought.ran_by.uuid) if brought.ran_by else None,
    )


def _by_our_clock(instant: dt.datetime | None) -> dt.datetime | None:
    return timezone.make_naive(instant) if instant else None


def _weakness(record: proofs.ErasureRecord, *, is_done: bool) -> str:
    if not is_done:
        return Weakness.NOT_ERASED.value
    try:
        refuse_unsound(record)
    except DomainError:
        return Weakness.EVIDENCE_INCOMPLETE.value
    return ""
