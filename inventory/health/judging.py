"""From facts and rules to findings. Pure: the same in, the same out."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.health.facts import (
    BatteryFacts,
    Checked,
    CheckFacts,
    DriveFacts,
    Facts,
    Reading,
)
from inventory.health.measured import measured
from inventory.health.rules import Limit, Rules
from inventory.health.verdicts import Finding, Item, Verdict

# NVMe: bit 1 of the critical warning is its temperature, the others are damage.
_TOO_WARM = 0b10
_SELF_TESTS = {
    "passed": Verdict.PASS,
    "failed": Verdict.FAIL,
    "aborted": Verdict.WARN,
    "running": Verdict.UNKNOWN,
}
_TESTED = {
    Checked.PASS: Verdict.PASS,
    Checked.WARN: Verdict.WARN,
    Checked.FAIL: Verdict.FAIL,
    Checked.UNKNOWN: Verdict.UNKNOWN,
}
_OF_HEAT = frozenset({Reading.TEMPERATURE_CELSIUS})


def judge(facts: Facts, rules: Rules) -> tuple[Finding, ...]:
    """Everything that can be said of a machine, drives first."""
    return tuple(_all(facts, rules))


def _all(facts: Facts, rules: Rules) -> Iterator[Finding]:
    if not facts.drives_seen:
        yield Finding(Item.DRIVES, "", Verdict.UNKNOWN, "drives_out_of_sight")
    for drive in facts.drives:
        yield from _drive(drive, rules)
    yield from _battery(facts, rules)
    if facts.locks:
        for lock in facts.locks:
            yield Finding(Item.LOCKS, lock, Verdict.FAIL, "locked")
    if facts.clock_seconds is not None:
        limit = rules.limit(Reading.CLOCK_SECONDS)
        yield _limited(
            Item.CLOCK, "", limit, Reading.CLOCK_SECONDS, facts.clock_seconds
        )
    yield from _tests(facts, rules)


def _drive(drive: DriveFacts, rules: Rules) -> Iterator[Finding]:
    """What is wrong with a drive, or that nothing is; then its heat and self-test."""
    wrong = [*_said_of_itself(drive), *_beyond_limits(drive, rules)]
    if not drive.speaks:
        wrong.append(Finding(Item.DRIVE, drive.key, Verdict.UNKNOWN, "no_readings"))
    elif drive.passed is None:
        wrong.append(Finding(Item.DRIVE, drive.key, Verdict.UNKNOWN, "no_status"))
    yield from wrong or [Finding(Item.DRIVE, drive.key, Verdict.PASS, "drive_in_order")]
    heat = drive.readings.get(Reading.TEMPERATURE_CELSIUS)
    if heat is not None:
        limit = rules.limit(Reading.TEMPERATURE_CELSIUS, drive.sort)
        yield _limited(
            Item.DRIVE_TEMPERATURE,
            drive.key,
            limit,
            Reading.TEMPERATURE_CELSIUS,
            heat,
        )
    if drive.self_test in _SELF_TESTS:
        verdict = _SELF_TESTS[drive.self_test]
        reason = f"self_test_{drive.self_test}"
        yield Finding(Item.DRIVE_SELF_TEST, drive.key, verdict, reason)


def _said_of_itself(drive: DriveFacts) -> Iterator[Finding]:
    """What the drive itself calls a failure, whatever our thresholds are."""

    def found(verdict: Verdict, reason: str, **numbers: int) -> Finding:
        return Finding(Item.DRIVE, drive.key, verdict, reason, numbers)

    if drive.passed is False:
        yield found(Verdict.FAIL, "overall_failed")
    for attribute in drive.failing_now:
        yield found(Verdict.FAIL, "attribute_failing", attribute=attribute)
    for attribute in drive.failed_before:
        yield found(Verdict.WARN, "attribute_failed_before", attribute=attribute)
    if warning := drive.critical_warning:
        verdict = Verdict.WARN if warning == _TOO_WARM else Verdict.FAIL
        yield found(verdict, "critical_warning", value=warning)
    spare, least = drive.available_spare, drive.available_spare_threshold
    if spare is not None and least is not None and spare < least:
        yield found(Verdict.FAIL, "spare_used_up", value=spare, limit=least)


def _beyond_limits(drive: DriveFacts, rules: Rules) -> Iterator[Finding]:
    for limit in rules.of(drive.sort):
        number = drive.readings.get(limit.reading)
        if number is None or limit.reading in _OF_HEAT:
            continue
        finding = _limited(Item.DRIVE, drive.key, limit, limit.reading, number)
        if finding.verdict is not Verdict.PASS:
            yield finding


def _limited(
    item: Item, about: str, limit: Limit | None, reading: Reading, number: int
) -> Finding:
    """A number against its limit; the reason is the reading's own name."""
    numbers = {"value": number}
    verdict = Verdict.PASS
    if limit is not None and limit.fails(number):
        verdict, numbers["limit"] = Verdict.FAIL, limit.fail or 0
    elif limit is not None and limit.warns(number):
        verdict, numbers["limit"] = Verdict.WARN, limit.warn or 0
    return Finding(item, about, verdict, reading.value, numbers)


