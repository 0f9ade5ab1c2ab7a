"""Read what `smartctl -x` prints for people: before 7.0 there is nothing else."""

from __future__ import annotations

import re

from agent import facts
from agent.parse import Unreadable, loose, selftests, smartctl, smarthealth

# Brief (`-f brief`, and `-x`) and long (`-A`) rows of the table of attributes.
BRIEF = re.compile(
    r"\s*(\d{1,3})\s+(\S+)\s+([POSRCK-]{6})\s+(\d+|-+)\s+(\d+|-+)\s+(\d+|-+)\s+(\S+)\s+(.+)"
)
LONG = re.compile(
    r"\s*(\d{1,3})\s+(\S+)\s+0x[0-9a-fA-F]+\s+(\d+|-+)\s+(\d+|-+)\s+(\d+|-+)\s+"
    r"(?:Pre-fail|Old_age)\s+(?:Always|Offline)\s+(\S+)\s+(.+)"
)
MODELS = ("Device Model", "Model Number", "Product")
SERIALS = ("Serial Number", "Serial number")
FIRMWARES = ("Firmware Version", "Revision")
SIZES = ("User Capacity", "Total NVM Capacity", "Namespace 1 Size/Capacity")
VERDICTS = (
    "SMART overall-health self-assessment test result",
    "SMART Health Status",
)
WEAR = re.compile(r"^0x07\s+0x008\s+\d\s+(\d+)\s", re.MULTILINE)
SELF_TEST = re.compile(r"^# ?1\s+(.+?)\s{2,}(.+?)(?:\s{2,}|\s+\d+%)(.*)$", re.MULTILINE)
# A server disk has the segment that failed before the hours, NVMe no remaining part.
SCSI_TESTS = re.compile(r"^Num\s+Test\s+Status\s+segment\s", re.MULTILINE)
NVME_TEST = re.compile(
    r"^Num\s+Test_Description\s+Status\s+Power_on_Hours.*\n"
    r" *0[ \t]+\S.*?[ \t]{2,}(\S.*?)[ \t]{2,}(.*)$",
    re.MULTILINE,
)
NO_SELF_TEST = re.compile(r"(?i)no self-tests (have been )?logged")
SECURITY = "ATA Security is"


def parse(text: str) -> smartctl.Smart:
    """Raises Unreadable where smartctl reached no drive."""
    said: dict[str, str] = {}
    for key, value in loose.pairs(text):
        said.setdefault(key, value)
    rows = tuple(_attributes(text))
    model = _first(said, MODELS) or _old_scsi(said)
    if not model and not rows and _verdict(said) is None:
        raise Unreadable("no drive")
    vendor = said.get("Vendor", "")
    is_nvme = "Total NVM Capacity" in said or "NVMe Version" in said
    is_nvme = is_nvme or "SMART/Health Information (NVMe" in text
    is_scsi = "SMART Health Status" in said or ("Product" in said and bool(vendor))
    protocol = "NVMe" if is_nvme else "SCSI" if is_scsi else "ATA"
    return smartctl.Smart(
        model=f"{vendor} {model}".strip() if is_scsi else model,
        serial=_first(said, SERIALS),
        firmware=_first(said, FIRMWARES),
        wwn=_wwn(said.get("LU WWN Device Id", "")),
        form=said.get("Form Factor", ""),
        size_bytes=_size(said),
        rotation_rate=_rotation(said.get("Rotation Rate", "")),
        attributes=rows,
        abilities=_abilities(said.get(SECURITY, "")),
        health=_health(text, said, protocol, rows),
    )


def _old_scsi(said: dict[str, str]) -> str:
    """smartctl 5: `Device: MAKER  MODEL  Version: 0104`, blanks and all."""
    return " ".join(said.get("Device", "").partition("Version")[0].split())


def _health(
    text: str,
    said: dict[str, str],
    protocol: str,
    rows: tuple[smarthealth.Attribute, ...],
) -> facts.Health:
    worn = WEAR.search(text)
    used = _number(said, "Percentage Used")
    if used is None:
        used = _number(said, "Percentage used endurance indicator")
    units = _number(said, "Data Units Written")
    test, hours = _self_test(text)
    return facts.Health(
        tool=_tool(text),
        protocol=protocol,
        passed=_verdict(said),
        power_on_hours=_hours(said, rows),
        power_cycles=_power_cycles(said, rows),
        unsafe_shutdowns=_number(said, "Unsafe Shutdowns"),
        temperature_celsius=_celsius(said, rows),
        grown_defects=_number(said, "Elements in grown defect list"),
        percentage_used=loose.whole(worn[1]) if worn else used,
        available_spare=_number(said, "Available Spare"),
        available_spare_threshold=_number(said, "Available Spare Threshold"),
        critical_warning=_hexadecimal(said.get("Critical Warning", "")),
        media_errors=_number(said, "Media and Data Integrity Errors"),
        error_log_entries=_number(said, "Error Information Log Entries"),
        written_bytes=smarthealth.bytes_of_units(units),
        self_test=test,
        self_test_hours=hours,
        **smarthealth.of_attributes(rows),
    )


