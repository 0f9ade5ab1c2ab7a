"""Read `hdparm -I` and `hdparm -N`: what an ATA drive says of its locks and its end."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent import facts
from agent.parse import loose

SECTOR_BYTES = 512
FIELD = re.compile(r"^\s+(Model Number|Serial Number|Firmware Revision):\s*(.*)$")
# Its tabs become blanks where a screen was copied.
STATE = re.compile(r"^\s+(not\s+)?(supported|enabled|locked|frozen|expired)\b")
ENHANCED_ERASE = re.compile(r"^\s+(not\s+)?supported: enhanced erase")
ERASE = re.compile(r"(\d{1,6})\s?min for SECURITY ERASE UNIT")
ENHANCED = re.compile(r"(\d{1,6})\s?min for ENHANCED SECURITY ERASE UNIT")
# hdparm puts behind it what it would rather believe: `1465149168/14715056(1465149168?)`.
NATIVE = re.compile(r"max sectors\s*=\s*(\d{1,18})/(\d{1,18})(?!\d)(\(\d+\?\))?")
VISIBLE = re.compile(r"LBA(48)?\s+user addressable sectors:\s*(\d{1,18})\b")
LOGICAL = re.compile(r"^\s+Logical\s+Sector size:\s+(\d{1,6}) bytes", re.MULTILINE)
NAME = re.compile(r"[ -~]+")
# No maker writes a serial number of words, or one without any digit.
SERIAL = re.compile(r"(?=.*[0-9])[!-~]+")
# Before ATA-5 there was no checksum: nothing stands in its place.
NO_CHECKSUM = "Integrity word not set (found 0x0000"


class Ata(NamedTuple):
    """What hdparm told of one drive; None where it did not."""

    model: str = ""
    serial: str = ""
    firmware: str = ""
    has_checksum: bool | None = None
    abilities: facts.Abilities | None = None
    native_bytes: int | None = None
    visible_bytes: int | None = None

    @property
    def is_plausible(self) -> bool:
        """Whether this may be a drive's own identity.

        Some RAID controllers answer with the bytes of another sector, and with a
        Security section made of it.
        """
        if self.has_checksum is False or not self.model or not self.serial:
            return False
        is_named = NAME.fullmatch(self.model) and NAME.fullmatch(self.firmware or "-")
        return bool(is_named and SERIAL.fullmatch(self.serial))

    @property
    def may_be_erased(self) -> bool:
        """Whether the drive itself would take a security erase now."""
        can = self.abilities
        if can is None or not self.is_plausible or not can.security:
            return False
        stands = (can.security_frozen, can.security_locked, can.security_expired)
        return not any(state is not False for state in stands[:2]) and not stands[2]

    def is_drive(self, model: str, serial: str) -> bool:
        """Whether this is about the drive that others call so."""
        own, other = _plain(self.serial), _plain(serial)
        if own and other:
            return own == other
        return bool(self.model) and _plain(model).startswith(_plain(self.model)[:16])


def argv(path: str) -> tuple[str, ...]:
    return ("hdparm", "-I", "-N", path)


def _plain(word: str) -> str:
    return re.sub(r"\s", "", word).lower()


def parse(text: str) -> Ata:
    """What is there; an empty one where nothing is."""
    said: dict[str, str] = {}
    for line in loose.lines(text):
        field = FIELD.match(line)
        if field:
            said.setdefault(field[1], field[2].strip())
    return Ata(
        model=said.get("Model Number", ""),
        serial=said.get("Serial Number", ""),
        firmware=said.get("Firmware Revision", ""),
        has_checksum=_checksum(text),
        abilities=_abilities(text),
        native_bytes=_native(text),
        visible_bytes=_visible(text),
    )


def _checksum(text: str) -> bool | None:
    """Old drives have no checksum at all; a wrong one is said in several ways."""
    if "Checksum: correct" in text:
        return True
    is_wrong = "Integrity word not set" in text or "Checksum: incorrect" in text
    return False if is_wrong and NO_CHECKSUM not in text else None


def _abilities(text: str) -> facts.Abilities | None:
    """The Security section, whose tabs say yes or no; and the sanitize commands."""
    _, found, section = text.partition("Security:")
    states: dict[str, bool] = {}
    for line in loose.lines(section)[1:] if found else []:
        state, enhanced = STATE.match(line), ENHANCED_ERASE.match(line)
        if enhanced:
            states["enhanced"] = enhanced[1] is None
        elif state:
            states.setdefault(state[2], state[1] is None)
        if line and not line.startswith(("\t", " ")):
            break
    if not found and "SANITIZE" not in text:
        return None
    return facts.Abilities(
        # no section: the drive does not offer it
        security=states.get("supported", False),
        security_enabled=states.get("enabled"),
        security_locked=states.get("locked"),
        security_frozen=states.get("frozen"),
        security_expired=states.get("expired"),
        erase_minutes=_minutes(ERASE, section),
        enhanced_erase=states.get("enhanced", False) if found else None,
        enhanced_erase_minutes=_minutes(ENHANCED, section),
        **_sanitize(text),
    )


def _minutes(pattern: re.Pattern[str], section: str) -> int | None:
    found = pattern.search(section)
    return int(found[1]) if found else None


def _sanitize(text: str) -> dict[str, bool | None]:
    offered = bool(re.search(r"SANITIZE feature set", text))
    commands = {
        "sanitize_crypto": "CRYPTO_SCRAMBLE_EXT",
        "sanitize_block": "BLOCK_ERASE_EXT",
        "sanitize_overwrite": "OVERWRITE_EXT",
    }
    return {name: offered and word in text for name, word in commands.items()}


def _native(text: str) -> int | None:
    """The drive's own end, from `-N`, which a hidden area (HPA) lies before."""
    found = NATIVE.search(text)
    if not found or found[3] or int(found[2]) < int(found[1]):
        return None
    size = int(found[2]) * sector_bytes(text)
    return size if 0 < size <= loose.LARGEST else None


def _visible(text: str) -> int | None:
    """The size of which the drive speaks itself; of two numbers the longer one."""
    sectors = max((int(count) for _, count in VISIBLE.findall(text)), default=0)
    size = sectors * sector_bytes(text)
    return size if 0 < size <= loose.LARGEST else None


def sector_bytes(text: str) -> int:
    """What the drive counts in: 512 unless it says otherwise."""
    logical = LOGICAL.search(text)
    return int(logical[1]) if logical else SECTOR_BYTES
