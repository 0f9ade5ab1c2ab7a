"""Say in words what came of talking to the server, with the exit code that fits."""

from __future__ import annotations

import enum
import sys

from agent import wire
from agent.client import Refused
from agent.sending import Outcome, Stop, Trouble, why_not
from agent.words import Words

TOLERATED_SECONDS = 300
DAY_SECONDS = 86_400
NEEDS_A_CODE = frozenset({Stop.ENROL_AGAIN, Stop.CLONE})


class Exit(enum.IntEnum):
    """How a command ended (docs/wire.md)."""

    DONE = 0
    USAGE = 2
    NOT_ENROLLED = 3
    ENROL_AGAIN = 4
    WAITING = 5
    REJECTED = 6
    LOCAL = 7
    NOT_ERASED = 8
    NOT_CONNECTED = 9


class Unusable(Exception):
    """What was typed cannot be used; the sentence says why."""


def warn(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def of_sending(outcome: Outcome, waiting: int, words: Words) -> Exit:
    """What became of the reports. The gravest of what happened is the exit code."""
    if outcome.sent:
        print(words("Reports sent: {count}.", count=outcome.sent))
    if outcome.reply:
        _of_reply(outcome.reply, words)
    for path, why in outcome.rejected:
        warn(
            words(
                "The server refused a report for good ({why}). It is kept in {path}.",
                why=why,
                path=path,
            )
        )
    if outcome.dropped_events:
        warn(
            words(
                "The agent’s share of the disk is full. Events given up: {count}. No "
                "report was.",
                count=outcome.dropped_events,
            )
        )
    if outcome.stop:
        warn(of_stop(outcome, words))
        warn(words("Nothing is lost. Reports waiting: {count}.", count=waiting))
    if outcome.stop in NEEDS_A_CODE:
        return Exit.ENROL_AGAIN
    if outcome.rejected:
        return Exit.REJECTED
    return Exit.WAITING if outcome.stop else Exit.DONE


def _of_reply(reply: wire.ReportReply, words: Words) -> None:
    if reply.device:
        print(words("The server knows this machine as {device}.", device=reply.device))
    else:
        print(
            words(
                "The server does not know yet which device this machine is: "
                "bind it with one scan."
            )
        )
    of_clock(reply.clock_offset_seconds, words)


def of_stop(outcome: Outcome, words: Words) -> str:
    """Why sending stopped, in one sentence."""
    if outcome.stop is Stop.BUSY:
        return _of_busy(outcome.retry_after_seconds, words)
    sentences = {
        Stop.UNREACHABLE: "The server does not answer: {why}",
        Stop.FAILING: "The server has a problem of its own: {why}",
        Stop.ENROL_AGAIN: "The server no longer accepts this machine ({why}). "
        "Enrol it again with a new code.",
        Stop.CLONE: "The server has met another machine with this one’s identity "
        "({why}). Enrol this one with a new code.",
        Stop.NOT_APPROVED: "The server waits for a person to approve this machine.",
        Stop.UPDATE: "The server and this agent speak different versions: "
        "one of the two needs an update. ({why})",
    }
    not_ours = "What answers there is not the server this agent expects: {why}"
    sentence = sentences.get(outcome.stop or Stop.NOT_UNDERSTOOD, not_ours)
    return words(sentence, why=outcome.detail)


def _of_busy(seconds: int | None, words: Words) -> str:
    if seconds is None:
        return words("The server is busy.")
    return words(
        "The server is busy. It asks to come back in {seconds} seconds.",
        seconds=seconds,
    )


def of_the_end(outcome: Outcome | None, words: Words) -> Exit:
    """Why the resident service ended. What stopped it was said when it happened."""
    if outcome is None:
        print(words("The server has retired this machine: there is nothing to do."))
        return Exit.DONE
    return Exit.ENROL_AGAIN


def of_enrolment(
    address: str, server_minus_agent_seconds: int, is_pending: bool, words: Words
) -> None:
    """This machine is known from now on."""
    print(
        words(
            "This machine is enrolled at {server}. Next: python -m agent report",
            server=address,
        )
    )
    if is_pending:
        print(words("The server waits for a person to approve this machine."))
    of_clock(server_minus_agent_seconds, words)


def of_no_enrolment(exc: Trouble, words: Words) -> Exit:
    """Why this machine could not be enrolled."""
    if isinstance(exc, Refused) and exc.problem.code is wire.Code.CODE_INVALID:
        warn(
            words(
                "The server does not accept this code: it is unknown, used, or "
                "older than 15 minutes. Ask for a new one."
            )
        )
        return Exit.ENROL_AGAIN
    outcome = Outcome(detail=str(exc), stop=why_not(exc))
    if isinstance(exc, Refused):
        outcome.retry_after_seconds = exc.retry_after_seconds
    warn(of_stop(outcome, words))
    return Exit.ENROL_AGAIN if outcome.stop in NEEDS_A_CODE else Exit.WAITING


def of_clock(server_minus_agent_seconds: int, words: Words) -> None:
    """Say so when this machine's clock is wrong. Nothing depends on it."""
    off = abs(server_minus_agent_seconds)
    if off < TOLERATED_SECONDS:
        return
    is_behind = server_minus_agent_seconds > 0
    if off >= DAY_SECONDS:
        behind = (
            "The clock of this machine is {days} days behind. "
            "Its CMOS battery is probably flat."
        )
        ahead = "The clock of this machine is {days} days ahead."
    else:
        behind = "The clock of this machine is {minutes} minutes behind."
        ahead = "The clock of this machine is {minutes} minutes ahead."
    sentence = behind if is_behind else ahead
    print(words(sentence, days=off // DAY_SECONDS, minutes=off // 60))


def of_dates_unchecked(words: Words) -> None:
    warn(
        words(
            "The clock of this machine stands before the dates of the server’s "
            "certificate. Its issuer and name were verified, its dates could not be."
        )
    )
