"""What `smartctl --json` says of a drive’s health, attribute by attribute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from agent import facts
from agent.parse import loose, selftests

DATA_UNIT_BYTES = 512_000  # NVMe counts what was written in thousands of 512 bytes

# Some makers count other things under the usual numbers (Indilinx: 198 is
# Read_Sectors_Tot_Ct), which smartctl's drive database knows by name.
OF_ITS_MAKER = re.compile(r"(?i)sectors_tot|host_|not_in_use|unknown_jmf")


class Attribute(NamedTuple):
    """One row of an ATA drive's table.

    `raw` is the number as reported. Some makers pack several into it: `counted` is
    the first number of the text that smartctl makes of it, the one that counts.
    """

    id: int
    raw: int | None
    counted: int | None
    failed: str = ""  # "now", "past" or ""
    name: str = ""

    @property
    def is_usual(self) -> bool:
        """Whether its number stands for what it stands for elsewhere."""
        return not OF_ITS_MAKER.search(self.name)


def health(said: dict[str, Any], rows: tuple[Attribute, ...]) -> facts.Health:
    """What a JSON object of smartctl's says of a drive's health."""
    nvme = loose.part(said.get("nvme_smart_health_information_log"))
    status = loose.count(loose.part(said.get("smartctl")), "exit_status")
    device = loose.part(said.get("device"))
    worn = loose.count(nvme, "percentage_used")
    spare = loose.part(said.get("spare_available"))
    written = loose.count(nvme, "data_units_written")
    test, at = selftests.last(said)
    return facts.Health(
        tool=_tool(said),
        protocol=loose.word(device, "protocol"),
        device_type=loose.word(device, "type"),
        exit_status=status if status is not None and status < 256 else None,
        passed=loose.yes(loose.part(said.get("smart_status")), "passed"),
        power_on_hours=loose.count(loose.part(said.get("power_on_time")), "hours"),
        power_cycles=loose.count(said, "power_cycle_count"),
        unsafe_shutdowns=loose.count(nvme, "unsafe_shutdowns"),
        temperature_celsius=_celsius(said, nvme),
        grown_defects=loose.count(said, "scsi_grown_defect_list"),
        uncorrected_errors=_uncorrected(said),
        percentage_used=_wear(said) if worn is None else worn,
        available_spare=_or(nvme, "available_spare", spare, "current_percent"),
        available_spare_threshold=_or(
            nvme, "available_spare_threshold", spare, "threshold_percent"
        ),
        critical_warning=critical_warning(nvme),
        media_errors=loose.count(nvme, "media_errors"),
        error_log_entries=_errors_logged(said, nvme),
        written_bytes=bytes_of_units(written),
        self_test=test,
        self_test_hours=at,
        **of_attributes(rows),
    )


def of_attributes(rows: tuple[Attribute, ...]) -> dict[str, Any]:
    """What an ATA drive's table says, under the names of the wire."""
    counted = {row.id: row.counted for row in rows if row.is_usual}
    return {
        "attributes": len(rows) or None,
        "failing_now": _numbers(row.id for row in rows if row.failed == "now"),
        "failed_before": _numbers(row.id for row in rows if row.failed == "past"),
        "reallocated_sectors": counted.get(5),
        "reallocation_events": counted.get(196),
        "pending_sectors": counted.get(197),
        "offline_uncorrectable": counted.get(198),
        "reported_uncorrectable": counted.get(187),
        "spin_retries": counted.get(10),
        "command_timeouts": counted.get(188),
        "crc_errors": counted.get(199),
    }


def _numbers(found: Iterable[int]) -> tuple[int, ...]:
    """As many attribute numbers as the wire carries."""
    return tuple(sorted(set(found)))[:16]


def bytes_of_units(units: int | None) -> int | None:
    """Bytes out of NVMe's units; None where the number cannot be true."""
    size = units * DATA_UNIT_BYTES if units is not None else None
    return size if size is None or size <= loose.LARGEST else None


def critical_warning(nvme: dict[str, Any]) -> int | None:
    """A number, or with `-v` an object that holds it."""
    raw = nvme.get("critical_warning")
    value = loose.whole(raw.get("value") if isinstance(raw, dict) else raw)
    return value if value is not None and value >= 0 else None


def _tool(said: dict[str, Any]) -> str:
    numbers = loose.several(loose.part(said.get("smartctl")), "version")
    return f"smartctl {'.'.join(str(number) for number in numbers[:4])}".strip()


def _celsius(said: dict[str, Any], nvme: dict[str, Any]) -> int | None:
    found = loose.celsius(loose.part(said.get("temperature")).get("current"))
    return loose.celsius(nvme.get("temperature")) if found is None else found


def _or(one: dict[str, Any], key: str, two: dict[str, Any], other: str) -> int | None:
    found = loose.count(one, key)
    return loose.count(two, other) if found is None else found


def attributes(said: dict[str, Any]) -> Iterator[Attribute]:
    """The rows of an ATA drive's table that say a number."""
    table = loose.several(loose.part(said.get("ata_smart_attributes")), "table")
    for row in map(loose.part, table):
        number, raw = loose.count(row, "id"), loose.part(row.get("raw"))
        value, text = loose.count(raw, "value"), loose.first(loose.word(raw, "string"))
        if number is None or number > 255 or (value is None and text is None):
            continue
        yield Attribute(
            id=number,
            raw=text if value is None else value,
            counted=value if text is None else text,
            failed=_failed(loose.word(row, "when_failed")),
            name=loose.word(row, "name"),
        )


def _failed(word: str) -> str:
    known = {"now": "now", "failing_now": "now", "past": "past", "in_the_past": "past"}
    return known.get(word.lower(), "")


def _wear(said: dict[str, Any]) -> int | None:
    """ATA statistics, page 7, or SCSI: how much of its promised life is used up."""
    statistics = loose.part(said.get("ata_device_statistics"))
    for page in map(loose.part, loose.several(statistics, "pages")):
        for row in map(loose.part, loose.several(page, "table")):
            if loose.word(row, "name") == "Percentage Used Endurance Indicator":
                return loose.count(row, "value")
    scsi = loose.count(said, "scsi_percentage_used_endurance_indicator")
    used = loose.count(loose.part(said.get("endurance_used")), "current_percent")
    return used if scsi is None else scsi


def _uncorrected(said: dict[str, Any]) -> int | None:
    """SCSI: what could not be read, written or verified, all together."""
    log = loose.part(said.get("scsi_error_counter_log"))
    counts = [
        loose.count(loose.part(log.get(work)), "total_uncorrected_errors")
        for work in ("read", "write", "verify")
    ]
    known = [each for each in counts if each is not None]
    total = sum(known)
    return total if known and total <= loose.LARGEST else None


def _errors_logged(said: dict[str, Any], nvme: dict[str, Any]) -> int | None:
    log = loose.part(said.get("ata_smart_error_log"))
    kinds = ("extended", "summary")
    counts = [loose.count(loose.part(log.get(kind)), "count") for kind in kinds]
    of_ata = next((each for each in counts if each is not None), None)
    return loose.count(nvme, "num_err_log_entries") if of_ata is None else of_ata
