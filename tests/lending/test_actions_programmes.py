"""Programmes and quotas: never more shared out than the target, never less than promised."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from backoffice.core.errors import NotPermitted
from lending.actions import (
    ProgrammeFacts,
    amend_programme,
    close_programme,
    move_quota,
    open_programme,
    set_quota,
)
from lending.errors import (
    ProgrammeClosed,
    ProgrammeDates,
    ProgrammeKnown,
    QuotaAboveTarget,
    QuotaInUse,
    TargetTooLow,
)
from lending.kinds import StructureKind
from lending.models import Programme, Quota
from tests.lending.world import Partners
from tests.unchanged import refused

FACTS = ProgrammeFacts(name="Clic’Emploi", target=20, starts_on=dt.date(2026, 1, 1))


def test_quotas_together_stay_within_the_target(partners: Partners) -> None:
    programme = partners.programme(target=20)
    other = partners.register("Mission locale", StructureKind.ML)
    by = partners.coordinator
    set_quota(programme=programme, structure=partners.structure, packs=15, by=by)
    with refused(QuotaAboveTarget):
        set_quota(programme=programme, structure=other, packs=6, by=by)
    set_quota(programme=programme, structure=other, packs=5, by=by)
    set_quota(programme=programme, structure=partners.structure, packs=14, by=by)


def test_packs_move_from_one_quota_to_another(partners: Partners) -> None:
    programme = partners.programme(target=20)
    other = partners.register("Mission locale", StructureKind.ML)
    by = partners.coordinator
    set_quota(programme=programme, structure=partners.structure, packs=20, by=by)
    moved = move_quota(
        programme=programme, source=partners.structure, target=other, packs=8, by=by
    )
    assert moved.packs == 8
    assert Quota.objects.get(structure=partners.structure).packs == 12
    assert programme.events.latest("sequence").data["packs"] == 8


def test_what_is_promised_is_not_taken_away(partners: Partners) -> None:
    programme = partners.programme(target=20)
    other = partners.register("Mission locale", StructureKind.ML)
    by = partners.coordinator
    set_quota(programme=programme, structure=partners.structure, packs=5, by=by)
    Quota.objects.update(promised=2, handed_over=2)
    with refused(QuotaInUse):
        set_quota(programme=programme, structure=partners.structure, packs=3, by=by)
    with refused(QuotaInUse):
        move_quota(
            programme=programme, source=partners.structure, target=other, packs=2, by=by
        )


def test_the_database_refuses_one_pack_too_many(partners: Partners) -> None:
    programme = partners.programme(target=1)
    by = partners.coordinator
    set_quota(programme=programme, structure=partners.structure, packs=1, by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.update(handed_over=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quota.objects.update(promised=1, handed_over=1)


def test_a_target_is_not_below_what_is_shared_out(partners: Partners) -> None:
    programme = partners.programme(target=20)
    by = partners.coordinator
    set_quota(programme=programme, structure=partners.structure, packs=15, by=by)
    with refused(TargetTooLow):
        amend_programme(
            programme=programme, facts=dataclasses.replace(FACTS, target=14), by=by
        )
    amended = amend_programme(programme=programme, facts=FACTS, by=by)
    assert amended.target == 20
    assert programme.events.latest("sequence").verb == "quota_set"
    amend_programme(
        programme=programme, facts=dataclasses.replace(FACTS, target=15), by=by
    )
    assert programme.events.latest("sequence").data == {
        "fields": ["target"],
        "target": [20, 15],
    }


def test_names_are_one_programme_s_and_dates_run_forward(partners: Partners) -> None:
    partners.programme()
    by = partners.coordinator
    with refused(ProgrammeKnown):
        open_programme(facts=FACTS, by=by)
    backwards = dataclasses.replace(FACTS, name="Autre", ends_on=dt.date(2025, 12, 31))
    with refused(ProgrammeDates):
        open_programme(facts=backwards, by=by)
    second = partners.programme(name="Autre")
    with refused(ProgrammeKnown):
        amend_programme(programme=second, facts=FACTS, by=by)


def test_nothing_more_happens_in_a_closed_programme(partners: Partners) -> None:
    programme = partners.programme()
    by = partners.coordinator
    close_programme(programme=programme, by=by)
    with refused(ProgrammeClosed):
        close_programme(programme=programme, by=by)
    with refused(ProgrammeClosed):
        set_quota(programme=programme, structure=partners.structure, packs=1, by=by)


def test_a_structure_sees_the_programmes_that_it_has_a_quota_in(
    partners: Partners,
) -> None:
    mine, other = partners.programme(), partners.programme(name="Autre")
    set_quota(
        programme=mine, structure=partners.structure, packs=1, by=partners.coordinator
    )
    assert list(Programme.objects.visible_to(partners.admin)) == [mine]
    assert set(Programme.objects.visible_to(partners.coordinator)) == {mine, other}


def test_a_member_sets_no_quota(partners: Partners) -> None:
    programme = partners.programme()
    with refused(NotPermitted):
        set_quota(
            programme=programme,
            structure=partners.structure,
            packs=9,
            by=partners.admin,
        )
