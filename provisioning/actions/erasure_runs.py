"""The steps that write how far an order to erase one drive is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.actions.drive_cycle import drop_proof_in_doubt
from inventory.actions.drive_moves import lock_with_host, note_order
from inventory.actions.status import refresh_data_state
from inventory.models import (
    Device,
    DeviceEvent,
    DriveEvent,
    ErasureResult,
)
from inventory.states import OrderFall
from provisioning.models import ErasureRun, Job, RunState


def close_runs(job: Job, now: dt.datetime, *, by: Actor) -> None:
    """End the runs of a held job that is over, where no result of theirs came: a step.

    What had begun may have done anything: it counts as unknown until a report comes,
    and an earlier proof of the drive falls. Devices and drives are held before their
    orders; the drives say in their journals who ended it.
    """
    require_transaction()
    mine = ErasureRun.objects.filter(job=job).open()
    inside = mine.select_related("drive").order_by("drive__host", "drive")
    held = {run.pk: lock_with_host(run.drive) for run in inside}
    for run in mine.select_for_update(of=("self",)).order_by("pk"):
        device, drive = held[run.pk]
        data: dict[str, object] = {"run": str(run.uuid), "cycle": run.cycle}
        if run.state == RunState.RUNNING:
            end_run(run, ErasureResult.UNKNOWN, now)
            DriveEvent.append(drive, "erasure_unknown", by=by, data=data)
            if drop_proof_in_doubt(drive, by=by, why="erasure_unknown"):
                refresh_data_state(device, by=by)
        else:
            cancel_run(run, OrderFall.JOB_OVER, now)
            data["reason"] = OrderFall.JOB_OVER.value
            DriveEvent.append(drive, "order_fell", by=by, data=data)


def end_run(run: ErasureRun, result: ErasureResult, now: dt.datetime) -> None:
    """Write on a held run how it ended, and save it: a step."""
    require_transaction()
    run.state, run.result, run.fall = RunState.ENDED.value, result.value, ""
    run.ended_at = run.last_news_at = run.quarter_at = run.changed_at = now
    run.seconds_left = run.bytes_per_second = run.stuck_at = None
    run.save()
    _free_of_order(run)


def cancel_run(run: ErasureRun, why: OrderFall, now: dt.datetime) -> None:
    """Say of a held, open run that it is off, and save it: a step."""
    require_transaction()
    run.state, run.fall = RunState.CANCELLED.value, why.value
    run.ended_at = run.changed_at = now
    run.save(update_fields=["state", "fall", "ended_at", "changed_at"])
    _free_of_order(run)


def _free_of_order(run: ErasureRun) -> None:
    """The drive of a run that is over may be typed again, unless another order is open."""
    if not ErasureRun.objects.filter(drive=run.drive_id).open().exists():
        note_order(run.drive, None)


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
