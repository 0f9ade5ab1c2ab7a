"""Orders that nobody looks at: those that fell, and those whose machine is free."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inventory.models import Device, StorageDrive
from provisioning.actions.erasure_runs import cancel_run
from provisioning.actions.handing_over import give_waiting_orders, stop_order_job
from provisioning.actions.jobs import SERVER
from provisioning.models import Agent, ErasureRun
from provisioning.models.job import OPEN

AT_ONCE = 200


@transaction.atomic(durable=True)
def drop_fallen_orders() -> int:
    """Take back orders whose drive was moved, destroyed, or in other hands since."""
    found = ErasureRun.objects.fallen().select_related("drive", "job")
    dropped = 0
    for known in list(found.order_by("job", "pk")[:AT_ONCE]):
        agent = Agent.objects.lock(known.job.agent_id) if known.job else None
        drive = StorageDrive.objects.lock(known.drive_id)
        run = ErasureRun.objects.select_for_update(of=("self",)).get(pk=known.pk)
        run.drive = drive
        if not run.is_open or (why := run.fallen) is None:
            continue
        cancel_run(run, why, timezone.now())
        data = {"run": str(run.uuid), "cycle": run.cycle, "reason": why.value}
        drive.events.model.append(drive, "order_fell", by=SERVER, data=data)
        if not ErasureRun.objects.filter(order=run.order).open().exists():
            stop_order_job(agent, run.job, by=SERVER)
        dropped += 1
    return dropped


def give_orders_left() -> int:
    """Give machines that are free what waits for their devices; how many were looked at.

    The end of a job does so at once; one that was given up for want of news did not.
    """
    waiting = ErasureRun.objects.waiting().values("device")
    free = Agent.objects.bound().exclude(approved_at=None).exclude(job__state__in=OPEN)
    found = list(free.filter(device__in=waiting).order_by("pk")[:AT_ONCE])
    for known in found:
        with transaction.atomic(durable=True):
            agent = Agent.objects.lock(known.pk)
            if agent.device_id is not None:
                device = Device.objects.lock(agent.device_id)
                give_waiting_orders(agent, device, by=SERVER)
    return len(found)
