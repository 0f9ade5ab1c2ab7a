"""The tables of lives: whole, with ends, and obeyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from lending import states
from lending.actions.status import change_status
from lending.errors import StatusImpossible
from lending.models import EquipmentRequest, RequestEvent
from lending.states import RequestStatus
from tests.lending.world import Partners
from tests.unchanged import refused

TABLES: list[tuple[Any, Mapping[Any, frozenset[Any]]]] = [
    (states.RequestStatus, states.REQUEST_NEXT),
    (states.PackStatus, states.PACK_NEXT),
    (states.LoanStatus, states.LOAN_NEXT),
    (states.HandOverStatus, states.HANDOVER_NEXT),
    (states.SimStatus, states.SIM_NEXT),
]


@pytest.mark.parametrize(("choices", "table"), TABLES)
def test_every_state_has_its_line_and_leads_to_states(choices: Any, table: Any) -> None:
    assert set(table) == set(choices)
    assert frozenset().union(*table.values()) <= set(choices)


@pytest.mark.parametrize(("choices", "table"), TABLES)
def test_every_state_is_reached_from_the_first_and_reaches_an_end(
    choices: Any, table: Any
) -> None:
    first, *_others = choices
    reached = {first}
    while more := {to for at in reached for to in table[at]} - reached:
        reached |= more
    assert reached == set(choices)
    ending = {state for state, after in table.items() if not after}
    while more := {s for s, after in table.items() if after & ending} - ending:
        ending |= more
    assert ending == set(choices)


def draft(partners: Partners) -> EquipmentRequest:
    now = timezone.now()
    return EquipmentRequest.objects.create(
        structure=partners.structure,
        site=partners.site,
        asked_by=partners.admin,
        status_since=now,
        last_news_at=now,
    )


def move(request: EquipmentRequest, to: RequestStatus, partners: Partners) -> None:
    with transaction.atomic():
        change_status(
            request,
            to,
            "moved",
            next_after=states.REQUEST_NEXT,
            journal=RequestEvent,
            by=partners.admin,
        )


def test_a_state_follows_only_what_the_table_says(partners: Partners) -> None:
    request = draft(partners)
    with refused(StatusImpossible):
        move(request, RequestStatus.FULFILLED, partners)


def test_a_change_of_state_is_dated_and_written_down(partners: Partners) -> None:
    request = draft(partners)
    request.end_reason = states.EndReason.NO_NEWS
    request.save()
    move(request, RequestStatus.EXPIRED, partners)
    request.refresh_from_db()
    assert request.status == RequestStatus.EXPIRED
    assert request.events.get().data == {"from": "draft", "to": "expired"}


def test_french_speaks_of_a_card_as_she_and_of_what_it_goes_into_as_either() -> None:
    assert [code for code, _said in states.MODEM_STATES] == states.SimStatus.values
    with translation.override("fr"):
        card = {str(state.label) for state in states.SimStatus}
        modem = {str(said) for _code, said in states.MODEM_STATES}
        thing = {str(state.label) for state in states.Condition}
    assert {"Réservée", "Perdue", "Bloquée"} <= card
    assert not [said for said in modem | thing if said.endswith(("é", "ée", "du", "u"))]
