"""Read `hdparm -N` and `hdparm --dco-identify`: where a drive ends, and where really.

None is "not known", never "nothing hidden": adapters and drivers answer nonsense and
end as if all were well.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.parse.sanitizing import MANGLED

MOST_BYTES = 200 * 10**12  # no drive of a PC is larger
MAX_SECTORS = re.compile(
    r"max sectors\s*=\s*(\d{1,18})/(\d{1,18})(?:\((\d{1,18})\?\))?,?\s*(.*)"
)
REAL_MAX = re.compile(r"Real max sectors:\s*(\d{1,18})\b")


class Ends(NamedTuple):
    """Sectors that a drive shows, and those that it has. `is_amax`: the newer way."""

    visible: int
    native: int
    is_amax: bool = False


def max_sectors(text: str, sector_bytes: int) -> Ends | None:
    """What `hdparm -N` says, where it can be believed.

    In `66055248/1(156301488?)` the driver lost the native end, and hdparm puts behind
    it what the configuration overlay says; then that is the drive's own.
    """
    found = MAX_SECTORS.search(text)
    if found is None or MANGLED.search(text):
        return None
    visible, native = int(found[1]), int(found[2])
    if "invalid" in found[4]:
        native = int(found[3] or 0)
    is_sane = 0 < visible <= native and native * sector_bytes < MOST_BYTES
    is_said = any(word in found[4] for word in ("enabled", "disabled", "invalid"))
    if not is_sane or not is_said:
        return None
    return Ends(visible, native, "ACCESSIBLE MAX ADDRESS" in found[4])


def real_sectors(text: str, sector_bytes: int) -> int | None:
    """What `hdparm --dco-identify` says that the drive had when it was made."""
    found = REAL_MAX.search(text)
    if found is None or MANGLED.search(text) or "Checksum FAILED" in text:
        return None
    sectors = int(found[1])
    return sectors if sectors > 1 and sectors * sector_bytes < MOST_BYTES else None


def offers(identity: str) -> tuple[bool, bool]:
    """Whether `hdparm -I` names the feature sets: the host's area, the overlay."""
    return (
        "Host Protected Area feature set" in identity,
        "Device Configuration Overlay feature set" in identity,
    )
