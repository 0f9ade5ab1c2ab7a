"""Periodic jobs: a table of when each last ran, and a loop that runs what is due.

The one-process server runs the loop in a thread; a larger installation runs
`manage.py run_jobs` as a service. Several loops at once do no harm: whoever
takes a job's row first runs it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from backoffice.core.models import JobRun

log = logging.getLogger(__name__)
# How often the loop looks whether something is due.
PACE_SECONDS = 30
_WANTED = threading.Event()


@dataclasses.dataclass(frozen=True)
class Job:
    every: dt.timedelta
    run: Callable[[], object]


def clear_expired_sessions() -> None:
    SessionStore.clear_expired()


def all_jobs() -> Mapping[str, Job]:
    jobs: Mapping[str, Job] = import_string(settings.PERIODIC_JOBS)
    return jobs


def run_due(now: dt.datetime) -> list[str]:
    """Run every job that is due; returns their names. One failing stops no other."""
    return [name for name, job in all_jobs().items() if _run_if_due(name, job, now)]


def soon() -> None:
    """Have the loop of this process look within a second: somebody waits for it.

    A loop in another process looks at its own pace.
    """
    _WANTED.set()


def loop(stop: threading.Event) -> None:
    """Run what is due until told to stop."""
    while not stop.is_set():
        _WANTED.clear()
        run_due(timezone.now())
        connection.close()
        _rest(stop)


def _rest(stop: threading.Event) -> None:
    for _second in range(PACE_SECONDS):
        if stop.wait(1) or _WANTED.is_set():
            return


def _run_if_due(name: str, job: Job, now: dt.datetime) -> bool:
    if not _take(name, job, now):
        return False
    error = ""
    try:
        job.run()
    except Exception as failed:
        log.exception("job %s failed", name)
        error = f"{type(failed).__name__}: {failed}"[:500]
    JobRun.objects.filter(name=name).update(finished_at=timezone.now(), error=error)
    return True


@transaction.atomic(durable=True)
def _take(name: str, job: Job, now: dt.datetime) -> bool:
    """Claim a due job; False where it is not due, or another loop was first."""
    JobRun.objects.get_or_create(name=name)
    row = JobRun.objects.select_for_update().get(name=name)
    if row.started_at is not None and row.started_at + job.every > now:
        return False
    row.started_at = now
    row.save(update_fields=["started_at"])
    return True
