"""What a machine's readings say of its health, rule by rule."""

from __future__ import annotations

import dataclasses

from inventory.health import (
    DEFAULT,
    BatteryFacts,
    Checked,
    CheckFacts,
    DriveFacts,
    DriveSort,
    Facts,
    Finding,
    Item,
    Reading,
    Verdict,
    judge,
    worst,
)

DISK = DriveFacts(
    key="WX-1",
    name="Caviar",
    sort=DriveSort.HDD,
    speaks=True,
    passed=True,
    readings={Reading.REALLOCATED_SECTORS: 0, Reading.PENDING_SECTORS: 0},
)
SSD = dataclasses.replace(DISK, key="SS-1", sort=DriveSort.SSD, readings={})
NVME = dataclasses.replace(SSD, key="NV-1", sort=DriveSort.NVME, critical_warning=0)


def findings(*drives: DriveFacts) -> tuple[Finding, ...]:
    return judge(Facts(drives=drives), DEFAULT)


def verdict(drive: DriveFacts) -> Verdict:
    return worst(found for found in findings(drive) if found.item is Item.DRIVE)


def reading(drive: DriveFacts, which: Reading, number: int) -> DriveFacts:
    return dataclasses.replace(drive, readings={**drive.readings, which: number})


def test_a_disk_without_a_fault_passes_and_says_so() -> None:
    (found,) = findings(DISK)
    assert (found.verdict, found.reason) == (Verdict.PASS, "drive_in_order")


def test_one_reallocated_sector_warns_and_seventeen_fail() -> None:
    counts = {0: Verdict.PASS, 1: Verdict.WARN, 16: Verdict.WARN, 17: Verdict.FAIL}
    for count, wanted in counts.items():
        assert verdict(reading(DISK, Reading.REALLOCATED_SECTORS, count)) is wanted


def test_sectors_that_wait_or_cannot_be_read_fail_a_disk() -> None:
    for which in (
        Reading.PENDING_SECTORS,
        Reading.OFFLINE_UNCORRECTABLE,
        Reading.REPORTED_UNCORRECTABLE,
    ):
        assert verdict(reading(DISK, which, 1)) is Verdict.FAIL


def test_a_finding_carries_the_number_and_the_limit_it_broke() -> None:
    (found,) = findings(reading(DISK, Reading.REALLOCATED_SECTORS, 40))
    assert found.reason == Reading.REALLOCATED_SECTORS
    assert found.numbers == {"value": 40, "limit": 17}


def test_passed_alone_is_no_pass_where_nothing_else_is_said() -> None:
    silent = dataclasses.replace(DISK, speaks=False, readings={})
    assert verdict(silent) is Verdict.UNKNOWN


def test_readings_without_the_drives_own_verdict_are_unknown() -> None:
    assert verdict(dataclasses.replace(DISK, passed=None)) is Verdict.UNKNOWN


def test_a_drive_that_calls_itself_failing_fails_even_when_silent() -> None:
    silent = dataclasses.replace(DISK, speaks=False, passed=False, readings={})
    assert verdict(silent) is Verdict.FAIL


def test_an_attribute_below_its_threshold_fails_and_once_below_it_warns() -> None:
    assert verdict(dataclasses.replace(DISK, failing_now=(5,))) is Verdict.FAIL
    assert verdict(dataclasses.replace(DISK, failed_before=(190,))) is Verdict.WARN


def test_wear_warns_at_eighty_per_cent_and_fails_at_a_hundred() -> None:
    for drive in (SSD, NVME):
        assert verdict(reading(drive, Reading.PERCENTAGE_USED, 79)) is Verdict.PASS
        assert verdict(reading(drive, Reading.PERCENTAGE_USED, 80)) is Verdict.WARN
        assert verdict(reading(drive, Reading.PERCENTAGE_USED, 255)) is Verdict.FAIL


def test_only_the_temperature_bit_of_a_critical_warning_is_no_failure() -> None:
    warm = dataclasses.replace(NVME, critical_warning=0b10)
    damaged = dataclasses.replace(NVME, critical_warning=0b110)
    assert (verdict(warm), verdict(damaged)) == (Verdict.WARN, Verdict.FAIL)


def test_a_spare_below_its_own_threshold_fails() -> None:
    drive = dataclasses.replace(NVME, available_spare=9, available_spare_threshold=10)
    assert verdict(drive) is Verdict.FAIL


def test_a_readings_limit_is_that_of_its_sort_of_drive() -> None:
    assert verdict(reading(SSD, Reading.REALLOCATED_SECTORS, 500)) is Verdict.WARN
    assert verdict(reading(SSD, Reading.POWER_ON_HOURS, 90_000)) is Verdict.PASS


def test_the_self_test_and_the_heat_are_findings_of_their_own() -> None:
    hot = reading(DISK, Reading.TEMPERATURE_CELSIUS, 66)
    found = findings(dataclasses.replace(hot, self_test="failed"))
    assert [(one.item, one.verdict) for one in found] == [
        (Item.DRIVE, Verdict.PASS),
        (Item.DRIVE_TEMPERATURE, Verdict.FAIL),
        (Item.DRIVE_SELF_TEST, Verdict.FAIL),
    ]


def test_drives_out_of_sight_are_unknown() -> None:
    (found,) = judge(Facts(drives_seen=False), DEFAULT)
    assert found.verdict is Verdict.UNKNOWN


def of_battery(*batteries: BatteryFacts) -> list[Finding]:
    facts = Facts(batteries=batteries, has_battery=True)
    return [one for one in judge(facts, DEFAULT) if one.item is Item.BATTERY]


