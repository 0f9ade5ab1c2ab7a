"""What a request asks for, in terms of what stands on the shelves: reads nothing.

People ask by capability and use, never by model; the scores are those of
lending.actions.fitting, 0 to 8.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from inventory.models import DeviceKind
from lending.kinds import Capability, Goal
from lending.models import EquipmentRequest, TemplateLine
from lending.states import LineNature

COMPUTERS = (
    DeviceKind.DESKTOP,
    DeviceKind.LAPTOP,
    DeviceKind.ALL_IN_ONE,
    DeviceKind.MINI,
)
# Of these a camera is a part; the others are lent one beside them.
WITH_CAMERA = (DeviceKind.LAPTOP, DeviceKind.ALL_IN_ONE)
# 4 GiB and a small solid-state drive: letters, forms, the web.
ENOUGH = 2
# 8 GiB and more room: what a call or a course runs beside the web.
ENOUGH_FOR_CALLS = 4
ENOUGH_FOR_TRAINING = 5
_DEMANDING = {Goal.TRAINING, Goal.BUSINESS}


@dataclasses.dataclass(frozen=True)
class Needs:
    """`kinds` is empty where no machine is asked for; `score` is the least that serves."""

    kinds: tuple[DeviceKind, ...]
    score: int
    camera: bool
    screen: bool
    connection: bool
    headset: bool
    quantity: int = 1

    @property
    def machine(self) -> bool:
        return bool(self.kinds)


def needs_of(request: EquipmentRequest) -> Needs:
    return needs_from(request.capabilities, request.goals, request.quantity)


def needs_from(
    capabilities: Collection[str], goals: Collection[str], quantity: int = 1
) -> Needs:
    """The needs that these codes of Capability and Goal come to."""
    asked = {*capabilities}
    camera = Capability.CAMERA in asked
    return Needs(
        kinds=_kinds(asked),
        score=_score(camera=camera, goals=goals),
        camera=camera,
        screen=Capability.BIG_SCREEN in asked,
        connection=Capability.INTERNET in asked,
        headset=Capability.HEADSET in asked,
        quantity=quantity,
    )


def asks_for(needs: Needs, wanted: TemplateLine) -> bool:
    """Whether a line of a recipe is what a request asks for beside its machine.

    A counted thing says nothing of what it can do, so a headset is not known by it.
    """
    match wanted.nature:
        case LineNature.CONNECTION:
            return needs.connection
        case LineNature.DEVICE:
            return needs.screen and DeviceKind.SCREEN in wanted.criteria["kinds"]
    return False


def _kinds(asked: Collection[str]) -> tuple[DeviceKind, ...]:
    if Capability.LAPTOP in asked:
        return (DeviceKind.LAPTOP,)
    if Capability.CAMERA in asked:
        return WITH_CAMERA
    if {Capability.COMPUTER, Capability.BIG_SCREEN} & {*asked}:
        return COMPUTERS
    return ()


def _score(*, camera: bool, goals: Collection[str]) -> int:
    if _DEMANDING & {*goals}:
        return ENOUGH_FOR_TRAINING
    return ENOUGH_FOR_CALLS if camera else ENOUGH
