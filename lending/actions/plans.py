"""Plans: what operators sell, which card has which, and until when."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit
from backoffice.core.dates import date_format
from backoffice.core.models import User
from lending.actions.changes import set_and_tell
from lending.errors import DateImpossible, PlanKnown, PlanRetired, StatusImpossible
from lending.models import ApnProfile, Plan, PlanEvent, SimCard, SimEvent
from lending.states import SimStatus

MANAGE = "lending.manage_plan"
GIVE = "lending.manage_sim"
# A plan that begins further away than this is a slip of the keyboard.
_NEAR = dt.timedelta(days=2 * 365)
# A plan that ends within so many days is named wherever its card is chosen or listed.
SOON = dt.timedelta(days=30)
_ENDED = frozenset({SimStatus.EXPIRED, SimStatus.TERMINATED})


@dataclasses.dataclass(frozen=True)
class PlanFacts:
    """What an operator sells. `data_mb` None: without limit; `days` None: without end."""

    operator: str
    name: str
    data_mb: int | None = None
    days: int | None = None
    price_cents: int = 0
    apn: ApnProfile | None = None


@transaction.atomic(durable=True)
def add_plan(*, facts: PlanFacts, by: Actor) -> Plan:
    """Write down what an operator sells."""
    permit(by, MANAGE)
    try:
        with transaction.atomic(savepoint=True):
            plan = Plan.objects.create(**vars(facts))
    except IntegrityError as taken:
        raise _known() from taken
    PlanEvent.append(plan, "added", by=by)
    return plan


@transaction.atomic(durable=True)
def amend_plan(*, plan: Plan, facts: PlanFacts, by: Actor) -> Plan:
    """Change a plan; the cards that have it keep the dates they were given."""
    permit(by, MANAGE)
    plan = Plan.objects.lock(plan.pk)
    changes = set_and_tell(plan, vars(facts))
    if not changes:
        keep_form(by)
        return plan
    try:
        with transaction.atomic(savepoint=True):
            plan.save(update_fields=list(changes))
    except IntegrityError as taken:
        raise _known() from taken
    PlanEvent.append(plan, "amended", by=by, data=changes)
    return plan


@transaction.atomic(durable=True)
def retire_plan(*, plan: Plan, by: Actor) -> Plan:
    """Give a plan to no further card."""
    permit(by, MANAGE)
    plan = Plan.objects.lock(plan.pk)
    plan.is_active = False
    plan.save(update_fields=["is_active"])
    PlanEvent.append(plan, "retired", by=by)
    return plan


@transaction.atomic(durable=True)
def give_plan(
    *,
    card: SimCard,
    plan: Plan,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    by: Actor,
) -> SimCard:
    """Say which plan a card has from a day on; the last day follows from the plan.

    `ends_on` says another last day, where the operator gave one.
    """
    card = SimCard.objects.lock(card.pk)
    permit(by, GIVE, at=card.site_id)
    plan = Plan.objects.lock(plan.pk)
    if not plan.is_active:
        raise PlanRetired(
            _("“%(plan)s” is not given any more.") % {"plan": plan},
            advice=_("Choose another plan."),
        )
    if card.status in _ENDED:
        raise StatusImpossible(
            _("%(card)s is “%(now)s”: no plan is given to it.")
            % {"card": card, "now": card.get_status_display()},
            status=card.status,
        )
    refuse_far_start(starts_on)
    refuse_backwards(ends_on, starts_on)
    card.plan, card.plan_starts_on = plan, starts_on
    card.plan_ends_on = ends_on or last_day(plan, starts_on)
    card.save(update_fields=["plan", "plan_starts_on", "plan_ends_on"])
    data: dict[str, object] = {"plan": str(plan.uuid), "from": starts_on.isoformat()}
    if card.plan_ends_on:
        data["until"] = card.plan_ends_on.isoformat()
    SimEvent.append(card, "plan_given", by=by, data=data)
    return card


def last_day(plan: Plan, starts_on: dt.date) -> dt.date | None:
    """A plan of 30 days that begins on the 1st ends on the 30th."""
    return starts_on + dt.timedelta(days=plan.days - 1) if plan.days else None


def plan_doubt(card: SimCard, until: dt.date | None) -> str:
    """What to say where a card’s plan ends before the loan; nothing where it does not.

    A loan without a day of return outlasts every plan that ends. A plan that has not
    begun begins today.
    """
    if card.plan is None:
        return _("No plan of %(card)s is written down.") % {"card": card}
    ends_on = card.plan_ends_on
    if card.plan_starts_on is None:
        ends_on = last_day(card.plan, timezone.localdate())
    if ends_on is None or (until is not None and ends_on >= until):
        return ""
    return _(
        "The plan of the card %(card)s ends on %(day)s, before the end of the loan."
    ) % {
        "card": card,
        "day": date_format(ends_on, "SHORT_DATE_FORMAT"),
    }


def plan_ending_words(card: SimCard) -> str:
    """What to say of a card whose plan has ended or ends soon; nothing of any other."""
    today, day = timezone.localdate(), card.plan_ends_on
    if day is None or day >= today + SOON:
        return ""
    facts = {"card": card, "day": date_format(day, "SHORT_DATE_FORMAT")}
    if day < today:
        return _("The plan of the card %(card)s ended on %(day)s.") % facts
    return _("The plan of the card %(card)s ends soon: on %(day)s.") % facts


def plans_ending(before: dt.date, user: User) -> QuerySet[SimCard]:
    """Cards in use whose plan ends before this day, the first to end first.

    Among those that this user may see; a plan that has ended is there too.
    """
    return SimCard.objects.visible_to(user).plan_ending(before)


def refuse_far_start(starts_on: dt.date) -> None:
    """A plan begins within two years of today, before or after."""
    if abs(starts_on - timezone.localdate()) > _NEAR:
        raise DateImpossible(
            _("This day is more than two years away."),
            advice=_("Look at the year again."),
        )


def refuse_backwards(ends_on: dt.date | None, starts_on: dt.date) -> None:
    """A plan ends after it has begun, and not ten years later."""
    if ends_on is not None and not starts_on <= ends_on <= starts_on + 5 * _NEAR:
        raise DateImpossible(_("A plan ends after it has begun."))


def _known() -> PlanKnown:
    return PlanKnown(_("This operator has a plan of this name already."))
