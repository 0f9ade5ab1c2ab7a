"""How a document writes values: an unknown is said, never left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format

NARROW_NO_BREAK = "\u202f"
Content = Mapping[str, Any]


def said(
    content: Content, name: str, draw: Callable[[Any], str] = str, *, empty: str = ""
) -> str:
    """A value as printed; unknown where nobody could say, or that nobody wrote it.

    `empty` is what an empty list or text means, where that is an answer.
    """
    if name not in content:
        return _("not recorded")
    value = content[name]
    if value is None or value in ("", "unknown", []):
        return empty or _("unknown")
    return draw(value)


def label(choices: type[TextChoices]) -> Callable[[Any], str]:
    """Draws a code of ours by its label; another one as it is."""
    known = dict(choices.choices)
    return lambda code: str(known.get(code, code))


def whole(number: object) -> str:
    """A count in groups of three; what is no count, as it was told."""
    if not isinstance(number, int):
        return str(number)
    return f"{number:,}".replace(",", NARROW_NO_BREAK)


def size(number: object) -> str:
    """Bytes to the last one, and as it is printed on a drive: thousands."""
    if not isinstance(number, int):
        return str(number)
    exact = _("%(number)s bytes") % {"number": whole(number)}
    if number < 10**9:
        return exact
    unit, divisor = (_("GB"), 10**9) if number < 10**12 else (_("TB"), 10**12)
    rounded = number_format(round(number / divisor, 1), use_l10n=True)
    return f"{exact} ({rounded} {unit})"


def instant(moment: object) -> str:
    """An instant of a record in local time, its zone beside it; else as it was told."""
    try:
        local = timezone.localtime(dt.datetime.fromisoformat(str(moment)))
    except (ValueError, OverflowError):
        # The first and the last day of the calendar have no other zone.
        return str(moment)
    return f"{date_format(local, 'j F Y, H:i')} ({local.tzname()})"


def day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "j F Y")


def short_day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")


def duration(seconds: object) -> str:
    if not isinstance(seconds, int):
        return str(seconds)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
