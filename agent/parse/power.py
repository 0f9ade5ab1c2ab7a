"""Read batteries: sysfs `uevent`, `upower`, `acpi -V`.

Only sysfs is asked where it answers: the others round, translate and multiply.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agent import facts
from agent.parse import loose
from agent.placeholders import known

UNITS = {
    "ENERGY": facts.Charge.MICROWATT_HOURS,
    "CHARGE": facts.Charge.MICROAMPERE_HOURS,
}
DECIMAL = re.compile(
    rf"\s*([0-9]{{1,9}})(?:[.,]([0-9]{{1,6}})[0-9]*)?(?!{loose.BETWEEN}?[0-9])"
)


class Supply(NamedTuple):
    """One thing with a charge. `is_system`: it feeds the machine itself."""

    name: str = ""
    kind: str = ""
    is_system: bool | None = None
    is_present: bool | None = None
    make: str = ""
    model: str = ""
    serial: str = ""
    technology: str = ""
    state: str = ""
    unit: facts.Charge = facts.Charge.UNKNOWN
    now: int | None = None
    full: int | None = None
    design: int | None = None
    cycles: int | None = None
    percent: float | None = None
    microvolts: int | None = None

    @property
    def health_percent(self) -> float | None:
        """What is left of the first capacity, unrounded; more than 100 if it says so."""
        if self.full is None or not self.design:
            return None
        return 100 * self.full / self.design


def uevent(text: str) -> Supply:
    """A `uevent` file of /sys/class/power_supply."""
    said = {
        key.removeprefix("POWER_SUPPLY_"): value
        for key, value in loose.pairs(text, "=")
    }
    word = next((word for word in UNITS if _count(said, f"{word}_FULL")), "")
    word = word or next((word for word in UNITS if said.get(f"{word}_FULL")), "")
    word = word or next((word for word in UNITS if said.get(f"{word}_NOW")), "")
    design = _count(said, f"{word}_FULL_DESIGN")
    return Supply(
        name=said.get("NAME", ""),
        kind=said.get("TYPE", "Battery").lower(),
        is_system={"Device": False, "System": True}.get(said.get("SCOPE", "")),
        is_present={"0": False, "1": True}.get(said.get("PRESENT", "")),
        make=said.get("MANUFACTURER", ""),
        model=said.get("MODEL_NAME", ""),
        serial=known(said.get("SERIAL_NUMBER", "")),
        technology=known(said.get("TECHNOLOGY", "")),
        state=known(said.get("STATUS", "")),
        unit=UNITS.get(word, facts.Charge.UNKNOWN),
        now=_count(said, f"{word}_NOW"),
        full=_count(said, f"{word}_FULL"),
        design=design or None,
        cycles=_count(said, "CYCLE_COUNT") or None,
        percent=_count(said, "CAPACITY"),
        microvolts=_count(said, "VOLTAGE_NOW") or None,
    )


def _count(said: dict[str, str], key: str) -> int | None:
    word = said.get(key, "")
    fits = word.isascii() and word.isdigit() and len(word) < 19
    return int(word) if fits else None


def upower(text: str) -> list[Supply]:
    """`upower -i` of one thing or `upower --dump` of all, in any language's decimals."""
    blocks: list[list[str]] = [[]]
    for line in loose.lines(text):
        if line.strip().startswith("native-path:") and blocks[-1]:
            blocks.append([])
        blocks[-1].append(line)
    found = [_upower("\n".join(block)) for block in blocks if _names(block)]
    return [supply for supply in found if supply.kind]


def _names(block: list[str]) -> bool:
    return any(line.strip().startswith("native-path:") for line in block)


def _upower(block: str) -> Supply:
    said: dict[str, str] = {}
    kinds = []
    for line in loose.lines(block):
        key, colon, value = line.strip().partition(":")
        if colon:
            said.setdefault(key, value.strip())
        elif key and said:
            kinds.append(key)  # the one word that stands alone: battery, mouse…
    now, full, design = (
        _micro(said.get(key, ""))
        for key in ("energy", "energy-full", "energy-full-design")
    )
    return Supply(
        name=said.get("native-path", "").rpartition("/")[2],
        kind=_kind(kinds),
        is_system=loose.yes({"is": _yes_or_no(said.get("power supply", ""))}, "is"),
        make=said.get("vendor", ""),
        model=said.get("model", ""),
        serial=known(said.get("serial", "")),
        technology=said.get("technology", ""),
        state=said.get("state", ""),
        unit=facts.Charge.MICROWATT_HOURS if full else facts.Charge.UNKNOWN,
        now=now,
        full=full or None,
        design=design or None,
        cycles=loose.whole(said.get("charge-cycles")) or None,
        percent=decimal(said.get("percentage", "")),
        microvolts=_micro(said.get("voltage", "")) or None,
    )


def _kind(kinds: list[str]) -> str:
    """A battery, a line, or what carries a battery of its own."""
    kind = next((kind.lower() for kind in kinds if "history" not in kind.lower()), "")
    return kind if kind in ("", "battery", "line-power", "ups") else "peripheral"


def _yes_or_no(word: str) -> str:
    known = {"yes": "1", "oui": "1", "no": "0", "non": "0"}
    return known.get(word.partition(" ")[0].lower(), word)


def decimal(text: str) -> float | None:
    """A number with a decimal point or comma."""
    found = DECIMAL.match(text)
    return float(f"{found[1]}.{found[2] or 0}") if found else None


def _micro(text: str) -> int | None:
    found = decimal(text)
    return None if found is None else round(found * 1_000_000)


class Capacity(NamedTuple):
    """What `acpi -V` says of one battery's capacities, in mAh."""

    design_mah: int
    full_mah: int
    percent: int | None


ACPI_STATE = re.compile(
    r"^Battery (\d+): ([A-Za-z][A-Za-z ]*), (\d{1,3})%", re.MULTILINE
)
ACPI_FULL = re.compile(
    r"^Battery (\d+): design capacity (\d{1,9}) mAh, last full capacity (\d{1,9}) mAh"
    r"(?: = (\d{1,4})%)?",
    re.MULTILINE,
)


def acpi_names(text: str) -> list[str]:
    """The batteries that `acpi` lists, those without a capacity included."""
    found = re.findall(r"^Battery (\d+):", text, re.MULTILINE)
    return list(dict.fromkeys(found))


def acpi(text: str) -> dict[str, Capacity]:
    """Capacities by the battery's number."""
    return {
        found[1]: Capacity(
            int(found[2]), int(found[3]), int(found[4]) if found[4] else None
        )
        for found in ACPI_FULL.finditer(text)
    }
