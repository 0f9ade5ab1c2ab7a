from __future__ import annotations

import pytest

from inventory.states import (
    DRIVE_NEXT,
    EXITS,
    EXITS_WITH_DRIVE,
    NEXT,
    OUT,
    PROVEN,
    DeviceStatus,
    DriveStatus,
)

S = DeviceStatus
D = DriveStatus


def ways(start: DeviceStatus) -> set[DeviceStatus]:
    """Every state that can be reached from here without entering an exit."""
    seen: set[DeviceStatus] = set()
    waiting = [start]
    while waiting:
        for after in NEXT[waiting.pop()] - seen - EXITS:
            seen.add(after)
            waiting.append(after)
    return seen


def test_every_state_says_what_may_follow() -> None:
    assert set(NEXT) == set(DeviceStatus)
    assert set(DRIVE_NEXT) == set(DriveStatus)


def test_the_exits_are_those_that_were_decided() -> None:
    decided = "ready packed in_transit on_loan handed_over weee_out returned_to_donor"
    assert {state.value for state in EXITS} == set(decided.split())
    assert {S.FOR_PARTS} == EXITS_WITH_DRIVE


@pytest.mark.parametrize("start", [S.ANNOUNCED, S.RECEIVED, S.RETURNED, S.MISSING])
def test_nothing_leaves_without_entering_an_exit(start: DeviceStatus) -> None:
    """Whatever is out of our hands was let out by the gate, or was lost."""
    assert not ways(start) & (OUT - {S.LOST, S.STOLEN, S.WRITTEN_OFF})


def test_what_comes_back_goes_through_the_workshop() -> None:
    assert NEXT[S.RETURNED] == {S.TO_PROCESS}


def test_scrapped_is_a_decision_and_weee_out_is_the_exit() -> None:
    assert S.SCRAPPED not in EXITS
    assert S.WEEE_OUT in NEXT[S.SCRAPPED]


def test_a_destroyed_drive_never_becomes_anything_else() -> None:
    assert not DRIVE_NEXT[D.DESTROYED]
    assert all(
        D.DESTROYED not in after
        for state, after in DRIVE_NEXT.items()
        if state is not D.DESTRUCTION_TO_APPROVE
    )


def test_proven_is_erased_destroyed_or_new() -> None:
    assert {D.ERASED, D.DESTROYED, D.INSTALLED_NEW} == PROVEN
