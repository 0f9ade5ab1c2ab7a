"""Read nvme-cli: what an NVMe drive is, can do, and how it feels.

JSON where it speaks it; the lines that it prints for people otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from agent import facts
from agent.parse import Unreadable, loose, smarthealth

ZERO_CELSIUS = 273  # nvme-cli counts from the absolute zero

NAMES = ("sn", "mn", "fr")  # a model may be called by a number
IDENTITY = {"sn", "mn", "oacs", "fna", "sanicap"}  # one of them is in every answer

# NVMe 2.0, Identify Controller: optional admin commands, sanitize, format.
FORMAT = 1 << 1
ALL_FORMATTED, ALL_ERASED, CRYPTO_FORMAT = 1 << 0, 1 << 1, 1 << 2
SANITIZE_CRYPTO, SANITIZE_BLOCK, SANITIZE_OVERWRITE = 1 << 0, 1 << 1, 1 << 2


LIST = ("nvme", "list", "--output-format=json")


class Controller(NamedTuple):
    """What `nvme id-ctrl` says."""

    model: str
    serial: str
    firmware: str
    total_bytes: int | None
    abilities: facts.Abilities


class Namespace(NamedTuple):
    """One line of `nvme list`."""

    path: str
    model: str
    serial: str
    firmware: str
    size_bytes: int | None


def id_ctrl_argv(path: str) -> tuple[str, ...]:
    return ("nvme", "id-ctrl", "-o", "json", path)


def smart_log_argv(path: str) -> tuple[str, ...]:
    return ("nvme", "smart-log", "-o", "json", path)


def id_ctrl(output: bytes) -> Controller:
    """Raises Unreadable where it says nothing."""
    said = _said(output)
    if not said.keys() & IDENTITY:
        raise Unreadable("no controller")
    return Controller(
        model=loose.word(said, "mn"),
        serial=loose.word(said, "sn"),
        firmware=loose.word(said, "fr"),
        total_bytes=loose.count(said, "tnvmcap") or None,
        abilities=_abilities(said),
    )


def _abilities(said: dict[str, Any]) -> facts.Abilities:
    commands = loose.count(said, "oacs")
    formats = loose.count(said, "fna")
    sanitizes = loose.count(said, "sanicap")
    can_format = _bit(commands, FORMAT)
    return facts.Abilities(
        format_user_data=can_format,
        format_crypto=_bit(formats, CRYPTO_FORMAT) if can_format else can_format,
        format_all_namespaces=_bit(formats, ALL_FORMATTED | ALL_ERASED),
        sanitize_crypto=_bit(sanitizes, SANITIZE_CRYPTO),
        sanitize_block=_bit(sanitizes, SANITIZE_BLOCK),
        sanitize_overwrite=_bit(sanitizes, SANITIZE_OVERWRITE),
    )


def _bit(number: int | None, mask: int) -> bool | None:
    return None if number is None else bool(number & mask)


def smart_log(output: bytes) -> facts.Health:
    """The health log, whose names and units are not those of smartctl."""
    said = _said(output)
    if not said.keys() & {"critical_warning", "percent_used", "percentage_used"}:
        raise Unreadable("no health log")
    return facts.Health(
        tool="nvme-cli",
        protocol="NVMe",
        device_type="nvme",
        power_on_hours=loose.count(said, "power_on_hours"),
        power_cycles=loose.count(said, "power_cycles"),
        unsafe_shutdowns=loose.count(said, "unsafe_shutdowns"),
        temperature_celsius=_celsius(said.get("temperature")),
        percentage_used=_either(said, "percent_used", "percentage_used"),
        available_spare=_either(said, "avail_spare", "available_spare"),
        available_spare_threshold=_either(
            said, "spare_thresh", "available_spare_threshold"
        ),
        critical_warning=smarthealth.critical_warning(said),
        media_errors=loose.count(said, "media_errors"),
        error_log_entries=loose.count(said, "num_err_log_entries"),
        written_bytes=smarthealth.bytes_of_units(
            loose.count(said, "data_units_written")
        ),
    )


def _said(output: bytes) -> dict[str, Any]:
    """Its JSON; or its lines (`oacs : 0x17`, `Power On Hours : 25,858`) as the same."""
    text = output.decode(errors="replace")
    if text.lstrip().startswith(("{", "[")):
        return loose.json_object(output)
    said: dict[str, Any] = {}
    for key, value in loose.pairs(text):
        name = key.lower().replace(" ", "_")
        said.setdefault(name, value if name in NAMES else _plain(value))
    if not said:
        raise Unreadable("no lines of nvme-cli")
    return said


def _plain(value: str) -> str | int:
    """A number in any of its forms; a name as it stands."""
    if re.fullmatch(r"0x[0-9a-fA-F]{1,15}", value):
        return int(value, 16)
    found = loose.GROUPED.match(value)
    is_count = found and re.fullmatch(r"\s*[%B]?(\s*\(.*\))?", value[found.end() :])
    number = loose.grouped(value) if is_count else None
    return value if number is None else number


def _celsius(raw: Any) -> int | None:
    """Kelvin in JSON; for people `37 C (310 Kelvin)`, `98 °F (310 K)`.

    A controller that does not measure says 0 kelvin.
    """
    if isinstance(raw, str) and re.match(r"\s*-?\d+\s*°?\s*C\b", raw):
        return loose.celsius(raw)
    if isinstance(raw, str):
        told = re.search(r"\b([0-9]{1,4}) ?K|^\s*([0-9]{1,4})\s*$", raw)
        raw = (told[1] or told[2]) if told else None
    kelvin = loose.whole(raw)
    return loose.celsius(kelvin - ZERO_CELSIUS) if kelvin else None


def _either(said: dict[str, Any], one: str, other: str) -> int | None:
    found = loose.count(said, one)
    return loose.count(said, other) if found is None else found


def namespaces(output: bytes) -> list[Namespace]:
    """Every drive of `nvme list`: flat before 2.11, by subsystem since."""
    said = loose.json_object(output)
    devices = [loose.part(each) for each in loose.several(said, "Devices")]
    flat = [_flat(raw) for raw in devices if "DevicePath" in raw]
    return flat or [each for raw in devices for each in _nested(raw)]


def _flat(raw: dict[str, Any]) -> Namespace:
    return Namespace(
        path=loose.word(raw, "DevicePath"),
        model=loose.word(raw, "ModelNumber"),
        serial=loose.word(raw, "SerialNumber"),
        firmware=loose.word(raw, "Firmware"),
        size_bytes=loose.size(raw.get("PhysicalSize")),
    )


def _nested(raw: dict[str, Any]) -> Iterator[Namespace]:
    """Devices › Subsystems › Controllers › Namespaces; a level is missing at times."""
    for subsystem in map(loose.part, loose.several(raw, "Subsystems") or [raw]):
        shared = loose.several(subsystem, "Namespaces")
        for controller in map(loose.part, loose.several(subsystem, "Controllers")):
            own = loose.several(controller, "Namespaces") or shared
            for each in map(loose.part, own):
                yield _namespace(controller, each)


def _namespace(controller: dict[str, Any], raw: dict[str, Any]) -> Namespace:
    name = loose.word(raw, "NameSpace") or loose.word(raw, "Generic")
    return Namespace(
        path=f"/dev/{name}" if name else "",
        model=loose.word(controller, "ModelNumber"),
        serial=loose.word(controller, "SerialNumber"),
        firmware=loose.word(controller, "Firmware"),
        size_bytes=loose.size(raw.get("PhysicalSize")),
    )
