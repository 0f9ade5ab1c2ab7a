"""Read `smartctl --json`: what a drive says about itself."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from agent import wire
from agent.collect import loose
from agent.run import Ran

# smartctl(8), EXIT STATUS: with one of these bits there is no data behind it.
COMMAND_LINE_WRONG, NOT_OPENED = 1, 2


@dataclasses.dataclass(frozen=True)
class Smart:
    """What smartctl told of one drive; "" and None where it did not."""

    model: str = ""
    serial: str = ""
    firmware: str = ""
    wwn: str = ""
    rotation_rate: int | None = None
    health: wire.Health | None = None


@dataclasses.dataclass(frozen=True)
class NoAnswer:
    """Why smartctl told nothing."""

    why: wire.Why
    detail: str


def argv(path: str) -> tuple[str, ...]:
    return ("smartctl", "--json=c", "-x", path)


def read(ran: Ran) -> Smart | NoAnswer:
    if ran.why:
        return NoAnswer(ran.why, ran.detail)
    try:
        said = loose.part(json.loads(ran.stdout.decode(errors="replace")))
    except (ValueError, RecursionError):
        return NoAnswer(wire.Why.UNREADABLE, f"exit code {ran.exit_code}")
    status = loose.count(loose.part(said.get("smartctl")), "exit_status") or 0
    if status & (COMMAND_LINE_WRONG | NOT_OPENED):
        return _refused(said)
    return Smart(
        model=loose.word(said, "model_name") or loose.word(said, "scsi_model_name"),
        serial=loose.word(said, "serial_number"),
        firmware=loose.word(said, "firmware_version")
        or loose.word(said, "scsi_revision"),
        wwn=_wwn(loose.part(said.get("wwn"))),
        rotation_rate=loose.count(said, "rotation_rate"),
        health=_health(said, status),
    )


def _refused(said: dict[str, Any]) -> NoAnswer:
    messages = loose.several(loose.part(said.get("smartctl")), "messages")
    words = "; ".join(loose.word(loose.part(each), "string") for each in messages)
    is_denied = "permission denied" in words.lower()
    return NoAnswer(wire.Why.PERMISSION if is_denied else wire.Why.TOOL_FAILED, words)


def _health(said: dict[str, Any], status: int) -> wire.Health:
    nvme = loose.part(said.get("nvme_smart_health_information_log"))
    attributes = _attributes(said)
    worn = loose.count(nvme, "percentage_used")
    return wire.Health(
        tool=_tool(said),
        exit_status=status if status < 256 else None,
        passed=loose.yes(loose.part(said.get("smart_status")), "passed"),
        power_on_hours=loose.count(loose.part(said.get("power_on_time")), "hours"),
        power_cycles=loose.count(said, "power_cycle_count"),
        temperature_celsius=_celsius(said),
        reallocated_sectors=attributes.get(5),
        pending_sectors=attributes.get(197),
        offline_uncorrectable=attributes.get(198),
        reported_uncorrectable=attributes.get(187),
        grown_defects=loose.count(said, "scsi_grown_defect_list"),
        percentage_used=_statistic_of_wear(said) if worn is None else worn,
        available_spare=loose.count(nvme, "available_spare"),
        available_spare_threshold=loose.count(nvme, "available_spare_threshold"),
        critical_warning=loose.count(nvme, "critical_warning"),
        media_errors=loose.count(nvme, "media_errors"),
    )


def _tool(said: dict[str, Any]) -> str:
    numbers = loose.several(loose.part(said.get("smartctl")), "version")
    return f"smartctl {'.'.join(str(number) for number in numbers)}".strip()


def _celsius(said: dict[str, Any]) -> int | None:
    found = loose.whole(loose.part(said.get("temperature")).get("current"))
    return found if found is not None and -273 <= found <= 1000 else None


def _attributes(said: dict[str, Any]) -> dict[int, int]:
    """Raw values by number.

    Some makers pack several numbers into one raw value; the text that smartctl
    makes of it begins with the one that counts.
    """
    table = loose.several(loose.part(said.get("ata_smart_attributes")), "table")
    found = {}
    for row in map(loose.part, table):
        raw = loose.part(row.get("raw"))
        value = loose.whole(raw.get("string"))
        value = loose.count(raw, "value") if value is None else value
        number = loose.count(row, "id")
        if number is not None and value is not None and value >= 0:
            found[number] = value
    return found


def _statistic_of_wear(said: dict[str, Any]) -> int | None:
    """ATA device statistics, page 7: how much of its promised life a drive has had."""
    pages = loose.several(loose.part(said.get("ata_device_statistics")), "pages")
    for page in map(loose.part, pages):
        for row in map(loose.part, loose.several(page, "table")):
            if loose.word(row, "name") == "Percentage Used Endurance Indicator":
                return loose.count(row, "value")
    return None


def _wwn(raw: dict[str, Any]) -> str:
    parts = [loose.count(raw, key) for key in ("naa", "oui", "id")]
    naa, oui, own = (part if part is not None else -1 for part in parts)
    if naa < 0 or oui < 0 or own < 0:
        return ""
    return f"0x{naa:x}{oui:06x}{own:09x}"