def test_a_battery_is_judged_by_what_is_left_of_it() -> None:
    bands = {80: Verdict.PASS, 79: Verdict.WARN, 50: Verdict.WARN, 49: Verdict.FAIL}
    for percent, wanted in bands.items():
        (found,) = of_battery(BatteryFacts("BAT0", percent, 100))
        assert (found.verdict, found.numbers["value"]) == (wanted, percent)


def test_two_batteries_are_judged_together() -> None:
    (found,) = of_battery(BatteryFacts("BAT0", 90, 100), BatteryFacts("BAT1", 30, 100))
    assert (found.verdict, found.numbers["value"]) == (Verdict.WARN, 60)


def test_a_new_battery_that_holds_more_than_promised_counts_a_hundred() -> None:
    (found,) = of_battery(BatteryFacts("BAT0", 110, 100))
    assert found.numbers["value"] == 100


def test_a_battery_of_unknown_capacity_or_out_of_sight_is_unknown() -> None:
    (mute,) = of_battery(BatteryFacts("BAT0", None, 0))
    (absent,) = of_battery()
    assert mute.verdict is absent.verdict is Verdict.UNKNOWN


def test_many_cycles_warn_and_none_are_not_known() -> None:
    assert len(of_battery(BatteryFacts("BAT0", 90, 100, cycles=0))) == 1
    (_left, cycles) = of_battery(BatteryFacts("BAT0", 90, 100, cycles=501))
    assert (cycles.verdict, cycles.about) == (Verdict.WARN, "BAT0")


def test_a_wanted_test_that_was_not_made_is_shown_as_such() -> None:
    (found,) = judge(Facts(wanted_tests=("keyboard",)), DEFAULT)
    assert (found.verdict, found.reason) == (Verdict.UNKNOWN, "not_tested")


def test_a_tests_result_and_words_are_kept() -> None:
    test = CheckFacts("camera", Checked.FAIL, "No picture came.", {"seconds": 3})
    (found,) = judge(Facts(tests=(test,), wanted_tests=("camera",)), DEFAULT)
    assert (found.verdict, found.detail) == (Verdict.FAIL, "No picture came.")
    assert found.numbers == {"seconds": 3}


def test_a_lock_fails_and_a_dead_clock_warns() -> None:
    facts = Facts(locks=("admin_password",), clock_seconds=500_000_000)
    lock, clock = judge(facts, DEFAULT)
    assert (lock.verdict, clock.verdict) == (Verdict.FAIL, Verdict.WARN)


def test_the_verdict_of_a_machine_is_its_worst_and_unknown_is_worse_than_a_warning() -> (
    None
):
    def one(verdict: Verdict) -> Finding:
        return Finding(Item.TEST, "", verdict, "tested")

    every = [one(verdict) for verdict in Verdict]
    assert worst(every) is Verdict.FAIL
    assert worst(every[:3]) is Verdict.UNKNOWN
    assert worst(every[:2]) is Verdict.WARN
    assert worst([]) is Verdict.UNKNOWN


def after(name: str, result: Checked, **numbers: float) -> list[tuple[str, Verdict]]:
    """Reasons and verdicts of one test with these numbers."""
    test = CheckFacts(name, result, "It said so.", numbers)
    return [
        (found.reason, found.verdict) for found in judge(Facts(tests=(test,)), DEFAULT)
    ]


def test_a_load_that_passed_is_judged_by_its_numbers_too() -> None:
    cool = {"max_celsius": 78.5, "critical_celsius": 100, "clock_percent": 104}
    assert after("cpu_load", Checked.PASS, **cool) == [("tested", Verdict.PASS)]
    warm = {**cool, "max_celsius": 91}
    assert after("cpu_load", Checked.PASS, **warm) == [
        ("load_headroom_celsius", Verdict.WARN)
    ]
    slow = {**cool, "clock_percent": 69}
    assert after("cpu_load", Checked.PASS, **slow) == [
        ("load_clock_percent", Verdict.FAIL)
    ]


def test_a_limit_never_makes_better_what_the_tester_found() -> None:
    cool = {"max_celsius": 60, "critical_celsius": 100, "throttled": 0}
    assert after("cpu_load", Checked.FAIL, **cool) == [("tested", Verdict.FAIL)]
    assert after("cpu_load", Checked.WARN, throttled=3) == [("tested", Verdict.WARN)]


def test_a_limit_that_judges_worse_than_the_tester_stands_beside_it() -> None:
    assert after("cpu_load", Checked.WARN, throttled=3, clock_percent=60) == [
        ("tested", Verdict.WARN),
        ("load_clock_percent", Verdict.FAIL),
    ]


def test_a_weak_wifi_and_a_clock_of_another_day_warn() -> None:
    assert after("wifi", Checked.PASS, best_dbm=-65) == [("tested", Verdict.PASS)]
    assert after("wifi", Checked.PASS, best_dbm=-66) == [("wifi_dbm", Verdict.WARN)]
    day = 86_400
    assert after("clock", Checked.PASS, offset_seconds=-day) == [
        ("clock_seconds", Verdict.WARN)
    ]


def test_what_was_not_tested_is_not_judged_by_leftover_numbers() -> None:
    told = after("wifi", Checked.NOT_TESTED, best_dbm=-90)
    assert told == [("not_tested", Verdict.UNKNOWN)]


def test_numbers_that_no_limit_knows_change_nothing() -> None:
    assert after("memory", Checked.PASS, percent=10) == [("tested", Verdict.PASS)]
