"""What one version of the rules changed of the one before, in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from inventory.health.numbers import in_words
from inventory.health.parts import heading
from inventory.health.rules import Limit, Rules


def bound(limit: Limit, number: int | None) -> str:
    """From which number on, or below which; “never” where there is none."""
    if number is None:
        return _("never")
    if limit.is_falling:
        return _("below %(number)s") % {"number": in_words(limit.reading, number)}
    return _("from %(number)s") % {"number": in_words(limit.reading, number)}


def changes(before: Rules, after: Rules) -> list[str]:
    """A sentence for each bound that is another one."""
    return [said for limit in after.limits for said in _changes(before, limit)]


def _changes(before: Rules, limit: Limit) -> Iterator[str]:
    was = before.limit(limit.reading, limit.sort)
    facts = {"reading": limit.reading.label, "part": heading(limit)}
    if was is None:
        facts |= {"warns": bound(limit, limit.warn), "fails": bound(limit, limit.fail)}
        yield _("%(reading)s, %(part)s: warns %(warns)s, fails %(fails)s, new") % facts
        return
    if was.warn != limit.warn:
        facts |= {"was": bound(was, was.warn), "now": bound(limit, limit.warn)}
        yield _("%(reading)s, %(part)s: warns %(was)s → %(now)s") % facts
    if was.fail != limit.fail:
        facts |= {"was": bound(was, was.fail), "now": bound(limit, limit.fail)}
        yield _("%(reading)s, %(part)s: fails %(was)s → %(now)s") % facts
