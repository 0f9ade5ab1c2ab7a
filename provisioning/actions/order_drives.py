"""One drive of an order: begun, or taken back, while the others stay as they are."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Actor, permit
from inventory.states import OrderFall
from provisioning.actions.erasure_runs import move_on, tell
from provisioning.actions.handing_over import part, renew_assignment, stop_order_job
from provisioning.actions.order_rules import (
    ORDER,
    held,
    order_refusals_kept,
    over,
    refuse_fallen,
    take_back,
)
from provisioning.models import ErasureRun, RunState


@order_refusals_kept
@transaction.atomic(durable=True)
def confirm_drive(*, run: ErasureRun, by: Actor) -> ErasureRun:
    """Say in front of the machine that this drive of an order is to be erased now.

    The others wait on: the machine is given them when it has done.
    """
    agent, device = held(run.device)
    user = permit(by, "inventory.record_erasure", at=device.site_id)
    run, beside = _beside(run)
    if run.state != RunState.APPROVED:
        raise over()
    refuse_fallen(device, [run])
    now = timezone.now()
    move_on([run], RunState.CONFIRMED, confirmed_by=user, confirmed_at=now)
    if beside:
        part(agent, device, [run, *beside], by=by)
    else:
        renew_assignment(run.job)
    tell(device, [run], "erasure_confirmed", by=by)
    return run


@order_refusals_kept
@transaction.atomic(durable=True)
def cancel_drive(*, run: ErasureRun, by: Actor) -> ErasureRun:
    """Take back one drive of an order; the others stay in it.

    Of drives that a machine erases at once, it is told to leave this one; it ends as
    the machine says then.
    """
    agent, device = held(run.device)
    permit(by, ORDER, at=device.site_id)
    run, beside = _beside(run)
    if not run.is_open or run.stop_asked_at:
        raise over()
    if beside and run.confirmed_at:
        move_on([run], RunState(run.state), stop_asked_at=timezone.now())
        renew_assignment(run.job)
    else:
        take_back([run], OrderFall.TAKEN_BACK)
        if beside:
            part(agent, device, beside, by=by)
        else:
            stop_order_job(agent, run.job, by=by)
    tell(device, [run], "order_cancelled", by=by)
    return run


def _beside(run: ErasureRun) -> tuple[ErasureRun, list[ErasureRun]]:
    """A run, held, and the other open ones of the job that it is in."""
    runs = ErasureRun.objects.lock_order(run.order)
    (mine,) = [each for each in runs if each == run]
    if mine.job_id is None:
        return mine, []
    others = [each for each in runs if each != run and each.is_open]
    return mine, [each for each in others if each.job_id == mine.job_id]
