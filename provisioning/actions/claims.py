"""What a machine says of one drive, in the inventory's words; nothing taken on trust.

A machine says how it ended and what that is worth. Here only what was executed
counts: attempts, bytes, errors, markers, hidden areas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agent import methods, proofs, wire
from inventory.actions import Claim
from inventory.actions.evidence import SUCCESSES, Origin
from inventory.errors import EvidenceIncomplete
from inventory.methods import Technique, Verification
from inventory.models import ErasureException, ErasureResult, ErasureSource
from provisioning.actions.own_word import says_done
from provisioning.actions.reading import seen

TOOL = "Rebond"
# A sample is a tenth of the drive at least: two places in each of a thousand parts, laid
# out from a seed that says where.
SAMPLED_OF = 10
FEWEST_PLACES = 2_000
# What a database and a page can hold of a clock that says anything.
YEARS = range(1970, 2200)


def claim_of(record: proofs.ErasureRecord, *, version: str, is_ordered: bool) -> Claim:
    """What is claimed. Whatever a second person has to look at makes it exceptional."""
    result = result_of(record)
    odd = set() if result not in SUCCESSES else exceptions_of(record)
    if result in SUCCESSES and not is_ordered:
        odd.add(ErasureException.WITHOUT_ORDER)
    if result in SUCCESSES:
        result = ErasureResult.ERASED_WITH_EXCEPTIONS if odd else ErasureResult.ERASED
    named = record.technique is not methods.Technique.UNKNOWN
    return Claim(
        result=result,
        technique=Technique(record.technique.value) if named else None,
        tool=TOOL,
        tool_version=version[:40],
        verification=_verification(record.verified),
        erased_on=timezone.localdate(),
        bytes_erased=record.bytes_erased,
        exceptions=sorted(odd),
        medium=seen(record.drive).medium,
    )


def result_of(record: proofs.ErasureRecord) -> ErasureResult:
    return ErasureResult(record.ended.value)


def exceptions_of(record: proofs.ErasureRecord) -> set[ErasureException]:
    """Why a second person looks: what the machine names, and what we see ourselves."""
    known = set(ErasureException.values)
    named = {each.value for each in record.exceptions}
    found = {ErasureException(each) for each in named & known}
    areas = {record.hidden.hpa, record.hidden.dco, record.hidden.amax}
    if named - known or methods.Hidden.UNKNOWN in areas:
        found.add(ErasureException.HIDDEN_AREA_UNKNOWN)
    if methods.Hidden.LEFT in areas:
        found.add(ErasureException.HIDDEN_AREA_LEFT)
    if not record.drive.known_serial:
        found.add(ErasureException.SERIAL_MISSING)
    elif record.drive.behind is wire.Behind.USB_BRIDGE:
        found.add(ErasureException.SERIAL_THROUGH_BRIDGE)
    if record.drive.behind is wire.Behind.RAID:
        found.add(ErasureException.RAID_VOLUME)
    if record.technique is methods.Technique.OVERWRITE and record.after.reallocated:
        found.add(ErasureException.REALLOCATED_SECTORS)
    return found


def refuse_unsound(record: proofs.ErasureRecord) -> None:
    """Raise for a success that what was executed does not bear out."""
    doubt = next(_doubts(record), "")
    if doubt:
        raise EvidenceIncomplete(doubt, advice=_("Erase the drive again."))


def _doubts(record: proofs.ErasureRecord) -> Iterator[str]:
    verified, last = record.verified, record.attempts[-1:]
    good = {methods.Ended.ERASED, methods.Ended.ERASED_WITH_EXCEPTIONS}
    if not last or last[0].ended not in good or last[0].technique != record.technique:
        yield _("Its last attempt was no success by this method.")
    elif last[0].errors or verified.errors:
        yield _("There were errors when it was written or read back.")
    if verified.mismatches or verified.markers_found:
        yield _("What was read back is not what an erased drive holds.")
    if not _is_read(record):
        yield _("Less was read back than its verification says.")
    yield from _doubts_of_writing(record) if last else ()
    if record.after.pending:
        yield _("Sectors of the drive are still pending.")
    if _has_suffered(record):
        yield _("The drive counted more faults of its own than before.")
    if _hides_more(record):
        yield _("A hidden part of the drive was not erased.")


def _doubts_of_writing(record: proofs.ErasureRecord) -> Iterator[str]:
    """What speaks against the last attempt, by this system or by the drive itself."""
    last = record.attempts[-1]
    if _by_drive(record):
        if record.drive.behind is not wire.Behind.NOTHING:
            yield _("Whether the drive itself took the command is not known.")
        if not says_done(record.technique, record.verified.status):
            yield _("The drive’s own word is not that of one that has erased itself.")
        return
    if last.bytes_written + (last.resumed_from or 0) != record.bytes_erased:
        yield _("The bytes written are not those that it says were erased.")
    if last.resumed_from and not _is_resumed(record, last.resumed_from):
        yield _("Nothing shows what was erased before it was taken up again.")


def _is_read(record: proofs.ErasureRecord) -> bool:
    """Whether as much was read back as is said; where the drive itself erases, markers
    say that it did.
    """
    verified = record.verified
    if _by_drive(record) and not verified.markers_planted:
        return False
    if verified.method is methods.Verification.FULL:
        return verified.bytes_read >= record.bytes_erased
    if verified.method is methods.Verification.SAMPLED:
        enough = verified.bytes_read * SAMPLED_OF >= record.bytes_erased
        laid_out = verified.places >= FEWEST_PLACES and verified.seed != ""
        return enough and verified.bytes_read > 0 and laid_out
    return True


def _by_drive(record: proofs.ErasureRecord) -> bool:
    return record.technique is not methods.Technique.OVERWRITE


def _is_resumed(record: proofs.ErasureRecord, start: int) -> bool:
    """Whether an attempt before got as far as the last one began, and all of the drive
    was read: nobody knows what happened in between.
    """
    before = (
        attempt.bytes_written + (attempt.resumed_from or 0)
        for attempt in record.attempts[:-1]
        if attempt.technique is record.technique
    )
    is_full = record.verified.method is methods.Verification.FULL
    return is_full and max(before, default=0) >= start


def _has_suffered(record: proofs.ErasureRecord) -> bool:
    """Whether the drive’s own counters grew. A sector that was replaced while a pass
    went over it keeps what it held, where only the drive itself can reach it.
    """
    before, after = record.before, record.after
    return (
        _grew(before.pending, after.pending)
        or _grew(before.uncorrectable, after.uncorrectable)
        or _grew(before.media_errors, after.media_errors)
        or (not _by_drive(record) and _grew(before.reallocated, after.reallocated))
    )


def _grew(before: int | None, after: int | None) -> bool:
    return before is not None and after is not None and after > before


def _hides_more(record: proofs.ErasureRecord) -> bool:
    """Whether the drive is larger than what was erased, and nobody says that so much
    was left.
    """
    hidden = record.hidden
    areas = {hidden.hpa, hidden.dco, hidden.amax}
    sizes = (hidden.native_bytes, hidden.visible_after, record.drive.native_bytes)
    native = max((size for size in sizes if size), default=0)
    return native > record.bytes_erased and methods.Hidden.LEFT not in areas


def _verification(verified: proofs.Verified) -> Verification:
    if verified.method is methods.Verification.UNKNOWN:
        return Verification.NONE
    return Verification(verified.method.value)


def origin_of(
    record: proofs.ErasureRecord,
    agent: str,
    sha256: str,
    *,
    asked_at: dt.datetime | None = None,
    is_confirmed: bool = False,
) -> Origin:
    """Where the claim comes from, and what was executed, without its token.

    What was ordered at `asked_at` was not over before, whatever the machine’s clock
    says; one that runs ahead says nothing.
    """
    ended = _instant(record.ended_at)
    believed = ended if ended and ended <= timezone.now() else None
    return Origin(
        source=ErasureSource.AGENT,
        started_at=_instant(record.started_at),
        ended_at=ended,
        over_at=max(filter(None, (believed, asked_at)), default=None),
        evidence_sha256=sha256,
        details={
            **details_of(record, agent),
            "run": {"id": str(record.run_id), "confirmed": is_confirmed}
            if record.run_id
            else {},
        },
    )


def details_of(record: proofs.ErasureRecord, agent: str) -> dict[str, Any]:
    """What `Erasure.details` keeps, in the words of the wire."""
    said, last = record.to_json(), record.attempts[-1:]
    verified = said.get("verified", {})
    drive = said["drive"]
    kept = ("make", "model", "serial", "wwn", "firmware", "bus", "behind", "medium")
    sizes = ("size_bytes", "native_bytes", "logical_block_bytes")
    return {
        "drive": {name: drive[name] for name in (*kept, *sizes) if name in drive},
        "attempts": [_attempt(attempt) for attempt in record.attempts],
        "passes": last[0].passes if last else 0,
        "pattern": last[0].pattern if last else "",
        "verification": dict(verified),
        "hidden": said.get("hidden", {}),
        "counters": {
            "before": said.get("before", {}),
            "after": said.get("after", {}),
        },
        "reason": record.reason,
        "tools": list(record.tools),
        "kernel": record.kernel,
        "image": record.image,
        "agent": agent,
        "health": drive.get("health") or {},
    }


def _attempt(attempt: proofs.Attempt) -> dict[str, Any]:
    return {
        "technique": attempt.technique.value,
        "started_at": _told(attempt.started_at),
        "ended_at": _told(attempt.ended_at),
        "seconds": max(
            0, round((attempt.ended_at - attempt.started_at).total_seconds())
        ),
        "outcome": attempt.ended.value,
        "reason": attempt.reason,
        "bytes": attempt.bytes_written,
        "resumed_from": attempt.resumed_from,
        "adopted": attempt.adopted,
        "errors": attempt.errors,
        "commands": [
            {"line": step.line, "exit": step.exit_code, "seconds": step.seconds}
            for step in attempt.steps
        ],
    }


def _told(said: dt.datetime) -> str:
    """An instant as it is kept; empty where the clock says nothing."""
    return said.isoformat() if _instant(said) else ""


def _instant(said: dt.datetime) -> dt.datetime | None:
    return said if said.year in YEARS else None
