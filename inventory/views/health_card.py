"""A device's health as a person reads it: worst first, what is in order apart."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from inventory.health import Verdict, part, sentence, subject
from inventory.models import Device, DeviceHealth


@dataclasses.dataclass(frozen=True)
class Line:
    verdict: Verdict
    subject: str
    part: str
    sentence: str


@dataclasses.dataclass(frozen=True)
class HealthCard:
    """`untested` names the tests that nobody made: they are no pass, and no fault."""

    verdict: Verdict
    wrong: Sequence[Line]
    untested: Sequence[str]
    in_order: Sequence[Line]
    rules: int
    seen_at: dt.datetime


def card_of(device: Device) -> HealthCard | None:
    """The card of a device from `for_page`; None where nothing was ever reported."""
    health: DeviceHealth | None = getattr(device, "health", None)
    if health is None:
        return None
    facts, found = health.known, health.found
    untested = [finding for finding in found if finding.is_untested]
    lines = [
        Line(one.verdict, subject(one), part(one, facts), sentence(one))
        for one in found
        if not one.is_untested
    ]
    return HealthCard(
        verdict=Verdict(health.verdict),
        wrong=[line for line in lines if line.verdict is not Verdict.PASS],
        untested=[subject(finding) for finding in untested],
        in_order=[line for line in lines if line.verdict is Verdict.PASS],
        rules=health.rules.number,
        seen_at=health.seen_at,
    )
