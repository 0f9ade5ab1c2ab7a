"""Read `smartctl`: what a drive says about itself, as JSON or as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from agent import facts
from agent.parse import Unreadable, loose
from agent.run import Ran

# smartctl(8), EXIT STATUS: with one of these bits there is no data behind it.
COMMAND_LINE_WRONG, NOT_OPENED = 1, 2
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


class Smart(NamedTuple):
    """What smartctl told of one drive; "" and None where it did not."""

    model: str = ""
    serial: str = ""
    firmware: str = ""
    wwn: str = ""
    form: str = ""
    size_bytes: int | None = None
    rotation_rate: int | None = None
    attributes: tuple[Attribute, ...] = ()
    messages: tuple[str, ...] = ()
    abilities: facts.Abilities | None = None
    health: facts.Health | None = None

    @property
    def says_anything(self) -> bool:
        """Whether there is any evidence of health, and not a name alone."""
        health = self.health
        if health is None:
            return False
        numbers = (health.passed, health.grown_defects, health.critical_warning)
        return bool(self.attributes) or any(each is not None for each in numbers)


class NoAnswer(NamedTuple):
    """Why smartctl told nothing."""

    why: facts.Why
    detail: str


def argv(path: str) -> tuple[str, ...]:
    """What the rules need: `-x` reads logs for half as long again, and none of it."""
    return ("smartctl", "--json=c", "-a", "-l", "ssd", "-l", "selftest", path)


def read(ran: Ran) -> Smart | NoAnswer:
    """What came of `argv`."""
    if ran.why:
        return NoAnswer(ran.why, ran.detail)
    try:
        said = loose.json_object(ran.stdout)
    except Unreadable:
        return NoAnswer(facts.Why.UNREADABLE, f"exit code {ran.exit_code}")
    status = loose.count(loose.part(said.get("smartctl")), "exit_status") or 0
    if status & (COMMAND_LINE_WRONG | NOT_OPENED):
        words = "; ".join(messages(said))
        is_denied = "permission denied" in words.lower()
        why = facts.Why.PERMISSION if is_denied else facts.Why.TOOL_FAILED
        return NoAnswer(why, words)
    return parse(said)


def parse(said: dict[str, Any]) -> Smart:
    """What a JSON object of smartctl's says, of any version since 6.7."""
    nvme = loose.part(said.get("nvme_smart_health_information_log"))
    rows = tuple(_attributes(said))
    return Smart(
        model=_first(said, "model_name", "scsi_model_name", "scsi_product"),
        serial=loose.word(said, "serial_number"),
        firmware=_first(said, "firmware_version", "scsi_revision", "revision"),
        wwn=_wwn(said),
        form=loose.word(loose.part(said.get("form_factor")), "name"),
        size_bytes=_size(said),
        rotation_rate=loose.count(said, "rotation_rate"),
        attributes=rows,
        messages=tuple(messages(said)),
        abilities=_abilities(said),
        health=_health(said, nvme, rows),
    )


def messages(said: dict[str, Any]) -> list[str]:
    """What smartctl had to say about its own work."""
    raws = loose.several(loose.part(said.get("smartctl")), "messages")
    return [loose.word(loose.part(each), "string") for each in raws]


def _first(said: dict[str, Any], *keys: str) -> str:
    return next((word for key in keys if (word := loose.word(said, key))), "")


def _size(said: dict[str, Any]) -> int | None:
    capacity = said.get("user_capacity")
    own = loose.count(loose.part(capacity), "bytes") or loose.whole(capacity)
    return own or loose.count(said, "nvme_total_capacity") or None


def _health(
    said: dict[str, Any], nvme: dict[str, Any], rows: tuple[Attribute, ...]
) -> facts.Health:
    status = loose.count(loose.part(said.get("smartctl")), "exit_status")
    device = loose.part(said.get("device"))
    worn = loose.count(nvme, "percentage_used")
    spare = loose.part(said.get("spare_available"))
    written = loose.count(nvme, "data_units_written")
    test, at = self_test(said)
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


def _attributes(said: dict[str, Any]) -> Iterable[Attribute]:
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