def _first(said: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((said[key] for key in keys if said.get(key)), "")


def _number(said: dict[str, str], key: str) -> int | None:
    return loose.grouped(said.get(key, ""))


def _size(said: dict[str, str]) -> int | None:
    return next((size for key in SIZES if (size := _number(said, key))), None)


def _hexadecimal(word: str) -> int | None:
    found = re.match(r"0x([0-9a-fA-F]{1,4})\b", word)
    return int(found[1], 16) if found else None


def _rotation(word: str) -> int | None:
    return 0 if "solid state" in word.lower() else loose.grouped(word)


def _verdict(said: dict[str, str]) -> bool | None:
    word = _first(said, VERDICTS).upper()
    if word.startswith(("PASSED", "OK")):
        return True
    return False if word else None


def _attributes(text: str) -> list[smarthealth.Attribute]:
    found = []
    for line in loose.lines(text):
        row = BRIEF.fullmatch(line) or LONG.fullmatch(line)
        if not row or int(row[1]) > 255:
            continue
        raw = loose.first(row.groups()[-1])
        failed = row.groups()[-2].lower()
        if raw is not None and raw >= 0:
            known = {"now": "now", "failing_now": "now", "past": "past"}
            state = known.get(failed, "past" if failed == "in_the_past" else "")
            found.append(smarthealth.Attribute(int(row[1]), raw, raw, state, row[2]))
    return found


def _of(rows: tuple[smarthealth.Attribute, ...], number: int) -> int | None:
    usual = (row.counted for row in rows if row.id == number and row.is_usual)
    return next(usual, None)


def _hours(said: dict[str, str], rows: tuple[smarthealth.Attribute, ...]) -> int | None:
    own = _number(said, "Power On Hours")
    words = said.get("Accumulated power on time, hours", "")
    scsi = re.match(r"minutes (\d{1,9}):", words)
    if own is not None or scsi is None:
        return _of(rows, 9) if own is None else own
    return int(scsi[1])


def _power_cycles(
    said: dict[str, str], rows: tuple[smarthealth.Attribute, ...]
) -> int | None:
    own = _number(said, "Power Cycles")
    return _of(rows, 12) if own is None else own


def _celsius(
    said: dict[str, str], rows: tuple[smarthealth.Attribute, ...]
) -> int | None:
    words = (said.get("Temperature", ""), said.get("Current Drive Temperature", ""))
    own = next((loose.whole(word) for word in words if word), None)
    raws = (_of(rows, 194), _of(rows, 190))
    of_table = next((raw for raw in raws if raw is not None), None)
    return loose.celsius(of_table if own is None else own)


def _tool(text: str) -> str:
    found = re.search(r"^(smartctl \d[\w.]*)", text, re.MULTILINE)
    return found[1] if found else ""


def _self_test(text: str) -> tuple[facts.SelfTest, int | None]:
    if NO_SELF_TEST.search(text):
        return facts.SelfTest.NEVER, None
    if of_nvme := NVME_TEST.search(text):
        return selftests.of_sentence(of_nvme[1]), loose.first(of_nvme[2])
    row = SELF_TEST.search(text)
    if not row:
        return facts.SelfTest.UNKNOWN, None
    before = r"^\s*(-|\d+)\s" if SCSI_TESTS.search(text) else r"^\s*\d+%"
    return selftests.of_sentence(row[2]), loose.first(re.sub(before, "", row[3]))


def _abilities(word: str) -> facts.Abilities | None:
    """`Disabled, NOT FROZEN [SEC1]`, `ENABLED, PW level HIGH, **LOCKED** [SEC4]`."""
    if not word:
        return None
    if "unavailable" in word.lower():
        return facts.Abilities(security=False)
    return facts.Abilities(
        security=True,
        security_enabled=word.upper().startswith("ENABLED"),
        security_locked=smartctl.locked(word),
        security_frozen=smartctl.frozen(word),
    )


def _wwn(word: str) -> str:
    """`5 002538 d8876c8cb`."""
    plain = word.replace(" ", "").lower()
    return f"0x{plain}" if re.fullmatch(r"[0-9a-f]{16}", plain) else ""
