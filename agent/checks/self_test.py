"""Ask every drive to test itself, all at the same time, and wait for their answers."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from agent import wire
from agent.checks.bench import Bench, Found
from agent.collect.drives import drives
from agent.parse import loose
from agent.run import Ran
from agent.vocabulary import Bus, Result, SelfTest, Why

# What is plugged in does not leave with the machine; eMMC has no such test.
FIXED = (Bus.SATA, Bus.SAS, Bus.NVME, Bus.IDE)
EXPECTED_SECONDS = 120
MOST_SECONDS = 600
LOOK_SECONDS = 5.0
BEGUN = re.compile(
    rb"(has begun|already in progress|self-test in progress)", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True)
class Said:
    """What one drive said of its own test."""

    drive: wire.Drive
    state: SelfTest

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.drive.path, self.drive.model) if part)


def drive_self_test(bench: Bench) -> Found:
    words = bench.words
    found = [each for each in drives(bench.around).what if each.bus in FIXED]
    if not found:
        reason = words("No drive is seen that could test itself.")
        return Found(Result.NOT_TESTED, reason, {"drives": 0})
    begun = {each.path: _begin(each.path, bench) for each in found}
    if all(ran.why is Why.TOOL_MISSING for ran in begun.values()):
        return Found(Result.NOT_TESTED, words("smartctl is not installed."))
    testing = [each for each in found if BEGUN.search(begun[each.path].stdout)]
    said = _wait(testing, bench)
    silent = [Said(each, SelfTest.UNKNOWN) for each in found if each not in testing]
    return judge([*said, *silent], bench)


def _begin(path: str, bench: Bench) -> Ran:
    return bench.around.run(("smartctl", "-t", "short", path), 30)


def _wait(testing: list[wire.Drive], bench: Bench) -> list[Said]:
    """Look every few seconds until each has ended or the most is waited."""
    ended: list[Said] = []
    since = bench.monotonic()
    while testing:
        is_late = bench.monotonic() - since >= MOST_SECONDS
        looked = [Said(drive, _state(drive, bench)) for drive in testing]
        over = [
            each for each in looked if each.state is not SelfTest.RUNNING or is_late
        ]
        ended += over
        testing = [drive for drive in testing if drive not in [o.drive for o in over]]
        if testing:
            bench.sleep(LOOK_SECONDS)
            bench.tick(since, EXPECTED_SECONDS)
    return ended


def _state(drive: wire.Drive, bench: Bench) -> SelfTest:
    argv = ("smartctl", "--json=c", "-c", "-l", "selftest", drive.path)
    ran = bench.around.run(argv, 30)
    try:
        return state(loose.part(json.loads(ran.stdout.decode(errors="replace"))))
    except (ValueError, RecursionError):
        return SelfTest.UNKNOWN


def state(said: dict[str, Any]) -> SelfTest:
    """Where the latest test stands, from smartctl's JSON of any kind of drive."""
    ata = loose.part(loose.part(said.get("ata_smart_data")).get("self_test"))
    scsi = loose.part(said.get("scsi_self_test_0"))
    value = loose.count(loose.part(ata.get("status")), "value")
    if value is not None:
        return _by_number(value >> 4)
    value = loose.count(loose.part(scsi.get("result")), "value")
    if value is not None:
        return _by_number(value)
    return _of_nvme(loose.part(said.get("nvme_self_test_log")))


def _by_number(number: int) -> SelfTest:
    """ATA's and SCSI's own numbers, the same since both were written down."""
    if number == 15:
        return SelfTest.RUNNING
    if number in (1, 2):
        return SelfTest.ABORTED
    return SelfTest.FAILED if number else SelfTest.PASSED


def _of_nvme(log: dict[str, Any]) -> SelfTest:
    """NVMe base specification, device self-test log."""
    running = loose.count(loose.part(log.get("current_self_test_operation")), "value")
    if running:
        return SelfTest.RUNNING
    table = loose.several(log, "table")
    latest = loose.part(table[0]) if table else {}
    number = loose.count(loose.part(latest.get("self_test_result")), "value")
    if number is None:
        return SelfTest.UNKNOWN
    if number in (5, 6, 7):
        return SelfTest.FAILED
    return SelfTest.ABORTED if number else SelfTest.PASSED


def judge(said: list[Said], bench: Bench) -> Found:
    """One failing drive fails the test; the drives are named."""
    words = bench.words
    count = {state: sum(each.state is state for each in said) for state in SelfTest}
    numbers = {
        "drives": len(said),
        "passed": count[SelfTest.PASSED],
        "failed": count[SelfTest.FAILED],
    }
    failed = ", ".join(each.name for each in said if each.state is SelfTest.FAILED)
    if failed:
        reason = words("A drive found a fault in itself: {drives}.", drives=failed)
        return Found(Result.FAIL, reason, numbers, "smartctl")
    open_ones = [each for each in said if each.state is not SelfTest.PASSED]
    if open_ones:
        names = ", ".join(each.name for each in open_ones)
        sentence = "A drive did not finish its test, or has none: {drives}."
        return Found(Result.WARN, words(sentence, drives=names), numbers, "smartctl")
    reason = words(
        "Every drive tested itself without a fault ({count}).", count=len(said)
    )
    return Found(Result.PASS, reason, numbers, "smartctl")
