"""Which day is told of an erasure, and by whose word."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.documents.circumstances import is_by_own_clock
from inventory.documents.words import Content, day
from inventory.models import Erasure, ErasureSource

CLOCK, RECORD = "clock", "record"


def day_of(erasure: Erasure) -> dict[str, str]:
    """The day of an erasure, never that of its report; `told_by` is whose day it is.

    A machine's report may be carried in long after: its day is its own clock's, or,
    where that says nothing, only the record's.
    """
    recorded = timezone.localdate(erasure.recorded_at)
    if erasure.source != ErasureSource.AGENT:
        return {"on": erasure.erased_on.isoformat(), "told_by": ""}
    if erasure.ended_at is None:
        return {"on": recorded.isoformat(), "told_by": RECORD}
    ended = timezone.localdate(erasure.ended_at)
    by_clock = ended != recorded or is_by_own_clock(erasure)
    return {"on": ended.isoformat(), "told_by": CLOCK if by_clock else ""}


def drawn_day(erasure: Content) -> str:
    """The day that an erasure on paper names, and whose it is."""
    told = erasure.get("day")
    if told is None:
        by_clock, on = bool(erasure.get("own_clock")), erasure["erased_on"]
    else:
        by_clock, on = told["told_by"] == CLOCK, told["on"]
    return by_its_clock(day(on)) if by_clock else day(on)


def public_day(erasure: Content) -> str:
    """The same, also of papers that name the day of their report."""
    told = erasure.get("day") or _day_of_old(erasure)
    if told["told_by"] == RECORD:
        return _("recorded on %(date)s") % {"date": day(told["on"])}
    return drawn_day({"day": told})


def _day_of_old(erasure: Content) -> dict[str, str]:
    if erasure["source"] != ErasureSource.AGENT:
        return {"on": erasure["erased_on"], "told_by": ""}
    ended = erasure.get("ended_at")
    moment = dt.datetime.fromisoformat(ended or erasure["recorded_at"])
    on = timezone.localdate(moment).isoformat()
    return {"on": on, "told_by": CLOCK if ended else RECORD}


def is_of_record(erasure: Content) -> bool:
    """Whether nobody says on which day it was, only when it was written down."""
    return bool(erasure.get("day", {}).get("told_by") == RECORD)


def by_its_clock(when: str) -> str:
    return _("%(when)s, by the machine’s own clock") % {"when": when}
