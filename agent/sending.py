"""Send what waits, and treat every answer by its rule (docs/wire.md, Problems)."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from pathlib import Path

from agent import wire
from agent.client import Refused
from agent.spool import Link, Spool
from agent.transport import NotUnderstood, Unreachable

LONGEST_WAIT_SECONDS = 30
MOST_WAITS = 3


class Stop(enum.StrEnum):
    """Why sending ended before everything was sent. All that waits stays."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    FAILING = "failing"
    ENROL_AGAIN = "enrol_again"
    CLONE = "clone"
    NOT_APPROVED = "not_approved"
    UPDATE = "update"
    NOT_UNDERSTOOD = "not_understood"


# The server spoke, and this report will never do. The same status from something
# in between (a proxy with a limit of its own) has no code, and the report stays.
FOR_GOOD = frozenset(
    {wire.Code.MALFORMED, wire.Code.TOO_LARGE, wire.Code.REPORT_CONFLICT}
)
NOT_NOW = frozenset({wire.Code.THROTTLED, wire.Code.UNAVAILABLE})
STOPS = {
    wire.Code.CLONE_SUSPECTED: Stop.CLONE,
    wire.Code.NOT_APPROVED: Stop.NOT_APPROVED,
    wire.Code.VERSION_UNSUPPORTED: Stop.UPDATE,
    wire.Code.UPGRADE_REQUIRED: Stop.UPDATE,
}
UPGRADE_REQUIRED = wire.STATUS[wire.Code.UPGRADE_REQUIRED]

# What stands in the way of being heard; which of them it is, `why_not` says.
Trouble = Unreachable | NotUnderstood | Refused


@dataclasses.dataclass
class Outcome:
    """What became of the reports that waited, and of events that no longer fitted."""

    sent: int = 0
    reply: wire.ReportReply | None = None
    rejected: list[tuple[Path, str]] = dataclasses.field(default_factory=list)
    stop: Stop | None = None
    detail: str = ""
    retry_after_seconds: int | None = None
    dropped_events: int = 0


class Sender:
    """Sends in order until nothing waits or something stands in the way."""

    def __init__(
        self,
        spool: Spool,
        hand_over: Callable[[wire.Envelope], wire.ReportReply],
        wait: Callable[[float], None],
    ) -> None:
        self._spool = spool
        self._hand_over = hand_over
        self._wait = wait
        self._outcome = Outcome()
        self._start_afresh()

    def send(self) -> Outcome:
        with self._spool.sending():
            while self._outcome.stop is None and self._send_oldest():
                pass
        return self._outcome

    def _send_oldest(self) -> bool:
        """Try the oldest report once; whether there was one."""
        oldest = self._spool.oldest()
        if oldest is None:
            return False
        path, envelope = oldest
        try:
            self._outcome.reply = self._hand_over(envelope)
        except (Unreachable, NotUnderstood) as exc:
            self._stop(why_not(exc), str(exc))
        except Refused as refused:
            self._answer(path, refused)
        else:
            self._spool.done(path, envelope)
            self._outcome.sent += 1
            self._start_afresh()
        return True

    def _answer(self, path: Path, refused: Refused) -> None:
        code = refused.problem.code
        if code in FOR_GOOD:
            aside = self._spool.reject(path, str(refused))
            self._outcome.rejected.append((aside, str(refused)))
            self._start_afresh()
        elif code is wire.Code.SEQ_CONFLICT and not self._is_renumbered:
            self._renumber(refused)
        elif code in NOT_NOW and self._is_worth_waiting(refused.retry_after_seconds):
            self._waits += 1
            self._wait(float(refused.retry_after_seconds or 0))
        else:
            self._outcome.retry_after_seconds = refused.retry_after_seconds
            self._stop(why_not(refused), str(refused))

    def _renumber(self, refused: Refused) -> None:
        """Continue where the server stands; once per report, or we would circle."""
        problem = refused.problem
        if problem.expected is None or problem.expected_prev_sha256 is None:
            self._stop(Stop.NOT_UNDERSTOOD, str(refused))
            return
        self._spool.renumber(
            Link(seq=problem.expected, prev_sha256=problem.expected_prev_sha256)
        )
        self._is_renumbered = True

    def _is_worth_waiting(self, seconds: int | None) -> bool:
        is_short = seconds is not None and seconds <= LONGEST_WAIT_SECONDS
        return is_short and self._waits < MOST_WAITS

    def _start_afresh(self) -> None:
        """The next report has its own tries."""
        self._is_renumbered = False
        self._waits = 0

    def _stop(self, stop: Stop, detail: str) -> None:
        self._outcome.stop = stop
        self._outcome.detail = detail


def why_not(trouble: Trouble) -> Stop:
    """What trouble that is not about one report means for everything that waits."""
    if isinstance(trouble, Unreachable):
        return Stop.UNREACHABLE
    if isinstance(trouble, NotUnderstood):
        return Stop.NOT_UNDERSTOOD
    if trouble.problem.code in STOPS:
        return STOPS[trouble.problem.code]
    if trouble.status in (401, 403):
        return Stop.ENROL_AGAIN
    if trouble.status in (429, 503):
        return Stop.BUSY
    if trouble.status == UPGRADE_REQUIRED:
        return Stop.UPDATE
    return Stop.FAILING if trouble.status >= 500 else Stop.NOT_UNDERSTOOD
