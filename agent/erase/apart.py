"""The process that erases, apart from the service: `python -m agent.erase.apart`.

It does the open job of the state folder, says a line of JSON for everything that
happens, and hears one word: `stop`, alone or before the id of one run. Where nobody is
there to listen any more, it leaves the drives as they are, for the next start to go on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from agent import identity, wire
from agent.collect.around import Around
from agent.collect.drives import drives
from agent.erase import confirming
from agent.erase.case import Means, Order
from agent.erase.guard import Guard, Refused
from agent.erase.means import REAL
from agent.erase.news import OVER, PLAN, News
from agent.erase.orders import orders
from agent.erase.position import Positions
from agent.erase.several import Several
from agent.jobs import Jobs
from agent.proofs import Stride
from agent.spool import Spool
from agent.words import Words, words_in

STOP = b"stop"


def main(argv: Sequence[str], around: Around | None = None, means: Means = REAL) -> int:
    """`plan STATE` or `erase STATE`. The last line says that it is over."""
    what, state = argv
    around = around or Around()
    job = Jobs(Path(state) / "jobs.json").book.open
    if job is None or not (what == PLAN or _is_confirmed(Path(state), job)):
        return 1
    words = words_in(job.args.language)
    positions = Positions(Path(state))
    asked = orders(job.args.runs, drives(around).what, positions)
    if what == PLAN:
        for order in asked:
            _say(_planned(around, words, means, order))
    else:
        positions.forget_others({str(run.run_id) for run in job.args.runs})
        known = identity.load(Path(state))
        spool = Spool(Path(state) / "spool", known.agent_id, known.seal)
        several = Several(around, words, means, positions, spool, _say)
        for run_id in job.args.stopped:
            several.stop_one(str(run_id))
        _erase(several, asked)
    _say(News(step=OVER))
    return 0


def _is_confirmed(state: Path, job: wire.Job) -> bool:
    """Asked here once more: nothing is erased for having been started wrongly."""
    return job.args.confirmed or confirming.is_confirmed(state, job.job_id)


def _planned(around: Around, words: Words, means: Means, order: Order) -> News:
    lines = plan_lines(around, words, means, order)
    run_id = order.run.run_id if order.run else None
    stride = Stride(run_id=run_id, serial=order.drive.serial, plan=lines)
    return News(step=PLAN, name=order.name, stride=stride)


def plan_lines(
    around: Around, words: Words, means: Means, order: Order
) -> tuple[str, ...]:
    """The lines of a plan, or with the drive the one that says why nothing is done."""
    try:
        drive = Guard(around, words, order.run, asked=order.asked).check(order.drive)
        plan = means.plan(around, drive, order.run, words)
        if not plan.refusal:
            return plan.lines
        refusal = plan.refusal
    except Refused as why:
        refusal = str(why)
    drive = order.drive
    name = " ".join(word for word in (drive.path, drive.model, drive.serial) if word)
    return (name, words("Not erased: {why}", why=refusal))


def _erase(several: Several, asked: list[Order]) -> None:
    def leave(*_signal: object) -> None:
        several.leave.set()
        several.stop.set()

    def listen() -> None:
        for line in sys.stdin.buffer:
            word, _blank, run_id = line.strip().partition(b" ")
            if word == STOP and run_id:
                several.stop_one(run_id.decode())
            elif word == STOP:
                several.stop.set()
        if not several.stop.is_set():
            leave()

    signal.signal(signal.SIGTERM, leave)
    threading.Thread(target=listen, name="listen", daemon=True).start()
    several.run(asked)


def _say(news: News) -> None:
    with contextlib.suppress(BrokenPipeError):  # that the service ended is heard
        sys.stdout.buffer.write(news.to_bytes() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    # a thread that hangs in the kernel is not waited for
    os._exit(main(sys.argv[1:]))