def _battery(facts: Facts, rules: Rules) -> Iterator[Finding]:
    """Two batteries are one supply: what is left of both against what they were."""
    if not facts.batteries:
        if facts.has_battery:
            yield Finding(Item.BATTERY, "", Verdict.UNKNOWN, "battery_out_of_sight")
        return
    full, design = _capacity(facts.batteries)
    if full is None or design is None:
        yield Finding(Item.BATTERY, "", Verdict.UNKNOWN, "battery_capacity_unknown")
    else:
        left = min(100, 100 * full // design)
        limit = rules.limit(Reading.BATTERY_PERCENT)
        yield _limited(Item.BATTERY, "", limit, Reading.BATTERY_PERCENT, left)
    limit = rules.limit(Reading.BATTERY_CYCLES)
    for battery in facts.batteries:
        if limit is not None and battery.cycles and limit.warns(battery.cycles):
            yield _limited(
                Item.BATTERY,
                battery.key,
                limit,
                Reading.BATTERY_CYCLES,
                battery.cycles,
            )


def _capacity(batteries: tuple[BatteryFacts, ...]) -> tuple[int | None, int | None]:
    """The sums of full and design; None where one battery does not say."""
    full = [battery.full for battery in batteries if battery.full is not None]
    design = [battery.design for battery in batteries if battery.design]
    if len(full) < len(batteries) or len(design) < len(batteries):
        return None, None
    return sum(full), sum(design)


def _tests(facts: Facts, rules: Rules) -> Iterator[Finding]:
    """Each test's result; one that is wanted and was not made is said, not hidden."""
    made = {test.name: test for test in facts.tests}
    for name in dict.fromkeys((*facts.wanted_tests, *made)):
        test = made.get(name)
        if test is None or test.result is Checked.NOT_TESTED:
            reason = test.reason if test else ""
            yield Finding(Item.TEST, name, Verdict.UNKNOWN, "not_tested", detail=reason)
        else:
            yield from _tested(test, rules)


def _tested(test: CheckFacts, rules: Rules) -> Iterator[Finding]:
    """The tester's own result, and the numbers that a limit judges worse.

    Limits only add to it: nothing is ever better than the tester said.
    """
    verdict = _TESTED[test.result]
    limited = [
        _of_test(test, reading, number, rules)
        for reading, number in measured(test).items()
    ]
    beyond = [one for one in limited if one.verdict.rank > verdict.rank]
    if verdict is not Verdict.PASS or not beyond:
        numbers = dict(test.numbers)
        yield Finding(Item.TEST, test.name, verdict, "tested", numbers, test.reason)
    yield from beyond


def _of_test(test: CheckFacts, reading: Reading, number: int, rules: Rules) -> Finding:
    return _limited(Item.TEST, test.name, rules.limit(reading), reading, number)
