"""A calendar of hand-overs as other programs read it (RFC 5545): nobody is in it.

Each entry says the pack’s code, where, and the structure; of a structure whose kind
says too much, neither its name nor the place that was agreed with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from lending.models import HandOver
from lending.states import HandOverStatus

ICALENDAR = "text/calendar; charset=utf-8"
# How long an appointment is taken to last.
LASTS = dt.timedelta(minutes=45)
_LONGEST = 75
_ENDED = {HandOverStatus.CANCELLED, HandOverStatus.REFUSED, HandOverStatus.NO_SHOW}


def calendar_text(handovers: Iterable[HandOver]) -> str:
    """`handovers` have an appointment."""
    lines = [*_before(), *_events(handovers), "END:VCALENDAR"]
    return "".join(f"{folded}\r\n" for line in lines for folded in fold(line))


def _before() -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rebond//Rebond//FR")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield f"X-WR-CALNAME:{text(_('Hand-overs'))}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"


def _events(handovers: Iterable[HandOver]) -> Iterator[str]:
    host = urlsplit(settings.BASE_URL).hostname or "rebond"
    for each in handovers:
        if each.planned_at is None:
            continue
        yield "BEGIN:VEVENT"
        yield f"UID:{each.uuid}@{host}"
        yield f"DTSTAMP:{moment(timezone.now())}"
        yield f"LAST-MODIFIED:{moment(each.status_since)}"
        yield f"DTSTART:{moment(each.planned_at)}"
        yield f"DTEND:{moment(each.planned_at + LASTS)}"
        yield f"SUMMARY:{text(_('Hand-over of %(pack)s') % {'pack': each.pack})}"
        yield f"LOCATION:{text(each.told_place)}"
        if not each.structure.is_sensitive:
            yield f"DESCRIPTION:{text(each.structure.name)}"
        yield f"URL:{settings.BASE_URL}/handovers/"
        yield "STATUS:CANCELLED" if each.status in _ENDED else "STATUS:CONFIRMED"
        yield "TRANSP:OPAQUE"
        yield "END:VEVENT"


def moment(at: dt.datetime) -> str:
    """In UTC: no reader has to know our time zone."""
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def text(value: str) -> str:
    """A TEXT value: what would end it, or begin another line, is escaped."""
    plain = "".join(sign for sign in value if sign.isprintable() or sign == "\n")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def fold(line: str) -> Iterator[str]:
    """In pieces of 75 octets at most, never through a letter; the next begin with a space."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
