"""Plans of cards: until when each lasts, and which end before a loan does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from lending import actions
from lending.actions import PlanFacts
from lending.actions.plans import plan_doubt
from lending.errors import DateImpossible, PlanKnown, PlanRetired, StatusImpossible
from lending.models import Plan, SimCard
from lending.states import SimStatus
from tests.lending.test_actions_holding import given as held
from tests.lending.test_actions_sims import receive
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

MONTHLY = PlanFacts(operator="Orange", name="Mobicarte 20 Go", data_mb=20480, days=30)
FIRST = dt.date(2026, 11, 1)


pytestmark = pytest.mark.usefixtures("on_the_23rd")


@pytest.fixture
def on_the_23rd() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), tick=False):
        yield


def plan(partners: Partners, facts: PlanFacts = MONTHLY) -> Plan:
    return actions.add_plan(facts=facts, by=partners.coordinator)


def given(partners: Partners, facts: PlanFacts = MONTHLY) -> SimCard:
    return actions.give_plan(
        card=receive(partners),
        plan=plan(partners, facts),
        starts_on=FIRST,
        by=partners.coordinator,
    )


def covers(card: SimCard, until: dt.date | None) -> bool:
    return not plan_doubt(card, until)


def test_a_plan_of_thirty_days_ends_on_the_thirtieth(partners: Partners) -> None:
    card = given(partners)
    assert card.plan_ends_on == dt.date(2026, 11, 30)
    said = card.events.latest("sequence")
    assert said.verb == "plan_given"
    assert said.data["until"] == "2026-11-30"


def test_a_plan_covers_a_loan_that_ends_with_it_and_none_beyond(
    partners: Partners,
) -> None:
    card = given(partners)
    assert covers(card, dt.date(2026, 11, 30))
    assert not covers(card, dt.date(2026, 12, 1))
    assert not covers(card, None)
    assert not covers(receive(partners, "8933010000000000028"), FIRST)


def test_a_plan_without_end_covers_every_loan(partners: Partners) -> None:
    forever = PlanFacts(operator="Free", name="Série Free")
    card = given(partners, forever)
    assert covers(card, dt.date(2030, 1, 1))
    assert covers(card, None)


def test_the_plan_that_a_card_came_with_begins_with_its_holder(
    partners: Partners,
) -> None:
    card = receive(partners, plan=plan(partners))
    assert card.plan_starts_on is None
    assert covers(card, dt.date(2026, 12, 22))
    assert not covers(card, dt.date(2026, 12, 23))
    lent = held(partners, card, dt.date(2026, 11, 20))
    assert lent.plan_ends_on == dt.date(2026, 12, 19)


def test_plans_that_end_soon_are_listed_the_first_to_end_first(
    partners: Partners,
) -> None:
    card, by = given(partners), partners.coordinator
    other = receive(partners, "8933010000000000028")
    early = dt.date(2026, 10, 1)
    actions.give_plan(card=other, plan=Plan.objects.get(), starts_on=early, by=by)
    soon = actions.plans_ending(dt.date(2026, 12, 7), by)
    assert list(soon) == [other, card]
    assert not actions.plans_ending(dt.date(2026, 12, 7), partners.admin).exists()
    actions.follow_sim(card=other, to=SimStatus.TERMINATED, by=by)
    assert list(actions.plans_ending(dt.date(2026, 12, 7), by)) == [card]


def test_a_plan_is_written_down_once_and_amended(partners: Partners) -> None:
    found, by = plan(partners), partners.coordinator
    with refused(PlanKnown):
        plan(partners)
    other = plan(partners, PlanFacts(operator="Orange", name="Autre"))
    with refused(PlanKnown):
        actions.amend_plan(plan=other, facts=MONTHLY, by=by)
    longer = PlanFacts(operator="Orange", name="Mobicarte 20 Go", days=31)
    assert actions.amend_plan(plan=found, facts=longer, by=by).days == 31


def test_a_retired_plan_is_given_to_no_card(partners: Partners) -> None:
    card, found, by = receive(partners), plan(partners), partners.coordinator
    actions.retire_plan(plan=found, by=by)
    with refused(PlanRetired):
        actions.give_plan(card=card, plan=found, starts_on=FIRST, by=by)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (dt.date(1970, 1, 1), None),
        (dt.date(2126, 11, 1), None),
        (FIRST, dt.date(2026, 10, 31)),
        (FIRST, dt.date.max),
    ],
)
def test_impossible_days_of_a_plan_are_refused(
    partners: Partners, starts: dt.date, ends: dt.date | None
) -> None:
    card, found, by = receive(partners), plan(partners), partners.coordinator
    with refused(DateImpossible):
        actions.give_plan(card=card, plan=found, starts_on=starts, ends_on=ends, by=by)


def test_a_card_at_its_end_takes_no_plan(partners: Partners) -> None:
    card, found, by = receive(partners), plan(partners), partners.coordinator
    actions.follow_sim(card=card, to=SimStatus.TERMINATED, by=by)
    with refused(StatusImpossible):
        actions.give_plan(card=card, plan=found, starts_on=FIRST, by=by)


def test_plans_are_written_by_who_may(partners: Partners) -> None:
    found = plan(partners)
    mediator = person(Role.MEDIATOR)
    for act in (
        lambda: actions.add_plan(facts=MONTHLY, by=mediator),
        lambda: actions.amend_plan(plan=found, facts=MONTHLY, by=mediator),
        lambda: actions.retire_plan(plan=found, by=mediator),
    ):
        with refused(NotPermitted):
            act()
