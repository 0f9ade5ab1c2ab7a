from __future__ import annotations

import os
import threading
from types import SimpleNamespace

import pytest

from agent.checks.bench import Cancelled
from agent.checks.gauges import Gauges, gauges, read_gauges
from agent.checks.heat import Watched, judge
from agent.checks.load import cpu_load
from agent.run import Ran
from agent.vocabulary import Result, Why
from tests.agent.checks.benches import FRENCH, bench, install, real
from tests.agent.trees import Tools, grow


def looks(*celsius: float, critical: float | None = 100, **more: float):
    return [Gauges(celsius=each, critical=critical, **more) for each in celsius]


def watched(*celsius: float, **changes) -> Watched:
    return Watched(seconds=300, looks=looks(*celsius), **changes)


def verdict(tmp_path, seen: Watched) -> tuple[Result, str]:
    return judge(seen, bench(tmp_path))


def test_a_machine_that_stays_cool_passes_with_its_numbers(tmp_path):
    seen = watched(41, 70, 78, base_mhz=2400)
    assert verdict(tmp_path, seen)[0] is Result.PASS
    assert seen.numbers() == {
        "seconds": 300,
        "start_celsius": 41,
        "max_celsius": 78,
        "critical_celsius": 100,
        "base_mhz": 2400,
        "throttled": 0,
        "cooldown_seconds": 0,
    }


@pytest.mark.parametrize(
    ("seen", "result", "said"),
    [
        (watched(40, 100), Result.FAIL, "reached 100 °C"),
        (watched(40, 99.9), Result.WARN, "close to its limit"),
        (watched(40, 90), Result.WARN, "close to its limit"),
        (watched(40, 89), Result.PASS, "At most 89 °C"),
        (watched(40, 60, throttled=1), Result.WARN, "slowed itself down"),
        (watched(40, 60, cooldown_seconds=180), Result.WARN, "still hot"),
        (watched(*[50] * 10), Result.UNKNOWN, "its sensor tells nothing"),
        (Watched(300, [Gauges()]), Result.UNKNOWN, "no temperature is shown"),
        (Watched(300, looks(40, 71, fan_rpm=0)), Result.FAIL, "fan stands still"),
        (Watched(300, looks(40, 69, fan_rpm=0)), Result.PASS, "At most 69 °C"),
        (Watched(300, looks(40, 60, mhz=1679), 2400), Result.WARN, "at 70 %"),
        (Watched(300, looks(40, 60, mhz=1650), 2400), Result.FAIL, "falls to 69 %"),
        (Watched(300, looks(40, 60, mhz=2160), 2400), Result.PASS, "At most"),
        (Watched(300, looks(40, 99, critical=None)), Result.WARN, "limit of 100 °C"),
    ],
)
def test_the_gravest_of_what_was_seen_is_the_result(tmp_path, seen, result, said):
    found, reason = verdict(tmp_path, seen)
    assert (found, said in reason) == (result, True), reason


def test_the_reason_is_said_in_french(tmp_path):
    reason = judge(watched(40, 100), bench(tmp_path, words=FRENCH))[1]
    assert reason.startswith("Le processeur a atteint 100\u202f°C")


class Heating:
    """A processor that warms by three degrees each time somebody looks."""

    def __init__(self, most: float) -> None:
        self.celsius, self.most = 40.0, most

    def __call__(self) -> Gauges:
        self.celsius = min(self.most, self.celsius + 3)
        return Gauges(celsius=self.celsius, critical=100, mhz=2000)


def test_the_whole_time_is_watched_and_the_clock_compared_with_its_promise(tmp_path):
    grow(
        tmp_path,
        {"proc/cpuinfo": "model name\t: Intel(R) Core(TM) i5-5300U CPU @ 2.30GHz\n"},
    )
    each = bench(tmp_path, run_long=_burn, read_gauges=Heating(80), load_seconds=60)
    found = cpu_load(each)
    assert found.numbers["clock_percent"] == 87
    assert found.numbers["max_celsius"] == 80
    assert found.numbers["cooldown_seconds"] == 180
    assert (found.result, found.tool) == (Result.WARN, "rebond")


def test_a_core_that_slows_down_is_counted(tmp_path):
    counter = "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count"
    grow(tmp_path, {counter: "7"})

    def burn(argv, _seconds, stopped):
        (tmp_path / counter).write_text("9")
        return _burn(argv, _seconds, stopped)

    found = cpu_load(bench(tmp_path, run_long=burn, load_seconds=5))
    assert found.numbers["throttled"] == 2


def test_a_load_that_does_not_run_proves_nothing(tmp_path):
    def fail(argv, _seconds, _stopped):
        return Ran(tuple(argv), exit_code=1, stderr=b"out of memory\n")

    found = cpu_load(bench(tmp_path, run_long=fail))
    assert found.result is Result.UNKNOWN
    assert "out of memory" in found.reason


def test_stress_ng_is_used_where_it_is_installed(tmp_path):
    asked = []

    def burn(argv, _seconds, stopped):
        asked.append(argv)
        return _burn(argv, _seconds, stopped)

    tools = Tools(**{"stress-ng": b"stress-ng, version 0.15"})
    found = cpu_load(bench(tmp_path, tools, run_long=burn))
    assert asked == [("stress-ng", "--matrix", "0", "-t", "300s")]
    assert found.tool == "stress-ng"


def test_a_cancelled_load_leaves_no_program_behind(tmp_path, tools_folder):
    before = threading.active_count()
    note = tmp_path / "pid"
    version = '[ "$1" = --version ] && exit 0'
    install(tools_folder, "stress-ng", f"{version}; echo $$ >{note}; sleep 600")
    each = bench(tmp_path, load_seconds=600)
    each = real(each, cancelled=note.is_file)
    with pytest.raises(Cancelled):
        cpu_load(each)
    assert threading.active_count() == before
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_our_own_load_keeps_real_cores_busy(tmp_path, tools_folder):
    found = cpu_load(real(bench(tmp_path, load_seconds=1)))
    assert (found.result, found.tool) == (Result.UNKNOWN, "rebond")
    assert "no temperature is shown" in found.reason


def _burn(argv, _seconds, stopped):
    """A load that runs until nobody wants it."""
    while not stopped():
        threading.Event().wait(0.001)
    return Ran(tuple(argv), why=Why.TIMEOUT, exit_code=-9)


def sensor(current, critical=None):
    return SimpleNamespace(current=current, critical=critical)


def test_the_hottest_sensor_of_the_processor_is_read_and_nonsense_is_not():
    temperatures = {
        "acpitz": [sensor(27.8, 119.0)],
        "coretemp": [sensor(0), sensor(61.0, 100.0), sensor(58.0, 105.0), sensor(127)],
    }
    seen = gauges(temperatures, 1800.0, {"thinkpad": [sensor(0), sensor(2900)]})
    assert seen == Gauges(celsius=61, critical=100, mhz=1800, fan_rpm=2900)


def test_this_machine_can_be_looked_at():
    assert isinstance(read_gauges(), Gauges)
    assert gauges({}, 0.0, {}) == Gauges()
