"""What is to be said of one drive in the end, judged from what was executed."""

from __future__ import annotations

from agent import wire
from agent.collect.system import system
from agent.erase.case import Case
from agent.erase.contract import Outcome
from agent.methods import Ended, ErasureClass, Exceptional, Hidden, Technique
from agent.proofs import Counters, ErasureRecord, HiddenAreas, Verified
from agent.wire import Behind
from agent.words import Words

MOST_LINES = 32


def record_of(case: Case, ended: Ended, reason: str) -> ErasureRecord:
    """Everything about one drive, as it is known now. An erasure that something is odd
    about ends with exceptions.
    """
    position, run = case.position, case.order.run
    attempts = position.attempts
    technique = attempts[-1].technique if attempts else _first(case)
    is_good = ended is Ended.ERASED
    odd = exceptions(position.drive, technique, case.hidden, case.after)
    written = sum(each.bytes_written for each in attempts)
    worth = case.rung(technique).erasure_class if is_good else ErasureClass.UNKNOWN
    return ErasureRecord(
        run_id=run.run_id if run else None,
        token=run.token if run else None,
        cycle=run.cycle if run else None,
        drive=position.drive,
        ended=Ended.ERASED_WITH_EXCEPTIONS if is_good and odd else ended,
        reason=reason,
        technique=technique,
        erasure_class=worth,
        plan=case.plan.lines[:MOST_LINES],
        attempts=attempts,
        bytes_erased=case.bytes_erased or min(written, position.drive.size_bytes),
        verified=case.verified,
        hidden=case.hidden,
        before=case.before,
        after=case.after,
        exceptions=odd if is_good else (),
        started_at=position.started_at,
        ended_at=case.around.now(),
        tools=case.means.tools(case.around),
        kernel=case.around.kernel().release,
        image=system(case.around).what.name,
    )


def _first(case: Case) -> Technique:
    """What would have been tried."""
    methods = case.plan.methods
    return methods[0].technique if methods else Technique.UNKNOWN


def why_a_lie(stayed: int, verified: Verified, words: Words) -> str:
    """Why nothing that the drive says counts; "" where nothing shows that it lied.

    For what its own command left as it was (`stayed` places, or a marker), after the
    drive said that it was erased. One that left something else than it promised has
    failed, and has not lied.
    """
    if not verified.markers_found and not stayed:
        return ""
    return words("The drive said that it was erased, and the data is still there.")


def why_not(outcome: Outcome, verified: Verified, words: Words) -> str:
    """Why an attempt that its method holds for done is no erasure; "" where it is one.

    No exit code is asked here: only what the drive itself gave back.
    """
    if outcome.ended is not Ended.ERASED:
        return outcome.reason or words("The method did not end.")
    if outcome.errors:
        return words("Places that could not be written: {count}", count=outcome.errors)
    if verified.markers_found:
        return words(
            "Markers that are still there: {found} of {planted}. It was not erased.",
            found=verified.markers_found,
            planted=verified.markers_planted,
        )
    if verified.mismatches:
        return words(
            "Places that hold what an erased drive does not: {count}",
            count=verified.mismatches,
        )
    if verified.errors:
        return words(
            "Places that could not be read back: {count}", count=verified.errors
        )
    return ""


def why_unhealthy(
    before: Counters, after: Counters, technique: Technique, words: Words
) -> str:
    """Why the drive's own counters forbid to call it erased; "" where they do not.

    A sector that is pending was not written. One that was replaced while a pass of
    ours went over it keeps what it held, where only the drive itself can reach it.
    """
    if after.pending:
        return words("Sectors still pending: {count}", count=after.pending)
    if _grew(before.uncorrectable, after.uncorrectable):
        return words("More sectors than before cannot be read.")
    if _grew(before.media_errors, after.media_errors):
        return words("The drive counted errors of its memory meanwhile.")
    if technique is Technique.OVERWRITE and _grew(
        before.reallocated, after.reallocated
    ):
        return words("Sectors were replaced meanwhile, with what they held.")
    return ""


def _grew(before: int | None, after: int | None) -> bool:
    return None not in (before, after) and (after or 0) > (before or 0)


def exceptions(
    drive: wire.Drive, technique: Technique, hidden: HiddenAreas, after: Counters
) -> tuple[Exceptional, ...]:
    """Why a second person has to look at an erasure that ended well."""
    areas = {hidden.hpa, hidden.dco, hidden.amax}
    # a namespace that is not attached, or an area that came back
    is_larger = (drive.native_bytes or 0) > drive.size_bytes
    found = {
        Exceptional.REALLOCATED_SECTORS: bool(after.reallocated)
        and technique is Technique.OVERWRITE,
        Exceptional.HIDDEN_AREA_LEFT: Hidden.LEFT in areas or is_larger,
        Exceptional.HIDDEN_AREA_UNKNOWN: Hidden.UNKNOWN in areas,
        Exceptional.SERIAL_MISSING: not drive.serial,
        Exceptional.SERIAL_THROUGH_BRIDGE: bool(drive.serial)
        and drive.behind is Behind.USB_BRIDGE,
    }
    return tuple(reason for reason, holds in found.items() if holds)
