"""Read how far a drive is with erasing itself: `hdparm --sanitize-status`, `nvme sanitize-log`.

What cannot be believed is UNKNOWN, and never idle or completed.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from agent.parse import Unreadable, loose

ATA_STATE = re.compile(r"\bState:\s+(SD[0-4])\b")
ATA_SAYS = re.compile(
    r"SD[0-4] Sanitize [A-Za-z ]+|Last Sanitize [A-Za-z ]+|SG_IO: [a-z/]+ sense data"
)
ATA_PROGRESS = re.compile(r"\bProgress:\s+0x([0-9a-fA-F]{1,4})\b")
COMPLETED = "Last Sanitize Operation Completed Without Error"
NOT_OFFERED = "SANITIZE feature set is not supported"
# The registers came back mangled, though hdparm ends as if all were well.
MANGLED = re.compile(r"bad/missing sense data|questionable sense data", re.IGNORECASE)
ALL_DONE = 0xFFFF

# NVMe base specification, Sanitize Status log: SSTAT bits 2:0, SCDW10 bits 2:0.
NVME_STATUS = re.compile(r"\s*\(?(0x[0-9a-fA-F]{1,4}|[0-9]{1,5})\)?(?![0-9])")
NVME_LINE = re.compile(
    r"\((SPROG|SSTAT|SCDW10)\)\s*:\s*(0x[0-9a-fA-F]{1,8}|[0-9]{1,10})"
)


class State(enum.Enum):
    """What a drive is doing with itself."""

    IDLE = "idle"  # and has not said that the last time went well
    COMPLETED = "completed"
    RUNNING = "running"
    FAILED = "failed"
    FROZEN = "frozen"  # until its power is cut
    NOT_OFFERED = "not_offered"
    UNKNOWN = "unknown"


class Sanitizing(NamedTuple):
    """Where a drive stands. `action` is NVMe's number of the last operation asked."""

    state: State = State.UNKNOWN
    percent: int | None = None
    action: int | None = None
    said: str = ""


def ata(text: str) -> Sanitizing:
    """Out of all that `hdparm --sanitize-status` printed, errors included."""
    state = _ata_state(text)
    found = ATA_PROGRESS.search(text)
    percent = None
    if state is State.RUNNING and found:
        percent = int(found[1], 16) * 100 // (ALL_DONE + 1)
    return Sanitizing(state, percent, said="; ".join(ATA_SAYS.findall(text))[:128])


def _ata_state(text: str) -> State:
    if MANGLED.search(text):
        return State.UNKNOWN
    if NOT_OFFERED in text:
        return State.NOT_OFFERED
    if "SD3" in text or "completed unsuccessfully" in text:
        return State.FAILED
    if "Device in FROZEN state" in text:
        return State.FROZEN
    found = ATA_STATE.search(text)
    if found is None or "SANITIZE failed" in text:
        return State.UNKNOWN
    if found[1] in {"SD0", "SD4"}:
        return State.COMPLETED if COMPLETED in text else State.IDLE
    return State.FROZEN if found[1] == "SD1" else State.RUNNING


def nvme(output: bytes) -> Sanitizing:
    """Out of `nvme sanitize-log`, as JSON of any version or as lines."""
    try:
        status, progress, command = _numbers(loose.json_object(output))
    except Unreadable:
        status, progress, command = _of_lines(output.decode(errors="replace"))
    if status is None:
        return Sanitizing()
    state = _nvme_state(status & 7, progress)
    percent = None
    if state is State.RUNNING and progress is not None:
        percent = min(progress, ALL_DONE) * 100 // (ALL_DONE + 1)
    said = f"SSTAT {status:#x}, SPROG {progress}"
    action = None if command is None else command & 7
    return Sanitizing(state, percent, action, said)


def _nvme_state(status: int, progress: int | None) -> State:
    """A drive that has ended says so in both numbers."""
    is_over = progress in (None, ALL_DONE)
    known = {
        0: State.IDLE,
        1: State.COMPLETED if is_over else State.UNKNOWN,
        2: State.RUNNING,
        3: State.FAILED,
        # completed, and deallocated although it was asked not to
        4: State.COMPLETED if is_over else State.UNKNOWN,
    }
    return known.get(status, State.UNKNOWN)


def _numbers(said: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
    """SSTAT, SPROG and SCDW10; the log lies under the drive's name, or bare."""
    logs = [said, *(loose.part(each) for each in said.values())]
    log = next((each for each in logs if "sstat" in each), {})
    return (
        _status(log.get("sstat")),
        loose.count(log, "sprog"),
        loose.count(log, "cdw10_info"),
    )


def _status(raw: Any) -> int | None:
    """A number; a sentence that begins with it; or an object with that sentence.

    Before 2.9 the sentence's own words were its key in the object.
    """
    if not isinstance(raw, dict):
        return _leading(raw)
    return next((each for each in _sentences(raw) if each is not None), None)


def _sentences(raw: dict[str, Any]) -> Iterator[int | None]:
    others = {"global_erased", "no_cmplted_passes", "media_verification_canceled"}
    yield _leading(raw.get("status"))
    for key, value in raw.items():
        if key not in others and isinstance(value, str):
            yield _leading(value)


def _leading(raw: Any) -> int | None:
    if isinstance(raw, str):
        found = NVME_STATUS.match(raw)
        return int(found[1], 0) if found and _is_number(found[1]) else None
    number = loose.whole(raw)
    return number if number is not None and number >= 0 else None


def _is_number(word: str) -> bool:
    """Python reads no `010`, and neither does anybody else."""
    return word.startswith("0x") or word == "0" or not word.startswith("0")


def _of_lines(text: str) -> tuple[int | None, int | None, int | None]:
    said = {
        name: int(value, 16 if value.startswith("0x") else 10)
        for name, value in NVME_LINE.findall(text)
    }
    return said.get("SSTAT"), said.get("SPROG"), said.get("SCDW10")
