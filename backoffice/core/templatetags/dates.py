"""`date` of every template, by the one way in which days are written."""

from __future__ import annotations

import datetime as dt

from django import template

from backoffice.core.dates import date_format

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: dt.date | str | None, pattern: str = "DATE_FORMAT") -> str:
    """A day as `date_format` writes it; nothing for none."""
    return date_format(value, pattern) if isinstance(value, dt.date) else ""
