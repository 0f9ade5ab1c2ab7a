"""Requests in each state, brought there by the acts that people use."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.utils import timezone

from backoffice.core.models import User
from lending import actions
from lending.actions import PersonFacts, RequestAnswers
from lending.kinds import Capability, Goal, Situation, SpokenLanguage
from lending.models import Beneficiary, EquipmentRequest, Programme, Structure
from lending.states import HandOverMode
from tests.lending.world import Partners

ANSWERS = RequestAnswers(
    for_one=False,
    quantity=1,
    goals=[Goal.JOB_SEARCH],
    capabilities=[Capability.COMPUTER],
)


def soon(days: int = 10) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def someone(partners: Partners, first_name: str = "Samira") -> Beneficiary:
    """Somebody whom the structure knows."""
    return actions.open_beneficiary(
        structure=partners.structure,
        facts=PersonFacts(first_name=first_name, last_name="B", birth_year=1990),
        notice_language=SpokenLanguage.FRENCH,
        by=partners.admin,
    )


def draft(
    partners: Partners,
    *,
    structure: Structure | None = None,
    by: User | None = None,
    **answers: Any,
) -> EquipmentRequest:
    """A draft that answers every question."""
    by = by or partners.admin
    request = actions.begin_request(structure=structure or partners.structure, by=by)
    told = dataclasses.replace(ANSWERS, **answers)
    return actions.answer_request(request=request, answers=told, by=by)


def sent(partners: Partners, **answers: Any) -> EquipmentRequest:
    return actions.submit_request(request=draft(partners, **answers), by=partners.admin)


def for_one(partners: Partners, person: Beneficiary) -> EquipmentRequest:
    """Sent, for one person who has no computer."""
    return sent(
        partners,
        for_one=True,
        beneficiary=person,
        quantity=None,
        situation=Situation.NONE,
    )


def quota(partners: Partners, packs: int, *, target: int = 400) -> Programme:
    """An open programme, in which the structure may have so many packs."""
    programme = partners.programme(target=target)
    actions.set_quota(
        programme=programme,
        structure=partners.structure,
        packs=packs,
        by=partners.coordinator,
    )
    return programme


def approved(
    partners: Partners, programme: Programme | None, **answers: Any
) -> EquipmentRequest:
    return actions.approve_request(
        request=sent(partners, **answers),
        mode=HandOverMode.GIFT,
        programme=programme,
        by=partners.coordinator,
    )
