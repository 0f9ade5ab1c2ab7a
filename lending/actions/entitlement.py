"""What a person may still be given in top-ups: so much a month, for so many months (E10).

The months begin with the first top-up. Files that were merged count as one person.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt

from django.db.models import Sum
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format
from backoffice.core.models import Site
from backoffice.core.transactions import require_transaction
from lending.errors import HelpOver, TopUpAboveCap
from lending.models import Beneficiary, SimCard, TopUp, TopUpHelp, TopUpRules
from lending.numbers import euros


@dataclasses.dataclass(frozen=True)
class Allowance:
    """What a person may still be given on a day, and what stands in the way.

    `left_cents` within the month of the day; `next_on` when more is possible, None when
    that takes a renewal; `until_on` the last day of the help, None before the first
    top-up.
    """

    left_cents: int
    cap_cents: int
    until_on: dt.date | None
    is_over: bool
    next_on: dt.date | None
    renewals_left: int

    @property
    def left(self) -> str:
        return euros(self.left_cents)

    @property
    def cap(self) -> str:
        return euros(self.cap_cents)


def rules_of(site: Site) -> TopUpRules:
    """The caps that apply at a site."""
    return TopUpRules.objects.get(country=site.country)


def allowance(holder: Beneficiary, rules: TopUpRules, on: dt.date) -> Allowance:
    """What the person may still be given on this day, by the rules of a site."""
    family = _family(holder)
    spent = TopUp.objects.filter(
        beneficiary__in=family, made_on__year=on.year, made_on__month=on.month
    ).aggregate(all=Sum("value_cents"))["all"]
    left = max(0, rules.monthly_cap_cents - (spent or 0))
    helped = help_of(family)
    until = helped.until_on if helped else None
    over = until is not None and on > until
    next_on = on if left else _first_of_next_month(on)
    return Allowance(
        left_cents=0 if over else left,
        cap_cents=rules.monthly_cap_cents,
        until_on=until,
        is_over=over,
        next_on=None if until is not None and next_on > until else next_on,
        renewals_left=max(0, rules.renewals - (helped.renewed if helped else 0)),
    )


def refusal_of(
    allowed: Allowance, value_cents: int, on: dt.date
) -> TopUpAboveCap | HelpOver | None:
    """Why this much is beyond the caps on this day, or None."""
    if allowed.is_over:
        return HelpOver(
            _("The help with top-ups for this person ended on %(end)s.")
            % {"end": _in_words(allowed.until_on)},
            advice=_renewal_advice(allowed),
            renewals_left=allowed.renewals_left,
        )
    if value_cents <= allowed.left_cents:
        return None
    next_on = _first_of_next_month(on)
    if allowed.until_on is not None and next_on > allowed.until_on:
        advice = _renewal_advice(allowed)
    else:
        advice = _("More is possible from %(day)s.") % {"day": _in_words(next_on)}
    return TopUpAboveCap(
        _(
            "At most %(cap)s per person and month: %(left)s are left for "
            "the month of this top-up."
        )
        % {"cap": euros(allowed.cap_cents), "left": euros(allowed.left_cents)},
        advice=advice,
        left_cents=allowed.left_cents,
        next_on=next_on.isoformat(),
    )


def _renewal_advice(allowed: Allowance) -> str:
    if allowed.renewals_left:
        return _("It can be renewed for another period.")
    return _("It cannot be renewed again. A manager may top up with a reason.")


def lock_family(holder: Beneficiary) -> list[Beneficiary]:
    """The person’s file first, locked, and those that were merged into it.

    Whoever tops the same person up waits here, whichever of the files they hold.
    """
    require_transaction()
    kept = Beneficiary.objects.lock(holder.merged_into_id or holder.pk)
    return _family(kept)


def _family(kept: Beneficiary) -> list[Beneficiary]:
    return [kept, *kept.absorbed.order_by("pk")]


def help_of(family: list[Beneficiary]) -> TopUpHelp | None:
    """The months of help of a person; None before the first top-up."""
    return TopUpHelp.objects.filter(beneficiary__in=family).order_by("since_on").first()


def open_help(family: list[Beneficiary], card: SimCard, on: dt.date) -> None:
    """The first top-up begins the months of help."""
    if help_of(family) is None:
        until = months_after(on, rules_of(card.site).months)
        TopUpHelp.objects.create(beneficiary=family[0], since_on=on, until_on=until)


def months_after(day: dt.date, months: int) -> dt.date:
    """The last day of so many months from this day on."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(day.day, last)) - dt.timedelta(days=1)


def _first_of_next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _in_words(day: dt.date | None) -> str:
    return date_format(day) if day else ""
