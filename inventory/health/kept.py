"""Facts and findings as they are kept: plain JSON, read back as they were."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.health.facts import (
    BatteryFacts,
    Checked,
    CheckFacts,
    DriveFacts,
    DriveSort,
    Facts,
    Reading,
)
from inventory.health.verdicts import Finding, Item, Verdict


def of_facts(facts: Facts) -> dict[str, Any]:
    return dataclasses.asdict(facts)


def to_facts(raw: Mapping[str, Any]) -> Facts:
    """Read what `of_facts` wrote."""
    return Facts(
        **{
            **raw,
            "drives": tuple(_drive(drive) for drive in raw["drives"]),
            "batteries": tuple(BatteryFacts(**one) for one in raw["batteries"]),
            "tests": tuple(_test(test) for test in raw["tests"]),
            "locks": tuple(raw["locks"]),
            "wanted_tests": tuple(raw["wanted_tests"]),
        }
    )


def of_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(finding) for finding in findings]


def to_findings(raw: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Read what `of_findings` wrote."""
    return [
        Finding(
            **{**one, "item": Item(one["item"]), "verdict": Verdict(one["verdict"])}
        )
        for one in raw
    ]


def _drive(raw: Mapping[str, Any]) -> DriveFacts:
    return DriveFacts(
        **{
            **raw,
            "sort": DriveSort(raw["sort"]),
            "failing_now": tuple(raw["failing_now"]),
            "failed_before": tuple(raw["failed_before"]),
            "readings": {
                Reading(name): number for name, number in raw["readings"].items()
            },
        }
    )


def _test(raw: Mapping[str, Any]) -> CheckFacts:
    return CheckFacts(**{**raw, "result": Checked(raw["result"])})
