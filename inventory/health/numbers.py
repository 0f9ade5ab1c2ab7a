"""Numbers as people read them: grouped, and long times in the unit they are counted in."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.health.facts import Reading

A_DAY, A_YEAR = 24, 24 * 365
# What one of a reading’s units is of an hour.
HOURS = {
    Reading.POWER_ON_HOURS: 1.0,
    Reading.CLOCK_SECONDS: 1 / 3600,
    Reading.LOAD_COOLDOWN_SECONDS: 1 / 3600,
}


def in_words(reading: Reading, number: float) -> str:
    """A number as people read it: grouped, a long time in the unit they count it in too."""
    grouped = number_format(number, force_grouping=True)
    hours = HOURS.get(reading, 0) * number
    if hours >= 2 * A_YEAR:
        long = _years(hours / A_YEAR)
    elif hours >= A_DAY:
        days = round(hours / A_DAY)
        long = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    else:
        return grouped
    return _("%(number)s (%(long)s)") % {"number": grouped, "long": long}


def _years(years: float) -> str:
    shown = number_format(round(years, 1), decimal_pos=1)
    return _("%(count)s years") % {"count": shown}
