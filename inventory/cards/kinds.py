"""What a kept scan was answered with; the template of each."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Stored in a scan's card as `kind`. A scan that acted needs none: ACT."""

    ACT = "act"
    # Looked up.
    DEVICE = "device"
    DRIVE = "drive"
    PLACE = "place"
    SEVERAL = "several"
    # A page of another app.
    ELSEWHERE = "elsewhere"
    # Waits for the next scan, or for an answer.
    TARGET = "target"
    WAITS_FOR_PLACE = "waits_for_place"
    NEW_SERIAL = "new_serial"
    DRIVES = "drives"
    CHECKLIST = "checklist"
    FAULTS = "faults"
    PASSED = "passed"
    UNKNOWN = "unknown"
    # Nothing was done, and why.
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    UNKNOWN_TAG = "unknown_tag"
    MISPLACED = "misplaced"
    # Commands.
    MODE = "mode"
    PRINT = "print"
    SAID = "said"
    FINISHED = "finished"


TEMPLATES = {
    Kind.DRIVE: "inventory/cards/drive.html",
    Kind.SEVERAL: "inventory/cards/several.html",
    Kind.NEW_SERIAL: "inventory/cards/new_serial.html",
    Kind.DRIVES: "inventory/cards/drives.html",
    Kind.CHECKLIST: "inventory/cards/checklist.html",
    Kind.FAULTS: "inventory/cards/checklist.html",
    Kind.PASSED: "inventory/cards/passed.html",
    Kind.UNKNOWN: "inventory/cards/unknown.html",
    Kind.REFUSED: "inventory/cards/refused.html",
    Kind.PRINT: "inventory/cards/print.html",
    Kind.FINISHED: "inventory/cards/finished.html",
}
PLAIN = "inventory/cards/plain.html"
