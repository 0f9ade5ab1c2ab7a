"""What can be done with a device in each of its states."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from inventory import actions
from inventory.models import Device
from inventory.states import NEXT, OUT, DeviceStatus

S = DeviceStatus


@dataclasses.dataclass(frozen=True)
class Step:
    """An act that needs no more than the device: one button. `to` is where it leads."""

    label: str | Promise
    icon: str
    permission: str
    act: Callable[..., Device]
    to: DeviceStatus
    states: frozenset[DeviceStatus]


@dataclasses.dataclass(frozen=True)
class Page:
    """An act that asks for more: a page with a form."""

    label: str | Promise
    icon: str
    permission: str
    states: frozenset[DeviceStatus]


_RECEIVE = "inventory.receive_device"
_REFURBISH = "inventory.refurbish_device"
_DISPOSE = "inventory.dispose_device"
HOLD = "inventory.hold_device"


def _before(to: DeviceStatus) -> frozenset[DeviceStatus]:
    """The states that may be followed by this one."""
    return frozenset(status for status, after in NEXT.items() if to in after)


STEPS: Mapping[str, Step] = {
    "receive": Step(
        label=gettext_lazy("Receive it"),
        icon="truck-delivery",
        permission=_RECEIVE,
        act=actions.receive_announced,
        to=S.RECEIVED,
        states=_before(S.RECEIVED),
    ),
    "triage": Step(
        label=gettext_lazy("Start the triage"),
        icon="progress",
        permission=_REFURBISH,
        act=actions.start_triage,
        to=S.IN_TRIAGE,
        states=_before(S.IN_TRIAGE),
    ),
    "keep": Step(
        label=gettext_lazy("Keep it for reuse"),
        icon="check",
        permission=_REFURBISH,
        act=actions.triage_device,
        to=S.TO_PROCESS,
        states=frozenset({S.RECEIVED, S.IN_TRIAGE}),
    ),
    "refurbish": Step(
        label=gettext_lazy("Take it to the bench"),
        icon="tool",
        permission=_REFURBISH,
        act=actions.start_refurbishment,
        to=S.IN_REFURBISHMENT,
        states=frozenset({S.TO_PROCESS, S.AWAITING_PARTS}),
    ),
    "await-parts": Step(
        label=gettext_lazy("Wait for a part"),
        icon="hourglass",
        permission=_REFURBISH,
        act=actions.await_parts,
        to=S.AWAITING_PARTS,
        states=_before(S.AWAITING_PARTS),
    ),
    "to-check": Step(
        label=gettext_lazy("Send it to the quality check"),
        icon="clipboard-list",
        permission=_REFURBISH,
        act=actions.send_to_quality_check,
        to=S.IN_QUALITY_CHECK,
        states=_before(S.IN_QUALITY_CHECK),
    ),
    "ready": Step(
        label=gettext_lazy("Declare it ready"),
        icon="rosette-discount-check",
        permission="inventory.declare_ready",
        act=actions.declare_ready,
        to=S.READY,
        states=frozenset({S.IN_QUALITY_CHECK}),
    ),
    "back": Step(
        label=gettext_lazy("Send it back to the workshop"),
        icon="arrow-back-up",
        permission=_REFURBISH,
        act=actions.send_back_to_workshop,
        to=S.TO_PROCESS,
        states=frozenset(
            {S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK, S.READY, S.RETURNED}
            | {S.NOT_REUSABLE}
        ),
    ),
    "for-parts": Step(
        label=gettext_lazy("Keep it for its parts"),
        icon="tools",
        permission=_DISPOSE,
        act=actions.keep_for_parts,
        to=S.FOR_PARTS,
        states=_before(S.FOR_PARTS),
    ),
    "scrap": Step(
        label=gettext_lazy("Scrap it"),
        icon="recycle",
        permission=_DISPOSE,
        act=actions.scrap_device,
        to=S.SCRAPPED,
        states=_before(S.SCRAPPED),
    ),
    "missing": Step(
        label=gettext_lazy("Declare it missing"),
        icon="question-mark",
        permission=_REFURBISH,
        act=actions.declare_missing,
        to=S.MISSING,
        states=_before(S.MISSING),
    ),
}
_HERE = frozenset(DeviceStatus) - OUT
PAGES: Mapping[str, Page] = {
    "quality-check": Page(
        label=gettext_lazy("Check its quality"),
        icon="clipboard-check",
        permission="inventory.check_device",
        states=frozenset({S.IN_QUALITY_CHECK}),
    ),
    "move": Page(
        label=gettext_lazy("Put it somewhere else"),
        icon="map-pin",
        permission="inventory.move_device",
        states=_HERE,
    ),
    "describe": Page(
        label=gettext_lazy("Correct its description"),
        icon="pencil",
        permission=_REFURBISH,
        states=_HERE,
    ),
    "alias": Page(
        label=gettext_lazy("Attach another code"),
        icon="barcode",
        permission=_RECEIVE,
        states=_HERE,
    ),
    "declare-drive": Page(
        label=gettext_lazy("Declare a drive"),
        icon="database",
        permission=_RECEIVE,
        states=_HERE,
    ),
    "hold": Page(
        label=gettext_lazy("Put it on hold"),
        icon="hand-stop",
        permission=HOLD,
        states=_HERE,
    ),
    "set-aside": Page(
        label=gettext_lazy("Set it aside"),
        icon="ban",
        permission=_DISPOSE,
        states=_before(S.NOT_REUSABLE) - {S.FOR_PARTS, S.SCRAPPED},
    ),
    "return": Page(
        label=gettext_lazy("Return it to the donor"),
        icon="arrow-right",
        permission=_DISPOSE,
        states=_before(S.RETURNED_TO_DONOR),
    ),
}
