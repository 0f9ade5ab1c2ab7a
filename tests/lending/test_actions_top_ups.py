"""Top-ups within the caps of the field: 30 € a month, nine months, renewed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction

from backoffice.core.countries import Country
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from lending import actions
from lending.actions import RulesFacts, holding
from lending.actions.entitlement import Allowance, allowance, rules_of
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
from lending.models import Beneficiary, SimCard, TopUp, TopUpHelp, TopUpRules
from lending.states import SimStatus
from tests.lending.test_actions_beneficiaries import open_file
from tests.lending.test_actions_sims import receive
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

TODAY = dt.date(2026, 11, 23)


@dataclass
class Helped:
    """A person with a card, and a mediator of the site."""

    partners: Partners
    mediator: User
    card: SimCard
    person: Beneficiary

    def top_up(self, cents: int = 3000, **said: object) -> TopUp:
        wanted: dict[str, object] = {
            "card": self.card,
            "holder": self.person,
            "by": self.mediator,
        }
        return actions.top_up(value_cents=cents, **{**wanted, **said})  # type: ignore[arg-type]

    def allowed(self, on: dt.date = TODAY) -> Allowance:
        return allowance(self.person, rules_of(self.partners.site), on)


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(
        dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), tick=False
    ) as traveller:
        yield traveller


@pytest.fixture
def helped(partners: Partners, now: time_machine.Traveller) -> Helped:
    card, somebody = receive(partners), open_file(partners)
    with transaction.atomic():
        holding.reserve_sim(card, partners.coordinator)
        holding.assign_sim(card, somebody, TODAY, partners.coordinator)
    mediator = person(Role.MEDIATOR, site=partners.site)
    return Helped(partners, mediator, card, somebody)


def test_the_rules_of_both_countries_are_there_from_the_start(db: None) -> None:
    rules = TopUpRules.objects.order_by("country").values_list(
        "country", "monthly_cap_cents", "months", "renewals", "keeps_holders"
    )
    assert list(rules) == [("BE", 3000, 9, 1, True), ("FR", 3000, 9, 1, False)]


def test_a_top_up_is_written_and_begins_nine_months(helped: Helped) -> None:
    made = helped.top_up(1000, charged_cents=250, data_mb=5000)
    assert (made.beneficiary, made.made_on) == (helped.person, TODAY)
    assert helped.allowed().left_cents == 2000
    assert helped.allowed().until_on == dt.date(2027, 8, 22)
    said = helped.card.events.latest("sequence")
    assert (said.verb, said.data) == ("topped_up", {"value": 1000, "charged": 250})


def test_above_the_cap_the_refusal_says_what_is_left_and_when(helped: Helped) -> None:
    helped.top_up(2500)
    with pytest.raises(TopUpAboveCap) as no:
        helped.top_up(501)
    assert no.value.facts == {"left_cents": 500, "next_on": "2026-12-01"}
    assert "5.00" in no.value.message


def test_a_new_month_has_its_own_cap(
    helped: Helped, now: time_machine.Traveller
) -> None:
    helped.top_up(3000)
    assert helped.allowed().next_on == dt.date(2026, 12, 1)
    now.move_to(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))
    helped.top_up(3000)
    with refused(TopUpAboveCap):
        helped.top_up(1, made_on=TODAY)


def test_a_manager_goes_beyond_with_a_reason_that_is_kept(helped: Helped) -> None:
    helped.top_up(3000)
    with refused(TopUpAboveCap):
        helped.top_up(1000, override_reason="Entretien en visio")
    boss = helped.partners.coordinator
    with refused(TopUpAboveCap):
        helped.top_up(1000, by=boss)
    with refused(TextMissing):
        helped.top_up(1000, by=boss, override_reason="...")
    made = helped.top_up(1000, by=boss, override_reason="Entretien en visio")
    assert made.override_reason == "Entretien en visio"


def test_a_reason_within_the_caps_is_not_kept(helped: Helped) -> None:
    boss = helped.partners.coordinator
    assert helped.top_up(1, by=boss, override_reason="Au cas où").override_reason == ""


def test_after_nine_months_help_is_renewed_once(
    helped: Helped, now: time_machine.Traveller
) -> None:
    helped.top_up(1000)
    with refused(HelpNotOver):
        actions.renew_top_ups(holder=helped.person, by=helped.mediator)
    now.move_to(dt.datetime(2027, 8, 23, 9, tzinfo=dt.UTC))
    with refused(HelpOver):
        helped.top_up(1000)
    helps = actions.renew_top_ups(holder=helped.person, by=helped.mediator)
    assert helps.until_on == dt.date(2028, 5, 22)
    helped.top_up(1000)
    now.move_to(dt.datetime(2028, 5, 23, 9, tzinfo=dt.UTC))
    with refused(RenewalsUsed):
        actions.renew_top_ups(holder=helped.person, by=helped.mediator)
    assert helped.person.events.filter(verb="top_ups_renewed").count() == 1


def test_files_that_were_merged_share_one_cap(helped: Helped) -> None:
    helped.top_up(2000)
    kept = open_file(helped.partners)
    actions.merge_beneficiaries(
        kept=kept, absorbed=helped.person, by=helped.partners.coordinator
    )
    absorbed = Beneficiary.objects.get(pk=helped.person.pk)
    for holder in (kept, absorbed):
        with refused(TopUpAboveCap):
            helped.top_up(1001, holder=holder)
    helped.top_up(1000, holder=kept)
    assert TopUpHelp.objects.count() == 1


def test_a_card_is_topped_up_for_who_holds_it(helped: Helped) -> None:
    other = open_file(helped.partners)
    with refused(CardOfAnother):
        helped.top_up(1000, holder=other)
    free = receive(helped.partners, "8933010000000000028")
    with refused(StatusImpossible):
        helped.top_up(1000, card=free)
    actions.follow_sim(
        card=helped.card, to=SimStatus.LOST, by=helped.partners.coordinator
    )
    with refused(StatusImpossible):
        helped.top_up(1000)


@pytest.mark.parametrize(("value", "charged"), [(0, 0), (-1, 0), (50_001, 0), (1, -1)])
def test_impossible_amounts_are_refused(
    helped: Helped, value: int, charged: int
) -> None:
    with refused(AmountImpossible):
        helped.top_up(value, charged_cents=charged)


@pytest.mark.parametrize("on", [dt.date(1970, 1, 1), dt.date(2026, 11, 24)])
def test_a_top_up_is_written_down_near_its_day(helped: Helped, on: dt.date) -> None:
    with refused(DateImpossible):
        helped.top_up(1000, made_on=on)


def test_only_who_may_tops_up_and_at_their_site(helped: Helped) -> None:
    elsewhere = person(Role.COORDINATOR, site=Site.objects.create(name="Ailleurs"))
    for by in (person(Role.WORKSHOP_LEAD), elsewhere):
        with refused(NotPermitted):
            helped.top_up(1000, by=by)
    helped.top_up(1000)
    with refused(NotPermitted):
        actions.renew_top_ups(holder=helped.person, by=elsewhere)


def test_rules_are_changed_by_who_may_and_within_reason(helped: Helped) -> None:
    facts = RulesFacts(1000, 6, 0, keeps_holders=True)
    with refused(NotPermitted):
        actions.change_top_up_rules(
            country=Country.FRANCE, facts=facts, by=helped.mediator
        )
    boss = helped.partners.coordinator
    rules = actions.change_top_up_rules(country=Country.FRANCE, facts=facts, by=boss)
    assert (rules.changed_by, helped.allowed().left_cents) == (boss, 1000)
    with refused(RulesImpossible):
        actions.change_top_up_rules(
            country=Country.FRANCE, facts=RulesFacts(1000, 0, 0, True), by=boss
        )
