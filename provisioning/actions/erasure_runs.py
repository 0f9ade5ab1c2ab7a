"""The steps that write how far an order to erase one drive is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.models import (
    Device,
    DeviceEvent,
    DriveEvent,
    ErasureResult,
    StorageDrive,
)
from inventory.states import OrderFall
from provisioning.models import ErasureRun, Job, RunState


def close_runs(job: Job, now: dt.datetime, *, by: Actor) -> None:
    """End the runs of a held job that is over, where no result of theirs came: a step.

    What had begun may have done anything: it counts as unknown until a report comes.
    The drives, held before their orders, say in their journals who ended it.
    """
    require_transaction()
    mine = ErasureRun.objects.filter(job=job).open()
    ids = sorted(mine.values_list("drive_id", flat=True))
    drives = {pk: StorageDrive.objects.lock(pk) for pk in ids}
    for run in mine.select_for_update(of=("self",)).order_by("pk"):
        data: dict[str, object] = {"run": str(run.uuid), "cycle": run.cycle}
        if run.state == RunState.RUNNING:
            verb = "erasure_unknown"
            end_run(run, ErasureResult.UNKNOWN, now)
        else:
            verb, data["reason"] = "order_fell", OrderFall.JOB_OVER.value
            cancel_run(run, OrderFall.JOB_OVER, now)
        DriveEvent.append(drives[run.drive_id], verb, by=by, data=data)


def end_run(run: ErasureRun, result: ErasureResult, now: dt.datetime) -> None:
    """Write on a held run how it ended, and save it: a step."""
    require_transaction()
    run.state, run.result, run.fall = RunState.ENDED.value, result.value, ""
    run.ended_at = run.last_news_at = run.quarter_at = run.changed_at = now
    run.seconds_left = run.bytes_per_second = run.stuck_at = None
    run.save()


def cancel_run(run: ErasureRun, why: OrderFall, now: dt.datetime) -> None:
    """Say of a held, open run that it is off, and save it: a step."""
    require_transaction()
    run.state, run.fall = RunState.CANCELLED.value, why.value
    run.ended_at = run.changed_at = now
    run.save(update_fields=["state", "fall", "ended_at", "changed_at"])


def tell(
    device: Device, runs: Sequence[ErasureRun], verb: str, *, by: Actor, **facts: object
) -> DeviceEvent:
    """Write into the journals of a held device and of the held drives of one order: a step.

    Returns the device's event.
    """
    require_transaction()
    for run in runs:
        data = {"run": str(run.uuid), "cycle": run.cycle, **facts}
        DriveEvent.append(run.drive, verb, by=by, data={**data, "device": device.tag})
    drives = [str(run.drive.uuid) for run in runs]
    data = {"order": str(runs[0].order), "drives": drives, **facts}
    return DeviceEvent.append(device, verb, by=by, data=data)


def move_on(runs: Sequence[ErasureRun], to: RunState, **facts: object) -> None:
    """Bring held, open runs one step further, and save them: a step."""
    require_transaction()
    for run in runs:
        run.state, run.changed_at = to.value, timezone.now()
        for name, value in facts.items():
            setattr(run, name, value)
        run.save(update_fields=["state", "changed_at", *facts])
