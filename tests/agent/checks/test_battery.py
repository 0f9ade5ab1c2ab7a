from __future__ import annotations

import threading

import pytest

from agent.checks.battery import battery_discharge, is_plugged_in, judge, level
from agent.checks.desk import Skipped
from agent.run import Ran
from agent.vocabulary import Result
from tests.agent.trees import around, grow

BATTERY = "sys/class/power_supply/BAT0"
MAINS = "sys/class/power_supply/AC/online"
FULL = 50_000_000
SECONDS = 180


def tree(percent: float, online: str = "0") -> dict[str, str]:
    return {
        f"{BATTERY}/type": "Battery",
        f"{BATTERY}/energy_now": str(round(FULL * percent / 100)),
        f"{BATTERY}/energy_full": str(FULL),
        "sys/class/power_supply/AC/type": "Mains",
        MAINS: online,
    }


@pytest.fixture
def laptop(sit, tmp_path):
    """A desk at a machine whose gauge and charger change as time passes."""

    def at(percent: float, online: str = "0", *, then=lambda _seconds: {}):
        grow(tmp_path, tree(percent, online))
        ended = threading.Event()

        def burn(argv, _seconds, stopped):
            while not stopped():
                ended.wait(0.001)
            return Ran(tuple(argv))

        sheet = sit("\r", run_long=burn, battery_seconds=SECONDS)
        clock, waited = sheet.desk.bench.monotonic, sheet.desk.keys._sleep

        def sleep(seconds: float) -> None:
            waited(seconds)
            grow(tmp_path, then(clock()))

        sheet.desk.keys._sleep = sleep
        return sheet

    return at


def losing(percent: float):
    """A gauge that loses so much in the time; the charger comes back after it."""
    return lambda seconds: tree(
        90 - percent * min(seconds, SECONDS) / SECONDS,
        "0" if seconds < SECONDS else "1",
    )


def test_a_battery_that_carries_the_machine_passes_with_its_numbers(laptop):
    sheet = laptop(90, then=losing(2))
    found = battery_discharge(sheet.desk)
    assert found.result is Result.PASS
    assert found.reason == "The battery lost 2 % in 3 min."
    assert found.numbers == {
        "seconds": SECONDS,
        "start_percent": 90,
        "end_percent": 88,
        "drop_percent": 2,
    }
    assert "Pull out the charger." in sheet.shown
    assert "Plug the charger in again." in sheet.shown


@pytest.mark.parametrize(
    ("after", "result"),
    [
        (65, Result.PASS),
        (64.9, Result.WARN),
        (90, Result.UNKNOWN),
        (91, Result.UNKNOWN),
    ],
)
def test_it_may_lose_a_quarter_in_half_an_hour(sit, after, result):
    assert judge(90, after, sit().desk).result is result


def test_a_shorter_test_allows_less(sit):
    desk = sit(battery_seconds=180).desk
    assert judge(90, 87.5, desk).result is Result.PASS
    assert judge(90, 87, desk).result is Result.WARN


def test_a_charger_that_stays_in_leaves_it_untested(laptop):
    found = battery_discharge(laptop(90, "1").desk)
    assert found.result is Result.NOT_TESTED
    assert found.reason == "The charger was not pulled out."


def test_a_charger_that_comes_back_too_early_leaves_it_untested(laptop):
    sheet = laptop(90, then=lambda seconds: tree(89, "0" if seconds < 60 else "1"))
    found = battery_discharge(sheet.desk)
    assert found.result is Result.NOT_TESTED
    assert found.reason == "The charger was plugged in during the test."


def test_a_battery_that_is_nearly_empty_is_charged_first(laptop):
    found = battery_discharge(laptop(49).desk)
    assert (found.result, dict(found.numbers)) == (Result.NOT_TESTED, {})
    assert found.reason == "The battery holds 49 % only: charge it first."


def test_a_machine_without_a_battery_is_not_tested(sit):
    found = battery_discharge(sit().desk)
    assert found.result is Result.NOT_TESTED
    assert found.reason == "No battery says what it holds."


def test_a_person_leads_out_of_it_and_the_load_ends(laptop):
    sheet = laptop(90)
    sheet.press("s")
    before = threading.active_count()
    with pytest.raises(Skipped):
        battery_discharge(sheet.desk)
    assert threading.active_count() == before


def test_several_batteries_are_one(tmp_path):
    second = {
        name.replace("BAT0", "BAT1"): word
        for name, word in tree(20).items()
        if "BAT0" in name
    }
    grow(tmp_path, tree(80) | second)
    assert level(around(tmp_path)) == 50


def test_a_gauge_without_a_capacity_tells_percent(tmp_path):
    grow(tmp_path, {f"{BATTERY}/type": "Battery", f"{BATTERY}/capacity": "77"})
    assert level(around(tmp_path)) == 77


@pytest.mark.parametrize(("state", "plugged"), [("Discharging", False), ("Full", True)])
def test_where_no_charger_is_shown_the_battery_tells(tmp_path, state, plugged):
    grow(tmp_path, {f"{BATTERY}/type": "Battery", f"{BATTERY}/status": state})
    assert is_plugged_in(around(tmp_path)) is plugged