def self_test(said: dict[str, Any]) -> tuple[facts.SelfTest, int | None]:
    """How the last self-test ended, and at how many power-on hours."""
    running = _running(said)
    log = loose.part(said.get("ata_smart_self_test_log"))
    kept = [loose.part(log.get(kind)) for kind in ("extended", "standard")]
    nvme = loose.part(said.get("nvme_self_test_log"))
    tables = [
        *(loose.several(each, "table") for each in kept),
        loose.several(nvme, "table"),
        [
            said[f"scsi_self_test_{n}"]
            for n in range(20)
            if f"scsi_self_test_{n}" in said
        ],
    ]
    rows = next((table for table in tables if table), [])
    last = loose.part(rows[0]) if rows else {}
    hours = loose.count(last, "lifetime_hours")
    hours = loose.count(last, "power_on_hours") if hours is None else hours
    of_scsi = loose.part(last.get("power_on_time"))
    hours = loose.count(of_scsi, "hours") if hours is None else hours
    if running:
        return facts.SelfTest.RUNNING, hours
    if last:
        return _ended(last), hours
    is_empty = any(loose.whole(each.get("count")) == 0 for each in kept) or bool(nvme)
    return (facts.SelfTest.NEVER if is_empty else facts.SelfTest.UNKNOWN), None


def _running(said: dict[str, Any]) -> bool:
    data = loose.part(loose.part(said.get("ata_smart_data")).get("self_test"))
    status = loose.count(loose.part(data.get("status")), "value")
    nvme = loose.part(said.get("nvme_self_test_log"))
    now = loose.count(loose.part(nvme.get("current_self_test_operation")), "value")
    return bool(now) or (status is not None and 0xF0 <= status <= 0xFF)


def _ended(row: dict[str, Any]) -> facts.SelfTest:
    """ATA says whether it passed; every kind says a number and a sentence."""
    for key in ("status", "self_test_result", "result"):
        state = loose.part(row.get(key))
        if state:
            return of_sentence(loose.word(state, "string"), loose.yes(state, "passed"))
    return facts.SelfTest.UNKNOWN


def of_sentence(sentence: str, passed: bool | None = None) -> facts.SelfTest:
    """How a self-test ended, by smartctl's own sentence."""
    said = sentence.lower()
    if "abort" in said or "interrupt" in said:
        return facts.SelfTest.ABORTED
    if "progress" in said:
        return facts.SelfTest.RUNNING
    # a SCSI drive says no more than that it completed
    if "without error" in said or said == "completed" or (passed and not said):
        return facts.SelfTest.PASSED
    if "fail" in said or "fatal" in said or passed is False:
        return facts.SelfTest.FAILED
    return facts.SelfTest.PASSED if passed else facts.SelfTest.UNKNOWN


def _abilities(said: dict[str, Any]) -> facts.Abilities | None:
    """ATA security; smartctl gives its state, hdparm the times too."""
    security = loose.part(said.get("ata_security"))
    if not security:
        return None
    text = loose.word(security, "string").lower()
    is_off = "unavailable" in text or "not supported" in text
    return facts.Abilities(
        security=not is_off,
        security_enabled=loose.yes(security, "enabled"),
        security_frozen=loose.yes(security, "frozen"),
        security_locked=locked(text),
    )


def locked(sentence: str) -> bool | None:
    """`ENABLED, PW level HIGH, **LOCKED** [SEC4]`, `… not locked, not frozen [SEC5]`."""
    said = sentence.lower()
    if "not locked" in said or said.startswith("disabled"):
        return False
    return True if "**locked**" in said else None


def frozen(sentence: str) -> bool | None:
    """`Disabled, NOT FROZEN [SEC1]`, `Disabled, frozen [SEC2]`."""
    said = sentence.lower()
    if "not frozen" in said:
        return False
    return True if "frozen" in said else None


def _wwn(said: dict[str, Any]) -> str:
    """In three parts for ATA, in one word for SCSI."""
    raw = loose.part(said.get("wwn"))
    parts = [loose.count(raw, key) for key in ("naa", "oui", "id")]
    naa, oui, own = (part if part is not None else -1 for part in parts)
    if naa < 0 or oui < 0 or own < 0:
        word = loose.word(said, "logical_unit_id").lower()
        return word if re.fullmatch(r"0x[0-9a-f]{16,32}", word) else ""
    return f"0x{naa:x}{oui:06x}{own:09x}"
