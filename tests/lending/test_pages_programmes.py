"""Programmes on screen: what is typed is kept, what is refused says why."""

from __future__ import annotations

import pytest
from django.test import Client

from backoffice.core.roles import Role
from lending.actions import set_quota
from lending.kinds import StructureKind
from lending.models import Programme, Quota
from tests.lending.world import Partners
from tests.world import person

TYPED = {
    "name": "Clic’Emploi",
    "funders": "Fondation A\n\n  Ville   B ",
    "starts_on": "2026-01-01",
    "ends_on": "",
    "target": "20",
    "priority": "3",
}
BAD = ["\x00", "x" * 4000, "9" * 400, "-1", "2026-02-31", "\x1b[0m"]


@pytest.fixture
def here(client: Client, partners: Partners) -> Client:
    client.force_login(partners.coordinator)
    return client


def address(programme: Programme, end: str = "") -> str:
    return f"/programmes/{programme.uuid}/{end}"


def test_a_programme_is_opened_and_leads_to_its_page(here: Client) -> None:
    answer = here.post("/programmes/new/", TYPED)
    programme = Programme.objects.get()
    assert answer["Location"] == address(programme)
    assert programme.funders == "Fondation A\nVille B"
    assert programme.priority == 3
    assert "Clic’Emploi" in here.get("/programmes/").content.decode()


def test_a_name_taken_keeps_what_was_typed(here: Client, partners: Partners) -> None:
    partners.programme()
    answer = here.post("/programmes/new/", TYPED)
    assert answer.status_code == 409
    assert 'value="20"' in answer.content.decode()
    assert Programme.objects.count() == 1


def test_a_programme_is_changed_and_its_history_says_what(
    here: Client, partners: Partners
) -> None:
    programme = partners.programme(target=20)
    answer = here.post(address(programme, "change/"), {**TYPED, "target": "30"})
    assert answer.status_code == 302
    said = here.get(address(programme)).content.decode()
    assert "packs to hand over" in said
    assert "20 → 30" in said


def test_quotas_are_set_and_moved_from_the_page(
    here: Client, partners: Partners
) -> None:
    programme = partners.programme(target=20)
    other = partners.register("Mission locale", StructureKind.ML)
    given = {"structure": str(partners.structure.uuid), "packs": "20"}
    here.post(address(programme, "quota/"), given)
    moved = {"source": str(partners.structure.uuid), "target": str(other.uuid)}
    here.post(address(programme, "quota/move/"), {**moved, "packs": "8"})
    assert {quota.packs for quota in Quota.objects.all()} == {12, 8}
    said = here.get(address(programme)).content.decode()
    assert f"{partners.structure} → {other} · 8" in said


def test_a_quota_beyond_the_target_says_how_many_are_left(
    here: Client, partners: Partners
) -> None:
    programme = partners.programme(target=20)
    given = {"structure": str(partners.structure.uuid), "packs": "21"}
    answer = here.post(address(programme, "quota/"), given)
    assert answer.status_code == 409
    assert "At most 20 for this structure" in answer.content.decode()
    assert 'value="21"' in answer.content.decode()
    assert not Quota.objects.exists()


def test_packs_do_not_move_to_where_they_are(here: Client, partners: Partners) -> None:
    programme = partners.programme(target=20)
    same = partners.structure
    set_quota(programme=programme, structure=same, packs=5, by=partners.coordinator)
    moved = {"source": str(same.uuid), "target": str(same.uuid), "packs": "1"}
    answer = here.post(address(programme, "quota/move/"), moved)
    assert answer.status_code == 400
    assert "Choose another structure" in answer.content.decode()
    assert Quota.objects.get().packs == 5


def test_a_closed_programme_has_no_form_left(here: Client, partners: Partners) -> None:
    programme = partners.programme()
    here.post(address(programme, "close/"))
    said = here.get(address(programme)).content.decode()
    assert "Set the quota" not in said
    assert "Programme closed" in said


@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_refused_in_words(
    here: Client, partners: Partners, bad: str
) -> None:
    programme = partners.programme()
    typed = dict.fromkeys(["structure", "source", "target", "packs"], bad)
    for end, sent in (
        ("change/", dict.fromkeys(TYPED, bad)),
        ("quota/", typed),
        ("quota/move/", typed),
    ):
        assert here.post(address(programme, end), sent).status_code == 400
    assert not Quota.objects.exists()
    assert Programme.objects.get().name == programme.name


def test_who_only_looks_has_no_button(client: Client, partners: Partners) -> None:
    programme = partners.programme()
    client.force_login(person(Role.AUDITOR))
    said = client.get(address(programme)).content.decode()
    assert "Set the quota" not in said
    assert client.post(address(programme, "close/")).status_code == 403
    assert Programme.objects.get().is_open
