"""Erase one drive: let it through, look, erase by the best method that works, read back.

Whatever a tool says, only a drive that was read back and found erased is `erased`.
"""

from __future__ import annotations

import dataclasses

from agent import wire
from agent.erase.attempt import attempt
from agent.erase.case import Case
from agent.erase.contract import Advance, Method, Target
from agent.erase.guard import Guard, Refused
from agent.erase.position import Trying
from agent.erase.record import record_of
from agent.methods import Ended
from agent.proofs import Attempt, ErasureRecord

MOST_ATTEMPTS = 8


def erase(case: Case) -> ErasureRecord:
    """Erase the drive, once; all that is known of it in the end.

    Raises Left, and OSError where the disk of the agent itself takes nothing.
    """
    if case.position.record:
        return case.position.record
    try:
        ended, reason = _let_through(case)
    except Refused as why:
        ended, reason = Ended.NOT_ATTEMPTED, str(why)
    record = record_of(case, ended, reason)
    case.keep(record=record, trying=None)
    return record


def _let_through(case: Case) -> tuple[Ended, str]:
    order, around = case.order, case.around
    guard = Guard(around, case.words, order.run, _sizes(case), order.asked)
    # after a restart a drive may have another name
    drive = guard.check(
        dataclasses.replace(
            case.position.drive, name=order.drive.name, path=order.drive.path
        )
    )
    with guard.lock(drive):
        return _look_and_climb(case, guard, drive)


def _look_and_climb(case: Case, guard: Guard, drive: wire.Drive) -> tuple[Ended, str]:
    order, around = case.order, case.around
    if case.position.hidden is None:  # once, before anything is written
        case.tell("look", Advance())
        with guard.hold(drive):  # whoever holds it may be erasing it: hands off
            before = case.means.counters(around, drive)
        revealed = case.means.reveal(around, drive)
        case.keep(before=before, hidden=revealed.areas)
        case.steps = revealed.steps
        guard = dataclasses.replace(guard, sizes=_sizes(case))
        drive = guard.check(drive)
        case.keep(drive=drive)  # with the part of it that was uncovered
    case.plan = case.means.plan(around, drive, order.run, case.words)
    if case.plan.refusal:
        raise Refused(case.plan.refusal)
    with guard.hold(drive) as target:
        guard.check(drive)  # planning took its time: another may have come meanwhile
        return _climb(case, target)


def _sizes(case: Case) -> frozenset[int]:
    """The sizes that this drive has had since it was approved."""
    if case.position.hidden is None:
        return frozenset()
    hidden = case.position.hidden
    known = (hidden.visible_before, hidden.visible_after, hidden.native_bytes)
    return frozenset(size for size in (*known, case.position.drive.size_bytes) if size)


def _climb(case: Case, target: Target) -> tuple[Ended, str]:
    """Down the ladder of methods until one is good, or the drive is found lying."""
    if cut := case.position.trying:
        reason = case.words("The machine or its agent stopped during this.")
        _note(case, cut.cut(reason), trying=cut)  # the next attempt goes on from it
    left = _methods(case)
    if not left and not case.position.attempts:
        raise Refused(case.words("No method is left for this drive."))
    reason = case.position.attempts[-1].reason if case.position.attempts else ""
    for _ in range(MOST_ATTEMPTS):
        if not left or case.has_lied:
            break
        made, is_again = attempt(case, left[0], target)
        _note(case, made, trying=None)
        reason = made.reason
        if made.ended in (Ended.ERASED, Ended.ABORTED):
            return made.ended, reason
        left = left if is_again else left[1:]
    return Ended.FAILED, reason


def _note(case: Case, made: Attempt, trying: Trying | None) -> None:
    """The last ones, where power cuts made more than a record holds."""
    attempts = (*case.position.attempts, made)[-MOST_ATTEMPTS:]
    case.keep(attempts=attempts, trying=trying, has_lied=case.has_lied)


def _methods(case: Case) -> list[Method]:
    """Those of the plan that were not tried in vain before the machine stopped."""
    failed = {
        each.technique
        for each in case.position.attempts
        if each.ended is not Ended.ABORTED
    }
    wanted = case.order.technique
    return [
        method
        for method in case.plan.methods
        if method.technique not in failed and wanted in (None, method.technique)
    ]
