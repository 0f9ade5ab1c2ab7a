"""One method tried on one drive, from its first byte to what was read back."""

from __future__ import annotations

import dataclasses
import datetime as dt

from agent.boot import boot_id
from agent.erase import readback
from agent.erase.case import Case, Left
from agent.erase.contract import Method, Outcome, Target
from agent.erase.kernel import KernelLog
from agent.erase.overwrite import Overwrite
from agent.erase.position import Trying
from agent.erase.reasons import say
from agent.erase.record import why_a_lie, why_not, why_unhealthy
from agent.methods import Ended, Verification
from agent.proofs import Attempt

MOST_STEPS = 24
READ = (Verification.SAMPLED, Verification.FULL)


def attempt(case: Case, method: Method, target: Target) -> tuple[Attempt, bool]:
    """What came of a method, and whether the same one is to be tried once more.

    Raises Left, and OSError where the agent's own disk takes nothing.
    """
    started, cut = case.around.now(), case.position.trying
    resumed = cut if cut and cut.technique is method.technique else None
    offset = resumed.done_bytes if resumed else 0
    if not isinstance(method, Overwrite) and not (resumed and case.position.seed):
        readback.mark(case, method, target)
        if case.leaving():
            raise Left  # before the drive was told anything: the next start looks anew
    trying = Trying(
        technique=method.technique,
        started_at=started,
        seen_at=started,
        boot_id=boot_id(case.around),
        resumed_from=offset,
        done_bytes=offset,
    )
    case.keep(trying=trying)
    outcome = _erase(case, method, target, offset)
    if case.leaving():
        raise Left
    return _judged(case, method, target, outcome, started)


def _erase(case: Case, method: Method, target: Target, offset: int) -> Outcome:
    """The kernel's own log counts too, where every write is said to have gone well."""
    if not isinstance(method, Overwrite):
        if case.stopped():
            return Outcome(Ended.ABORTED, "stopped before it began")
        return method.erase(target, case.tell, case.stopped)

    def mark(done_bytes: int) -> None:
        trying = case.position.trying
        if trying:
            seen = case.around.now()
            case.keep(
                trying=dataclasses.replace(trying, done_bytes=done_bytes, seen_at=seen)
            )

    method = dataclasses.replace(method, start=offset, mark=mark)
    with KernelLog(case.around, target.drive.name) as log:
        outcome = method.erase(target, case.tell, case.stopped)
        return outcome._replace(errors=max(outcome.errors, log.errors() or 0))


def _judged(
    case: Case, method: Method, target: Target, outcome: Outcome, started: dt.datetime
) -> tuple[Attempt, bool]:
    ended, reason, is_again = outcome.ended, say(case.words, outcome.reason), False
    if ended is Ended.ERASED:
        case.verified = readback.read_back(case, method, target, outcome)
        if case.leaving():
            raise Left
        reason = _why_not(case, method, target, outcome)
        is_again = bool(reason) and outcome.adopted and not case.position.planted
        ended = Ended.FAILED if reason else Ended.ERASED
    if case.stopped() and ended is not Ended.ERASED:
        ended = Ended.ABORTED
    made = Attempt(
        technique=method.technique,
        ended=ended,
        reason=reason,
        started_at=started,
        ended_at=case.around.now(),
        boot_id=boot_id(case.around),
        passes=outcome.passes,
        pattern=outcome.pattern,
        bytes_written=outcome.bytes_written,
        resumed_from=outcome.resumed_from,
        adopted=outcome.adopted,
        errors=outcome.errors,
        steps=(*case.steps, *outcome.steps)[-MOST_STEPS:],
    )
    case.steps = ()
    return made, is_again and ended is Ended.FAILED


def _why_not(case: Case, method: Method, target: Target, outcome: Outcome) -> str:
    """Why this is no erasure, from all that is known now; "" where it is one."""
    words = case.words
    is_own = not isinstance(method, Overwrite)
    reason = why_not(outcome, case.verified, words)
    if is_own and (lie := why_a_lie(case.stayed, case.verified, words)):
        case.has_lied = True
        return f"{lie} {reason}"
    if reason:
        return reason
    if is_own and not case.position.planted:
        return words("No marker could be planted before: nothing shows what changed.")
    if case.verified.method not in READ:
        return words("The drive was not read back.")
    case.after = case.means.counters(case.around, target.drive)
    if reason := why_unhealthy(case.before, case.after, method.technique, words):
        return reason
    case.bytes_erased = target.size_bytes
    return ""
