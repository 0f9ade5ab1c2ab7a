"""Orders to erase: asked, approved where two have to, confirmed, or taken back.

An order is for the drives of one device, each as it is now: moved, or in its next
cycle, a drive is under no order any more.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import proofs
from backoffice.core.actors import Actor, permit
from backoffice.core.errors import DomainError, NotPermitted
from backoffice.core.transactions import require_transaction
from inventory.actions import Scanned
from inventory.actions.drive_cycle import is_by_two
from inventory.actions.evidence import refuse_same_person
from inventory.actions.refusals import note_refusal
from inventory.actions.scans import keep_scan
from inventory.actions.status import require_here
from inventory.models import Device, StorageDrive
from inventory.states import OrderFall
from provisioning.actions.erasure_runs import cancel_run, move_on, tell
from provisioning.actions.handing_over import (
    approve_runs,
    renew_assignment,
    run_of,
    stop_order_job,
)
from provisioning.actions.jobs import SERVER
from provisioning.actions.ordering import ask_for, chosen_in
from provisioning.errors import (
    NoOrder,
    OrderFell,
    OrderOver,
)
from provisioning.models import Agent, ErasureRun, RunState

P = ParamSpec("P")
R = TypeVar("R")
ORDER = "provisioning.order_erasure"
DROPPED_AT_ONCE = 200


def order_refusals_kept(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate an act on a `device` or a `run`: its refusals are logged on the device.

    Orders that fell are then off, as the refusal said.
    """

    @functools.wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except NotPermitted:
            raise
        except DomainError as refusal:
            named: Any = kwargs.get("device") or kwargs["run"]
            device = named if isinstance(named, Device) else named.device
            by: Any = kwargs["by"]
            note_refusal(device, act.__name__, refusal, by=by)
            if isinstance(refusal, OrderFell):
                drop_fallen_orders()
            raise

    return guarded


@order_refusals_kept
@transaction.atomic(durable=True)
def order_erasure(
    *, device: Device, drives: Sequence[StorageDrive], by: Actor
) -> list[ErasureRun]:
    """Ask that drives of one device be erased by its machine, or by stick if it has none.

    At once good for the machine, unless a donor wants a second person to approve.
    """
    agent, device = _held(device)
    user = permit(by, ORDER, at=device.site_id)
    require_here(device)
    chosen = chosen_in(device, drives)
    by_two = any(is_by_two(drive) for drive in chosen)
    order = uuid.uuid4()
    runs = [ask_for(device, drive, order, user, by_two=by_two) for drive in chosen]
    tell(device, runs, "erasure_ordered", by=by)
    if not by_two:
        approve_runs(agent, runs, user, by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def approve_order(*, run: ErasureRun, by: Actor) -> list[ErasureRun]:
    """Let the order that a run is of go to the machine: another person than who asked."""
    agent, device = _held(run.device)
    user = permit(by, ORDER, at=device.site_id)
    runs = _at(run, RunState.ASKED)
    refuse_same_person(runs[0].asked_by_id, user.pk)
    _refuse_fallen(device, runs)
    approve_runs(agent, runs, user, by=by)
    tell(device, runs, "erasure_approved", by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def confirm_order(
    *, device: Device, scan: Scanned | None = None, by: Actor
) -> list[ErasureRun]:
    """Say in front of the machine that the drives ordered are to be erased now."""
    _agent, device = _held(device)
    user = permit(by, "inventory.record_erasure", at=device.site_id)
    waiting = ErasureRun.objects.filter(device=device, state=RunState.APPROVED)
    newest = waiting.order_by("-pk").values_list("order", flat=True).first()
    if newest is None:
        raise NoOrder(
            _("No order to erase waits for %(device)s.") % {"device": device},
            advice=_("Order the erasure on the device’s page first."),
            device=device.tag,
        )
    held = ErasureRun.objects.lock_order(newest)
    runs = [run for run in held if run.state == RunState.APPROVED]
    _refuse_fallen(device, runs)
    now = timezone.now()
    move_on(runs, RunState.CONFIRMED, confirmed_by=user, confirmed_at=now)
    renew_assignment(runs[0].job)
    event = tell(device, runs, "erasure_confirmed", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def cancel_order(*, run: ErasureRun, by: Actor) -> list[ErasureRun]:
    """Take back the order that a run is of; a machine at work is told to stop.

    It ends as aborted then, when the machine says so.
    """
    agent, device = _held(run.device)
    permit(by, ORDER, at=device.site_id)
    runs = [each for each in ErasureRun.objects.lock_order(run.order) if each.is_open]
    if not runs:
        raise _over()
    _take_back(runs, OrderFall.TAKEN_BACK)
    stop_order_job(agent, runs[0].job, by=by)
    tell(device, runs, "order_cancelled", by=by)
    return runs


@order_refusals_kept
@transaction.atomic(durable=True)
def export_order(*, run: ErasureRun, by: Actor) -> proofs.Run:
    """Give out one drive’s order for a machine without a network, with its token."""
    _agent, device = _held(run.device)
    permit(by, ORDER, at=device.site_id)
    runs = [each for each in ErasureRun.objects.lock_order(run.order) if each == run]
    if not runs or runs[0].state not in {RunState.APPROVED, RunState.CONFIRMED}:
        raise _over()
    _refuse_fallen(device, runs)
    tell(device, runs, "order_exported", by=by)
    return run_of(runs[0])


@transaction.atomic(durable=True)
def drop_fallen_orders() -> int:
    """Take back orders whose drive was moved, destroyed, or in other hands since."""
    found = ErasureRun.objects.fallen().select_related("drive", "job")
    dropped = 0
    for known in list(found.order_by("job", "pk")[:DROPPED_AT_ONCE]):
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


def _held(device: Device) -> tuple[Agent | None, Device]:
    """A device and the machine that it is, held: the machine first, as everywhere."""
    require_transaction()
    bound = Agent.objects.bound().filter(device=device).order_by("pk").first()
    agent = Agent.objects.select_related("job").lock(bound.pk) if bound else None
    return agent, Device.objects.lock(device.pk)


def _at(run: ErasureRun, state: RunState) -> list[ErasureRun]:
    """The order of a run, held, if all of it is where it should be."""
    runs = ErasureRun.objects.lock_order(run.order)
    if any(each.state != state for each in runs):
        raise _over()
    return runs


def _refuse_fallen(device: Device, runs: Sequence[ErasureRun]) -> None:
    fallen = next((run for run in runs if run.fallen), None)
    if fallen is not None and fallen.fallen is not None:
        raise OrderFell(
            _("The order to erase %(drive)s does not hold any more: %(why)s.")
            % {"drive": fallen.drive, "why": fallen.fallen.label},
            advice=_("Order its erasure again, as it is now."),
            device=device.tag,
            drive=str(fallen.drive.uuid),
        )


def _take_back(runs: Sequence[ErasureRun], why: OrderFall) -> None:
    """What has not begun is off at once; what has is ended by its machine: a step."""
    require_transaction()
    for run in runs:
        if run.state != RunState.RUNNING:
            cancel_run(run, why, timezone.now())


def _over() -> OrderOver:
    return OrderOver(
        _("This order is at another step, or over."),
        advice=_("Look again how far it is."),
    )
