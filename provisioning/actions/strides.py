"""How far the erasure of each drive is, as its machine says: shown, never proof."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from agent import proofs, wire
from backoffice.core.transactions import require_transaction
from provisioning.models import ErasureRun, Job, RunState
from provisioning.models.erasure_run import APPROVED_RUNS

TOLD = (
    *("state", "confirmed_at", "plan", "step", "message", "percent", "bytes_done"),
    *("bytes_per_second", "seconds_left", "celsius", "stuck_at"),
    *("last_news_at", "quarter_at", "changed_at"),
)
# Said of a drive before anybody confirmed that it is to be erased.
PLANS = "plan"
# A year: whoever says more does not know.
MOST_SECONDS_LEFT = 366 * 86_400


def follow_runs(
    jobs: Mapping[uuid.UUID, Job], events: Iterable[wire.Event], now: dt.datetime
) -> None:
    """Write what the events of held jobs say of their drives: a step.

    A machine speaks of the drives of its own job, and of none else.
    """
    require_transaction()
    told = [event for event in events if event.stride is not None]
    said = {event.stride.run_id for event in told if event.stride}
    named = {run_id for run_id in said if run_id is not None}
    mine = [job for job in jobs.values() if job.is_open]
    if not (named and mine):
        return
    held = ErasureRun.objects.select_for_update(of=("self",)).filter(
        job__in=mine, uuid__in=named, state__in=APPROVED_RUNS
    )
    runs = {run.uuid: run for run in held.order_by("pk")}
    for event in told:
        stride = event.stride
        run = runs.get(stride.run_id) if stride and stride.run_id else None
        if stride is not None and run is not None:
            follow_run(run, event, stride, now)
    ErasureRun.objects.bulk_update(runs.values(), TOLD)


def follow_run(
    run: ErasureRun, event: wire.Event, stride: proofs.Stride, now: dt.datetime
) -> None:
    """What one event makes of an open, held run; the caller saves."""
    run.last_news_at = run.changed_at = now
    run.step, run.message = event.step, event.message
    if stride.plan or event.step == PLANS:
        run.plan = list(stride.plan)
        return
    percent = _percent(event, stride)
    if run.state != RunState.RUNNING:
        _begin(run, now)
    if (percent or 0) // 25 != (run.percent or 0) // 25:
        run.quarter_at = now
    run.percent = run.percent if percent is None else percent
    run.bytes_done = stride.done_bytes
    run.bytes_per_second = stride.bytes_per_second
    run.celsius = stride.celsius
    left = event.seconds_left
    run.seconds_left = None if left is None else min(left, MOST_SECONDS_LEFT)
    _note_stuck(run, stride.stuck_seconds, now)


def _begin(run: ErasureRun, now: dt.datetime) -> None:
    """Who has it begun without a word of ours has confirmed it on the machine."""
    run.state = RunState.RUNNING.value
    run.confirmed_at = run.confirmed_at or now
    run.quarter_at = now


def _percent(event: wire.Event, stride: proofs.Stride) -> int | None:
    if stride.done_bytes is not None and stride.total_bytes:
        return min(100, stride.done_bytes * 100 // stride.total_bytes)
    return event.percent


def _note_stuck(run: ErasureRun, seconds: int | None, now: dt.datetime) -> None:
    """Since when the drive has taken no byte; the first word of it stands."""
    if not seconds:
        run.stuck_at = None
    elif run.stuck_at is None:
        run.stuck_at = now - dt.timedelta(seconds=min(seconds, MOST_SECONDS_LEFT))
