"""When the fictional workshop works: Monday to Saturday, from 8 to 19 o'clock there.

Every length of time here is working time.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

from django.utils import timezone

OPENS, CLOSES = dt.time(8), dt.time(19)
SUNDAY = 6
NOTHING = dt.timedelta()


def after(moment: dt.datetime, work: dt.timedelta = NOTHING) -> dt.datetime:
    """The working instant at which this much is done; for nothing, the next one."""
    for opens, closes in _shifts(moment, forward=True):
        begins = max(moment, opens)
        if begins + work <= closes:
            return begins + work
        work -= max(closes - begins, NOTHING)
    raise OverflowError


def before(moment: dt.datetime) -> dt.datetime:
    """The last working instant that is not after this one."""
    past = _shifts(moment, forward=False)
    return next(min(moment, closes) for opens, closes in past if opens <= moment)


def between(start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How much can be done from one instant to another."""
    shifts = _shifts(start, forward=True)
    known = itertools.takewhile(lambda shift: shift[0] < end, shifts)
    done = (min(end, closes) - max(start, opens) for opens, closes in known)
    return sum((max(each, NOTHING) for each in done), NOTHING)


def _shifts(
    moment: dt.datetime, *, forward: bool
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The working days from that of a moment on, or back, each from when to when."""
    here = timezone.get_current_timezone()
    first = moment.astimezone(here).date()
    for count in itertools.count():
        day = first + dt.timedelta(days=count if forward else -count)
        if day.weekday() != SUNDAY:
            yield (
                dt.datetime.combine(day, OPENS, here),
                dt.datetime.combine(day, CLOSES, here),
            )
