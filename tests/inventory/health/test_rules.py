"""Thresholds are data: they can be changed, and nonsense is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.health import (
    DEFAULT,
    DriveFacts,
    DriveSort,
    Facts,
    Limit,
    Reading,
    Rules,
    RulesRefused,
    judge,
    sentence,
)


def test_rules_survive_their_way_through_json() -> None:
    raw = json.loads(json.dumps(DEFAULT.to_json()))
    assert Rules.from_json(raw) == DEFAULT


def test_limits_keep_their_order_whatever_order_they_are_stored_in() -> None:
    stored = dict(reversed(DEFAULT.to_json().items()))
    assert Rules.from_json(stored).limits == DEFAULT.limits


def test_a_changed_limit_changes_one_reading_and_no_other() -> None:
    rules = DEFAULT.changed({"battery_percent": (70, 40)})
    changed = rules.limit(Reading.BATTERY_PERCENT)
    assert changed is not None
    assert (changed.warn, changed.fail) == (70, 40)
    others = [limit for limit in rules.limits if limit != changed]
    assert set(others) < set(DEFAULT.limits)


def test_a_limit_that_fails_before_it_warns_is_refused() -> None:
    for key, numbers in {
        "hdd.reallocated_sectors": (17, 1),
        "battery_percent": (50, 80),
        "nvme.percentage_used": (100, 100),
    }.items():
        with pytest.raises(RulesRefused, match="warn before it fails"):
            DEFAULT.changed({key: numbers})


def test_a_limit_out_of_range_or_set_twice_is_refused() -> None:
    with pytest.raises(RulesRefused, match="out of range"):
        DEFAULT.changed({"battery_cycles": (-1, None)})
    with pytest.raises(RulesRefused, match="twice"):
        Rules(DEFAULT.limits[:1] * 2)


def test_a_battery_has_no_limit_of_a_drive() -> None:
    with pytest.raises(RulesRefused, match="not read from a drive"):
        Rules((Limit(Reading.BATTERY_PERCENT, DriveSort.HDD, warn=80, fail=50),))


def test_a_limit_that_is_not_known_any_more_is_left_out() -> None:
    raw = {"hdd.smell": {"warn": 1, "fail": 2}, **DEFAULT.to_json()}
    assert Rules.from_json(raw) == DEFAULT


@given(
    st.dictionaries(st.sampled_from(list(Reading)), st.integers(0, 2**63)),
    st.sampled_from(list(DriveSort)),
    st.booleans() | st.none(),
    st.booleans(),
)
def test_whatever_a_drive_says_gets_a_sentence(
    readings: dict[Reading, int],
    sort: DriveSort,
    passed: bool | None,
    speaks: bool,
) -> None:
    drive = DriveFacts("X", "X", sort, speaks, passed=passed, readings=readings)
    for finding in judge(Facts(drives=(drive,)), DEFAULT):
        assert sentence(finding)
