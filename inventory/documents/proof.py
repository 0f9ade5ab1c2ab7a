"""What a certificate of erasure or a failure report holds, taken from what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory.documents.circumstances import (
    chain_of,
    condition_of,
    destination_of,
    health_of,
    is_by_own_clock,
    roles_of,
)
from inventory.documents.days import day_of
from inventory.documents.issuing import Issue, head_of, machine_of
from inventory.methods import Medium, Technique, UnfitTechnique, class_of
from inventory.models import Bus, Erasure

# What `Erasure.details` tells of how it was done; the drive’s identity stands apart.
EXECUTED = (
    *("attempts", "passes", "pattern", "verification", "hidden", "counters"),
    *("tools", "kernel", "image", "agent", "health", "reason", "written"),
    "run",
)
STANDARDS = "NIST SP 800-88 Rev. 2 · IEEE 2883-2022"


def erasure_content(erasure: Erasure, issue: Issue) -> dict[str, Any]:
    """Frozen facts of one attempt: nothing that anybody chose for the document.

    The lot, donation, donor and people are read; fetch them with the erasure.
    """
    site, health = erasure.device.lot.donation.site, health_of(erasure)
    approved_at = erasure.approved_at
    return {
        **head_of(issue, erasure.device.lot),
        "machine": machine_of(erasure.device),
        "drive": {
            **drive_of(erasure),
            "condition": condition_of(erasure, health).value,
        },
        "destination": destination_of(erasure.drive),
        "health": health,
        "cycle": erasure.cycle,
        "erasure": {
            "uuid": str(erasure.uuid),
            "source": erasure.source,
            "result": erasure.result,
            "technique": erasure.technique,
            "class": honest_class(erasure),
            "verification": erasure.verification,
            "tool": erasure.tool,
            "tool_version": erasure.tool_version,
            "bytes_erased": erasure.bytes_erased,
            "exceptions": list(erasure.exceptions),
            "standards": standards_of(erasure),
            "erased_on": erasure.erased_on.isoformat(),
            "day": day_of(erasure),
            "recorded_at": erasure.recorded_at.isoformat(timespec="seconds"),
            "own_clock": is_by_own_clock(erasure),
            **_times(erasure),
        },
        "executed": {
            name: _exact(erasure.details[name])
            for name in EXECUTED
            if name in erasure.details
        },
        "people": {
            "performed": erasure.operator.name if erasure.operator else "",
            "performed_roles": roles_of(erasure.operator, site),
            "approved": erasure.approved_by.name if erasure.approved_by else "",
            "approved_roles": roles_of(erasure.approved_by, site),
            "approved_at": approved_at.isoformat(timespec="seconds")
            if approved_at
            else "",
        },
        "evidence_sha256": erasure.evidence_sha256,
        "journal": chain_of(erasure.drive),
    }


def drive_of(erasure: Erasure) -> dict[str, Any]:
    """The drive as it was seen when it was erased; else as the workshop knows it."""
    drive = erasure.drive
    known: dict[str, Any] = {
        "make": drive.make,
        "model": drive.model,
        "serial": drive.serial,
        "medium": drive.medium,
        "bus": drive.bus,
        "size_bytes": erasure.size_bytes,
        "tag": drive.tag or "",
    }
    seen = _exact(erasure.details.get("drive", {}))
    # A machine has coarser words for what a drive is; ours decide what it is worth.
    ours = {"medium"} if seen.get("bus") in Bus.values else {"medium", "bus"}
    return known | {k: v for k, v in seen.items() if v and k not in ours}


def honest_class(erasure: Erasure) -> str:
    """The class that may be written: never above what the table gives."""
    if not erasure.erasure_class or not erasure.technique:
        return ""
    try:
        given = class_of(Medium(erasure.drive.medium), Technique(erasure.technique))
    except UnfitTechnique:
        return ""
    return min(erasure.erasure_class, given.value, key=_rank)


def standards_of(erasure: Erasure) -> str:
    """What the class is taken from; a failure has none, nor what only its maker knows."""
    unread = erasure.technique == Technique.FACTORY_RESET
    return STANDARDS if honest_class(erasure) and not unread else ""


def _rank(code: str) -> int:
    return ("clear", "purge", "destroy").index(code)


def _times(erasure: Erasure) -> dict[str, Any]:
    """When it was, by the clock of whoever says it; left out where nobody did."""
    if erasure.started_at is None or erasure.ended_at is None:
        return {}
    seconds = (erasure.ended_at - erasure.started_at).total_seconds()
    return {
        "started_at": erasure.started_at.isoformat(timespec="seconds"),
        "ended_at": erasure.ended_at.isoformat(timespec="seconds"),
        "seconds": max(0, round(seconds)),
    }


def _exact(value: Any) -> Any:
    """JSON without floats: their text is not the same everywhere."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _exact(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(part) for part in value]
    return value
