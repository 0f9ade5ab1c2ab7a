"""The few words that say in a list how a scan was answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from inventory.cards import words
from inventory.cards.kinds import Kind
from inventory.models import Scan, StationMode
from inventory.scanner import Reason
from inventory.verbs import wording


def line_of(kind: Kind, scan: Scan) -> str:
    facts: dict[str, Any] = scan.card
    if kind is Kind.ACT:
        return _act(scan)
    match kind:
        case Kind.REFUSED:
            why = words.REFUSED.get(facts["code"], _("see its card"))
            return _("Refused: %(why)s") % {"why": why}
        case Kind.UNREADABLE:
            return str(Reason(facts["reason"]).label)
        case Kind.SAID:
            return str(words.SAID[facts["said"]][0])
        case Kind.MODE:
            mode = StationMode(facts["mode"]).label
            return _("Mode: %(mode)s") % {"mode": mode}
        case Kind.UNKNOWN if facts.get("answer"):
            return str(words.ANSWERS[facts["answer"]])
    return str(_lines()[kind])


def _act(scan: Scan) -> str:
    """What was done; a move says where to."""
    done = str(wording(scan.event.verb).title) if scan.event else _("Done")
    name = scan.card.get("name")
    return f"{done} · {name}" if name else done


def _lines() -> dict[Kind, str]:
    return {
        Kind.DEVICE: _("Looked up"),
        Kind.DRIVE: _("Looked up"),
        Kind.PLACE: _("Looked up"),
        Kind.ELSEWHERE: _("Looked up"),
        Kind.SEVERAL: _("Several devices carry this code"),
        Kind.TARGET: _("Place to move to"),
        Kind.WAITS_FOR_PLACE: _("Waits for a place"),
        Kind.NEW_SERIAL: _("New serial number"),
        Kind.DRIVES: _("Drives shown"),
        Kind.CHECKLIST: _("Checklist opened"),
        Kind.FAULTS: _("What is faulty?"),
        Kind.PASSED: _("Passed: declare it ready?"),
        Kind.UNKNOWN: _("Unknown code"),
        Kind.UNKNOWN_TAG: _("Unknown tag"),
        Kind.MISPLACED: _("Not for this mode"),
        Kind.PRINT: _("Label to print"),
        Kind.FINISHED: _("End of the session"),
    }
