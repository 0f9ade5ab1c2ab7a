from __future__ import annotations

import datetime as dt

import pytest

from agent.checks.clock import clock
from agent.vocabulary import Result
from tests.agent.checks.benches import bench
from tests.agent.trees import NOW, grow

RTC = "sys/class/rtc/rtc0/since_epoch"


def stand(root, hardware: dt.datetime, offset: int | None):
    grow(root, {RTC: f"{round(hardware.timestamp())}\n"})
    return clock(bench(root, offset_seconds=lambda: offset))


def test_a_clock_that_agrees_with_the_server_passes(tmp_path):
    found = stand(tmp_path, NOW, 12)
    assert found.result is Result.PASS
    assert found.numbers == {"offset_seconds": 12, "system_offset_seconds": 12}


@pytest.mark.parametrize("year", [1970, 2000, 2019])
def test_a_flat_battery_shows_even_where_the_network_set_the_system_right(
    tmp_path, year
):
    dead = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    found = stand(tmp_path, dead, 0)
    assert found.result is Result.WARN
    assert "battery is probably flat" in found.reason
    assert found.numbers["offset_seconds"] == round((NOW - dead).total_seconds())


def test_a_clock_that_is_ahead_is_told_too(tmp_path):
    found = stand(tmp_path, NOW + dt.timedelta(days=3), 0)
    assert (found.result, "days: 3" in found.reason) == (Result.WARN, True)


def test_without_a_server_a_likely_date_proves_nothing(tmp_path):
    found = stand(tmp_path, NOW, None)
    assert (found.result, "No server" in found.reason) == (Result.UNKNOWN, True)


def test_without_a_server_a_date_before_any_agent_is_a_flat_battery(tmp_path):
    dead = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    assert stand(tmp_path, dead, None).result is Result.WARN


def test_a_machine_without_a_clock_of_its_own_is_judged_by_its_system(tmp_path):
    found = clock(bench(tmp_path, offset_seconds=lambda: 400 * 86_400))
    assert (found.result, "days: 400" in found.reason) == (Result.WARN, True)
