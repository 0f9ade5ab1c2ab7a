"""Days in words, as the language says them."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import dateformat, formats, translation

_DAY_OF_MONTH = re.compile(r"(?<!\\)j(?= [bEFMN])")
_FIRST = r"1\\e\\r"


def date_format(value: dt.date, pattern: str = "DATE_FORMAT") -> str:
    """As Django writes it; in French a month begins with its “1er”, then it counts."""
    signs = str(formats.get_format(pattern))
    if value.day == 1 and (translation.get_language() or "").startswith("fr"):
        signs = _DAY_OF_MONTH.sub(_FIRST, signs)
    return dateformat.format(value, signs)
