"""Orders to erase: asked, approved where two have to, confirmed, or taken back.

An order is for the drives of one device, each as it is now: moved, or in its next
cycle, a drive is under no order any more.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import proofs
from backoffice.core.actors import Actor, permit
from inventory.actions import Scanned
from inventory.actions.drive_cycle import is_by_two
from inventory.actions.evidence import refuse_same_person
from inventory.actions.scans import keep_scan
from inventory.actions.status import require_here
from inventory.models import Device, StorageDrive
from inventory.states import OrderFall
from provisioning.actions.erasure_runs import move_on, tell
from provisioning.actions.handing_over import (
    approve_runs,
    renew_assignment,
    run_of,
    stop_order_job,
)
from provisioning.actions.order_rules import (
    ORDER,
    held,
    order_refusals_kept,
    over,
    refuse_fallen,
    take_back,
)
from provisioning.actions.ordering import USUAL, Terms, ask_for, chosen_in
from provisioning.errors import NoOrder
from provisioning.models import ErasureRun, RunState


@order_refusals_kept
@transaction.atomic(durable=True)
def order_erasure(
    *,
    device: Device,
    drives: Sequence[StorageDrive],
    terms: Terms = USUAL,
    by: Actor,
) -> list[ErasureRun]:
    """Ask that drives of one device be erased by its machine, or by stick if it has none.

    At once good for the machine, unless a donor wants a second person to approve.
    """
    agent, device = held(device)
    user = permit(by, ORDER, at=device.site_id)
    require_here(device)
    chosen = chosen_in(device, drives)
    by_two = any(is_by_two(drive) for drive in chosen)
    order = uuid.uuid4()
    runs = [
        ask_for(device, drive, order, user, terms=terms, by_two=by_two)
        for drive in chosen
    ]
    asked = {name: True for name, is_so in dataclasses.asdict(terms).items() if is_so}
    tell(device, runs, "erasure_ordered", by=by, **asked)
    if not by_two:
        approve_runs(agent, runs, user, by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def approve_order(*, run: ErasureRun, by: Actor) -> list[ErasureRun]:
    """Let the order that a run is of go to the machine: another person than who asked."""
    agent, device = held(run.device)
    user = permit(by, ORDER, at=device.site_id)
    runs = _at(run, RunState.ASKED)
    refuse_same_person(runs[0].asked_by_id, user.pk)
    refuse_fallen(device, runs)
    approve_runs(agent, runs, user, by=by)
    tell(device, runs, "erasure_approved", by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def confirm_order(
    *, device: Device, scan: Scanned | None = None, by: Actor
) -> list[ErasureRun]:
    """Say in front of the machine that the drives ordered are to be erased now."""
    _agent, device = held(device)
    user = permit(by, "inventory.record_erasure", at=device.site_id)
    waiting = ErasureRun.objects.filter(device=device, state=RunState.APPROVED)
    newest = waiting.order_by("-pk").values_list("order", flat=True).first()
    if newest is None:
        raise _nothing_to_confirm(device)
    of_order = ErasureRun.objects.lock_order(newest)
    runs = [run for run in of_order if run.state == RunState.APPROVED]
    refuse_fallen(device, runs)
    now = timezone.now()
    move_on(runs, RunState.CONFIRMED, confirmed_by=user, confirmed_at=now)
    for job in {run.job for run in runs}:
        renew_assignment(job)
    event = tell(device, runs, "erasure_confirmed", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def cancel_order(*, run: ErasureRun, by: Actor) -> list[ErasureRun]:
    """Take back the order that a run is of; a machine at work is told to stop.

    It ends as aborted then, when the machine says so.
    """
    agent, device = held(run.device)
    permit(by, ORDER, at=device.site_id)
    runs = [each for each in ErasureRun.objects.lock_order(run.order) if each.is_open]
    if not runs:
        raise over()
    take_back(runs, OrderFall.TAKEN_BACK)
    for job in {run.job for run in runs}:
        stop_order_job(agent, job, by=by)
    tell(device, runs, "order_cancelled", by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def export_order(*, run: ErasureRun, by: Actor) -> proofs.Run:
    """Give out one drive’s order for a machine without a network, with its token."""
    _agent, device = held(run.device)
    permit(by, ORDER, at=device.site_id)
    runs = [each for each in ErasureRun.objects.lock_order(run.order) if each == run]
    if not runs or runs[0].state not in {RunState.APPROVED, RunState.CONFIRMED}:
        raise over()
    refuse_fallen(device, runs)
    tell(device, runs, "order_exported", by=by)
    return run_of(runs[0])


def _at(run: ErasureRun, state: RunState) -> list[ErasureRun]:
    """The order of a run, held, if all of it is where it should be."""
    of_order = ErasureRun.objects.lock_order(run.order)
    runs = [each for each in of_order if each.is_open]
    if not runs or any(each.state != state for each in runs):
        raise over()
    return runs


def _nothing_to_confirm(device: Device) -> NoOrder:
    if ErasureRun.objects.filter(device=device, state=RunState.ASKED).exists():
        return NoOrder(
            _("The order to erase %(device)s waits for another person’s approval.")
            % {"device": device},
            advice=_("It is approved on the page of erasures."),
            device=device.tag,
        )
    return NoOrder(
        _("No order to erase waits for %(device)s.") % {"device": device},
        advice=_("Order the erasure on the device’s page first."),
        device=device.tag,
    )
