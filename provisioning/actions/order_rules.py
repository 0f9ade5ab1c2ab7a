"""What the acts on orders to erase share: what they hold, and what they refuse."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError, NotPermitted
from backoffice.core.transactions import require_transaction
from inventory.actions.refusals import note_refusal
from inventory.models import Device
from inventory.states import OrderFall
from provisioning.actions.erasure_runs import cancel_run
from provisioning.actions.order_turns import drop_fallen_orders
from provisioning.errors import OrderFell, OrderOver
from provisioning.models import Agent, ErasureRun, RunState

P = ParamSpec("P")
R = TypeVar("R")
ORDER = "provisioning.order_erasure"


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


def held(device: Device) -> tuple[Agent | None, Device]:
    """A device and the machine that it is, held: the machine first, as everywhere."""
    require_transaction()
    bound = Agent.objects.bound().filter(device=device).order_by("pk").first()
    agent = Agent.objects.select_related("job").lock(bound.pk) if bound else None
    return agent, Device.objects.lock(device.pk)


def refuse_fallen(device: Device, runs: Sequence[ErasureRun]) -> None:
    fallen = next((run for run in runs if run.fallen), None)
    if fallen is not None and fallen.fallen is not None:
        raise OrderFell(
            _("The order to erase %(drive)s does not hold any more: %(why)s.")
            % {"drive": fallen.drive, "why": fallen.fallen.label},
            advice=_("Order its erasure again, as it is now."),
            device=device.tag,
            drive=str(fallen.drive.uuid),
        )


def take_back(runs: Sequence[ErasureRun], why: OrderFall) -> None:
    """What has not begun is off at once; what has is ended by its machine: a step."""
    require_transaction()
    for run in runs:
        if run.state != RunState.RUNNING:
            cancel_run(run, why, timezone.now())


def over() -> OrderOver:
    return OrderOver(
        _("This order is at another step, or over."),
        advice=_("Look again how far it is."),
    )
