"""Top-ups: credit for a person’s card, within the caps of the country (E10).

So much per person and month, for so many months, renewed so many times. A manager may
go beyond, and says why. Two people who top up at once wait for each other on the row
of the person.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit, person
from backoffice.core.countries import Country
from lending.actions.changes import set_and_tell
from lending.actions.entitlement import (
    allowance,
    help_of,
    lock_family,
    months_after,
    open_help,
    refusal_of,
    rules_of,
)
from lending.errors import (
    AmountImpossible,
    CardOfAnother,
    DateImpossible,
    HelpNotOver,
    HelpOver,
    RenewalsUsed,
    RulesImpossible,
    StatusImpossible,
    TextMissing,
    TopUpAboveCap,
)
from lending.models import (
    Beneficiary,
    BeneficiaryEvent,
    SimCard,
    SimEvent,
    TopUp,
    TopUpHelp,
    TopUpRules,
    TopUpRulesEvent,
)
from lending.numbers import euros
from lending.states import IN_HANDS

MANAGE = "lending.manage_plan"
TOP_UP = "lending.top_up_sim"
OVERRIDE = "lending.override_top_up"
# No single top-up is worth more: a slip of the keyboard (cents).
MOST = 50_000
# A top-up is written down the same day, or when the month is closed.
_BACK = dt.timedelta(days=62)


@dataclasses.dataclass(frozen=True)
class RulesFacts:
    """The caps of a country’s sites; money in cents."""

    monthly_cap_cents: int
    months: int
    renewals: int
    keeps_holders: bool


@transaction.atomic(durable=True)
def change_top_up_rules(
    *, country: Country, facts: RulesFacts, by: Actor
) -> TopUpRules:
    """Change the caps of a country; what was topped up before stays as it is."""
    permit(by, MANAGE)
    possible = (
        0 <= facts.monthly_cap_cents <= MOST,
        1 <= facts.months <= 120,
        0 <= facts.renewals <= 20,
    )
    if not all(possible):
        raise RulesImpossible(
            _("A cap up to %(most)s, 1 to 120 months, 0 to 20 renewals.")
            % {"most": euros(MOST)}
        )
    rules = TopUpRules.objects.select_for_update().get(country=country)
    changes = set_and_tell(rules, dataclasses.asdict(facts))
    if not changes:
        keep_form(by)
        return rules
    rules.changed_at, rules.changed_by = timezone.now(), person(by)
    rules.save()
    TopUpRulesEvent.append(rules, "amended", by=by, data=changes)
    return rules


@transaction.atomic(durable=True)
def top_up(
    *,
    card: SimCard,
    holder: Beneficiary,
    value_cents: int,
    charged_cents: int = 0,
    data_mb: int | None = None,
    made_on: dt.date | None = None,
    override_reason: str = "",
    by: Actor,
) -> TopUp:
    """Put credit on the card that a person holds; `made_on` today unless said.

    Refuses TopUpAboveCap and HelpOver, with what is left and when more is possible; a
    manager goes beyond with a reason, kept with the top-up.
    """
    family = lock_family(holder)
    card = SimCard.objects.lock(card.pk)
    permit(by, TOP_UP, at=card.site_id)
    on = made_on or timezone.localdate()
    refuse_amounts(value_cents, charged_cents)
    refuse_day(on)
    _refuse_unless_held(card, family)
    allowed = allowance(family[0], rules_of(card.site), on)
    refusal = refusal_of(allowed, value_cents, on)
    if refusal is not None:
        _refuse_unless_overridden(refusal, card, override_reason, by)
    open_help(family, card, on)
    made = TopUp.objects.create(
        sim=card,
        beneficiary=holder,
        value_cents=value_cents,
        charged_cents=charged_cents,
        data_mb=data_mb,
        made_on=on,
        made_by=person(by),
        override_reason=override_reason.strip() if refusal else "",
    )
    data: dict[str, object] = {"value": value_cents, "charged": charged_cents}
    if refusal is not None:
        data["beyond"] = refusal.code
    SimEvent.append(card, "topped_up", by=by, data=data)
    return made


@transaction.atomic(durable=True)
def renew_top_ups(*, holder: Beneficiary, by: Actor) -> TopUpHelp:
    """Help a person with top-ups for another period, as often as the rules say."""
    family = lock_family(holder)
    kept = family[0]
    permit(by, TOP_UP, at=kept.site_id)
    rules, today = rules_of(kept.site), timezone.localdate()
    helped = help_of(family)
    if helped is None or helped.until_on - today > dt.timedelta(days=31):
        raise HelpNotOver(
            _("The present help goes on for more than a month."),
            advice=_("Renew it when it ends."),
        )
    if helped.renewed >= rules.renewals:
        raise RenewalsUsed(
            _("This help was renewed already as often as the rules allow."),
            advice=_("A manager may top up with a reason."),
            renewals=rules.renewals,
        )
    begins = max(helped.until_on + dt.timedelta(days=1), today)
    helped.until_on = months_after(begins, rules.months)
    helped.renewed += 1
    helped.save(update_fields=["until_on", "renewed"])
    BeneficiaryEvent.append(
        kept, "top_ups_renewed", by=by, data={"until": helped.until_on.isoformat()}
    )
    return helped


def _refuse_unless_overridden(
    refusal: TopUpAboveCap | HelpOver, card: SimCard, reason: str, by: Actor
) -> None:
    """Let a manager go beyond the caps, with a reason; whoever else is refused."""
    sites = person(by).site_ids(OVERRIDE)
    may = sites is None or card.site_id in sites
    if not (may and reason.strip()):
        raise refusal
    if len(reason.strip()) < 5:
        raise TextMissing(_("Say in a few words why more is needed.")) from refusal


def _refuse_unless_held(card: SimCard, family: list[Beneficiary]) -> None:
    if card.status not in IN_HANDS:
        raise StatusImpossible(
            _("%(card)s is “%(now)s”: it is not topped up.")
            % {"card": card, "now": card.get_status_display()},
            status=card.status,
        )
    if not card.holdings.filter(Q(until_on=None), beneficiary__in=family).exists():
        raise CardOfAnother(
            _("This person does not hold %(card)s.") % {"card": card},
            advice=_("Look at who holds the card."),
        )


def refuse_amounts(value_cents: int, charged_cents: int) -> None:
    """A top-up is worth something, and no more than anybody would load at once."""
    if not (0 < value_cents <= MOST and 0 <= charged_cents <= MOST):
        raise AmountImpossible(
            _("A top-up is worth more than nothing, and at most %(most)s.")
            % {"most": euros(MOST)},
            most_cents=MOST,
        )


def refuse_day(on: dt.date) -> None:
    """A top-up is written down soon after it was made."""
    today = timezone.localdate()
    if not today - _BACK <= on <= today:
        raise DateImpossible(
            _("A top-up is written down within two months, and not before it is made.")
        )
