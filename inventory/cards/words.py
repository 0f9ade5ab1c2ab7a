"""The station's sentences, by the codes that scans keep."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.scanner import Reason


class Said(StrEnum):
    """What the station says to a command that has nothing to do, or no longer."""

    NEXT = "next"
    NOTHING_TO_CONFIRM = "nothing_to_confirm"
    NOTHING_TO_REFUSE = "nothing_to_refuse"
    NOTHING_TO_PRINT = "nothing_to_print"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOTHING_FOR_PARTS = "nothing_for_parts"
    PARTS_AFTER_SETTING_ASIDE = "parts_after_setting_aside"
    TAG_BEFORE_ERASURE = "erasure_not_from_here"
    TOOL_NOT_KNOWN = "tool_not_known"
    LOT_CHANGED = "lot_changed"


# What is so, and what to do about it.
SAID: Mapping[str, tuple[str | Promise, str | Promise]] = {
    Said.NEXT: (_("Ready for the next one."), ""),
    Said.NOTHING_TO_CONFIRM: (
        _("There is nothing to confirm."),
        _("Scan a device or a drive first."),
    ),
    Said.NOTHING_TO_REFUSE: (
        _("There is nothing to refuse."),
        _("Scan a device in the Quality check mode first."),
    ),
    Said.NOTHING_TO_PRINT: (
        _("There is no label to print again."),
        _("Scan a device first."),
    ),
    Said.NOTHING_TO_UNDO: (
        _("There is nothing of yours to take back here."),
        _("Only what was scanned in the last ten minutes can be taken back."),
    ),
    Said.NOTHING_FOR_PARTS: (
        _("No device was scanned."),
        _("Scan the device, then the command."),
    ),
    Said.PARTS_AFTER_SETTING_ASIDE: (
        _("A device is kept for its parts once it was set aside."),
        _("Set it aside on its page, with the reason, then scan the command again."),
    ),
    Said.TAG_BEFORE_ERASURE: (
        _("Nothing is erased by this command alone."),
        _("Scan the tag of the machine in front of you, then this command at once."),
    ),
    Said.TOOL_NOT_KNOWN: (
        _("It is not known yet which tool you use."),
        _("Fill the form in once; after that one scan is enough."),
    ),
    Said.LOT_CHANGED: (
        _("Another lot was chosen since, or this one was closed."),
        _("Scan the serial number again."),
    ),
}

# One line for the list; the card itself tells the rule as it was applied.
REFUSED: Mapping[str, str | Promise] = {
    "wrong_status": _("its state does not allow it"),
    "drive_unproven": _("a drive has no proof of erasure"),
    "drives_unknown": _("its drives are not known"),
    "on_hold": _("it is on hold"),
    "quality_check_missing": _("not checked yet"),
    "checks_missing": _("the checklist is not complete"),
    "serial_known": _("this serial number is already here"),
    "lot_closed": _("the lot is closed"),
    "drive_in_use": _("the drive is in use"),
    "drive_elsewhere": _("the drive is elsewhere"),
    "drive_destroyed": _("the drive was destroyed"),
    "evidence_incomplete": _("the proof is not complete"),
    "technique_unfit": _("this method does not fit the drive"),
    "date_impossible": _("the date is not possible"),
    "place_closed": _("this place is not used any more"),
    "already_there": _("it is there already"),
    "nothing_to_undo": _("it cannot be taken back"),
    "undo_too_late": _("too late to take it back"),
    "code_taken": _("this code leads elsewhere"),
    "not_permitted": _("your role does not allow it"),
    "no_order": _("no order to erase waits"),
    "order_fell": _("the order does not hold any more"),
}

UNREADABLE: Mapping[str, str | Promise] = {
    Reason.EMPTY: _("Scan again, or type the number and press Enter."),
    Reason.TOO_SHORT: _("Scan again: hold the scanner over the whole code."),
    Reason.TOO_LONG: _("Scan the small label, not the maker’s data code."),
    Reason.CONTROL_CHARACTERS: _("Scan another code of the same thing, or type it."),
    Reason.TRUNCATED: _("Scan it again, or type all of it."),
    Reason.WRONG_CHECK: _("Scan it again; if it was typed, compare every sign."),
    Reason.TWO_CODES: _("Scan them again, one after the other."),
    Reason.UNKNOWN_COMMAND: _("The sheet of commands shows those that exist."),
    Reason.FOREIGN_ADDRESS: _("Scan the bars, or the square on our own label."),
    Reason.OTHER_PAGE: _("Scan the square on a label."),
}

# A thing scanned in a mode that has no use for it.
MISPLACED: Mapping[str, str | Promise] = {
    "device": _("This is a device: there is nothing to do with it here."),
    "drive": _("This is a drive: here a device is scanned."),
    "place": _("This is a place: here a device is scanned."),
    "place_for_drive": _("This is a place: here a device or a drive is scanned."),
}

ANSWERS: Mapping[str, str | Promise] = {
    "create": _("Taken to the reception"),
    "attach": _("Attached to a device"),
    "ignore": _("Ignored"),
}
