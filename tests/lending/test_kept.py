"""What coordinators audit: who changed a counted thing, a plan, an access point, a cap."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from backoffice.core import journal
from backoffice.core.countries import Country
from lending import actions
from lending.actions import ApnFacts, PlanFacts, RulesFacts
from lending.models import (
    ApnEvent,
    CountedKindEvent,
    PlanEvent,
    TopUpRules,
    TopUpRulesEvent,
)
from tests.lending.world import Partners

PLAN = PlanFacts(operator="Orange", name="Mobicarte", data_mb=1024, days=30)


def test_a_plan_tells_what_was_changed_from_what_to_what(partners: Partners) -> None:
    by = partners.coordinator
    plan = actions.add_plan(facts=PLAN, by=by)
    dearer = dataclasses.replace(PLAN, price_cents=1990)
    actions.amend_plan(plan=plan, facts=dearer, by=by)
    actions.amend_plan(plan=plan, facts=dearer, by=by)
    actions.retire_plan(plan=plan, by=by)
    events = list(plan.events.order_by("sequence"))
    assert [event.verb for event in events] == ["added", "amended", "retired"]
    assert events[1].data == {"price_cents": [0, 1990]}
    assert {event.actor for event in events} == {by}
    assert journal.verify_subject(events)


def test_an_access_point_never_tells_its_password(partners: Partners) -> None:
    by = partners.coordinator
    facts = ApnFacts(operator="Orange", name="Web", apn="orange.fr")
    profile = actions.add_apn(facts=facts, by=by)
    other = dataclasses.replace(facts, apn="orange", password="secret-42")
    actions.amend_apn(profile=profile, facts=other, by=by)
    actions.retire_apn(profile=profile, by=by)
    verbs = list(ApnEvent.objects.order_by("sequence").values_list("verb", "data"))
    assert verbs[1] == ("amended", {"fields": ["apn", "password"]})
    assert [verb for verb, _data in verbs] == ["added", "amended", "retired"]
    assert "secret-42" not in str(verbs)


def test_a_counted_thing_tells_its_use_and_its_minimum(partners: Partners) -> None:
    by = partners.coordinator
    kind = actions.open_counted_kind(code="MOUSE", name="Souris", by=by)
    for least in (5, 5):
        actions.set_minimum(kind=kind, site=partners.site, minimum=least, by=by)
    for in_use in (False, False, True):
        actions.use_counted_kind(kind=kind, in_use=in_use, by=by)
    events = list(CountedKindEvent.objects.order_by("sequence"))
    told = ["opened", "minimum_set", "retired", "restored"]
    assert [event.verb for event in events] == told
    assert events[1].data == {"site": str(partners.site.uuid), "minimum": [0, 5]}


def test_the_caps_of_a_country_tell_who_changed_them(partners: Partners) -> None:
    facts = RulesFacts(2000, months=9, renewals=1, keeps_holders=False)
    for _again in range(2):
        actions.change_top_up_rules(
            country=Country.FRANCE, facts=facts, by=partners.coordinator
        )
    event = TopUpRulesEvent.objects.get()
    assert event.data["monthly_cap_cents"] == [3000, 2000]
    assert event.subject.country == Country.FRANCE
    assert len(set(TopUpRules.objects.values_list("uuid", flat=True))) == 2


@pytest.mark.parametrize(
    "table", ["apnevent", "countedkindevent", "planevent", "topuprulesevent"]
)
def test_these_journals_are_guarded_too(partners: Partners, table: str) -> None:
    actions.add_plan(facts=PLAN, by=partners.coordinator)
    by, facts = partners.coordinator, RulesFacts(1, 1, 0, False)
    actions.add_apn(facts=ApnFacts("Orange", "Web", "orange.fr"), by=by)
    actions.open_counted_kind(code="MOUSE", name="Souris", by=by)
    actions.change_top_up_rules(country=Country.FRANCE, facts=facts, by=by)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE lending_{table} SET verb = 'x'")


def test_the_pages_show_who_changed_what(client: Client, partners: Partners) -> None:
    by = partners.coordinator
    client.force_login(by)
    plan = actions.add_plan(facts=PLAN, by=by)
    dearer = dataclasses.replace(PLAN, price_cents=1990)
    actions.amend_plan(plan=plan, facts=dearer, by=by)
    kind = actions.open_counted_kind(code="MOUSE", name="Souris", by=by)
    actions.set_minimum(kind=kind, site=partners.site, minimum=5, by=by)
    apn = actions.add_apn(facts=ApnFacts("Orange", "Web", "orange.fr"), by=by)
    facts = RulesFacts(2000, months=9, renewals=1, keeps_holders=True)
    actions.change_top_up_rules(country=Country.FRANCE, facts=facts, by=by)
    for route, key, words in (
        ("plan-amend", plan.uuid, "19.90"),
        ("counted-detail", kind.uuid, f"{partners.site}"),
        ("apn-amend", apn.uuid, "Written down"),
        ("top-up-rules-change", "FR", "no → yes"),
    ):
        shown = client.get(reverse(f"lending:{route}", args=[key])).content.decode()
        assert "History holds" in shown
        assert words in shown
    assert PlanEvent.objects.count() == 2
