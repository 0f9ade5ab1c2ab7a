"""People's files and members, on both sides; structures, for the staff."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core.roles import Role
from lending import actions
from lending.actions import PersonFacts
from lending.kinds import Authorisation, SpokenLanguage, StructureKind
from lending.models import Beneficiary, FileReading, Membership, Structure
from tests.lending.world import Partners
from tests.world import person

FILE = {
    "first_name": "Aïcha",
    "last_name": "B",
    "channel": "structure",
    "public": "not_stated",
    "language": "fr",
    "reading": "not_stated",
}
NEW = {**FILE, "notice_language": "fr", "informed": "on"}


@pytest.fixture
def browser(client: Client, partners: Partners) -> Client:
    client.force_login(partners.admin)
    return client


@pytest.fixture
def office(partners: Partners) -> Client:
    browser = Client()
    browser.force_login(partners.coordinator)
    return browser


def known(partners: Partners, name: str = "Aïcha", **facts: object) -> Beneficiary:
    return actions.open_beneficiary(
        structure=partners.structure,
        facts=PersonFacts(first_name=name, **facts),  # type: ignore[arg-type]
        notice_language=SpokenLanguage.FRENCH,
        by=partners.admin,
    )


def act(found: Beneficiary, name: str, *more: str) -> str:
    return reverse(f"lending:person-{name}", args=[found.uuid, *more])


# ------------------------------------------------------------------ files


def test_a_file_is_opened_once_however_often_it_is_sent(browser: Client) -> None:
    page = browser.post("/people/new/", NEW)
    found = Beneficiary.objects.get()
    assert page.headers["Location"] == f"/people/{found.uuid}/"
    again = browser.post("/people/new/", NEW)
    assert "There is a person of this name" in again.content.decode()
    assert Beneficiary.objects.count() == 1


def test_two_people_may_have_one_name(browser: Client) -> None:
    browser.post("/people/new/", NEW)
    browser.post("/people/new/", NEW | {"another": "on"})
    assert Beneficiary.objects.count() == 2


def test_the_staff_says_for_which_structure(office: Client, partners: Partners) -> None:
    unsaid = office.post("/people/new/", NEW)
    assert unsaid.status_code == HTTPStatus.BAD_REQUEST
    office.post("/people/new/", NEW | {"structure": str(partners.structure.uuid)})
    assert Beneficiary.objects.get().structure == partners.structure


@pytest.mark.parametrize("year", ["1870", "99999999999", "dix"])
def test_nobody_was_born_in_an_impossible_year(browser: Client, year: str) -> None:
    answer = browser.post("/people/new/", NEW | {"birth_year": year})
    assert answer.status_code in {400, 409}
    assert not Beneficiary.objects.exists()


@pytest.mark.parametrize("typed", ["aicha", "BENALI", "{code}"])
def test_people_are_found_by_name_and_by_code(
    browser: Client, partners: Partners, typed: str
) -> None:
    found = known(partners, "Aïcha", last_name="Benali")
    known(partners, "Marc")
    shown = browser.get("/people/", {"q": typed.format(code=found.code)})
    assert found.code in shown.content.decode()
    assert "Marc" not in shown.content.decode()


@pytest.mark.parametrize("typed", ["\0", "%", "x" * 4000])
def test_a_strange_search_finds_nobody(
    browser: Client, partners: Partners, typed: str
) -> None:
    known(partners)
    assert (
        "Nobody of this name"
        in browser.get("/people/", {"q": f"{typed}é"}).content.decode()
    )


def test_only_who_is_not_the_referent_leaves_a_trace(
    browser: Client, office: Client, partners: Partners
) -> None:
    found = known(partners)
    browser.get(f"/people/{found.uuid}/")
    assert not FileReading.objects.exists()
    office.get(f"/people/{found.uuid}/")
    assert FileReading.objects.get().reader == partners.coordinator


def test_a_file_is_amended_and_keeps_what_was_typed(
    browser: Client, partners: Partners
) -> None:
    found = known(partners)
    page = act(found, "amend")
    refused = browser.post(page, FILE | {"channel": "phone", "commune": "Pessac"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Pessac" in refused.content.decode()
    browser.post(page, FILE | {"commune": "Pessac"})
    found.refresh_from_db()
    assert found.commune == "Pessac"


def test_each_agreement_is_given_and_taken_back_alone(
    browser: Client, partners: Partners
) -> None:
    found = known(partners)
    browser.post(act(found, "consent", "photo"))
    assert found.consents.get().purpose == "photo"
    twice = browser.post(act(found, "consent", "photo"), follow=True)
    assert "written down already" in twice.content.decode()
    browser.post(act(found, "consent-withdraw", "photo"))
    assert not found.consents.filter(withdrawn_on=None).exists()
    unknown = browser.post(act(found, "consent", "sale"))
    assert unknown.status_code == HTTPStatus.NOT_FOUND


def test_the_file_says_when_the_person_was_told_and_met(
    browser: Client, partners: Partners
) -> None:
    found = known(partners)
    browser.post(act(found, "notice"), {"language": "ar"})
    browser.post(act(found, "contact"))
    assert set(found.notices.values_list("language", flat=True)) == {"fr", "ar"}
    assert found.events.filter(verb="contacted").count() == 1


def test_only_a_member_becomes_the_referent(
    browser: Client, partners: Partners
) -> None:
    found = known(partners)
    colleague = partners.join(partners.structure, "collegue@exemple.test").user
    stranger = partners.coordinator
    for chosen in (stranger, colleague):
        browser.post(act(found, "referent"), {"referent": str(chosen.uuid)})
    found.refresh_from_db()
    assert found.referent == colleague
    assert found.events.filter(verb="referent_set").count() == 1


def test_two_files_become_one_and_two_again(office: Client, partners: Partners) -> None:
    kept, other = known(partners), known(partners)
    assert other.code in office.get(f"/people/{kept.uuid}/").content.decode()
    office.post(act(kept, "merge"), {"absorbed": str(other.uuid)})
    assert office.get(f"/people/{other.uuid}/").status_code == HTTPStatus.NOT_FOUND
    office.post(act(other, "part"))
    assert office.get(f"/people/{other.uuid}/").status_code == HTTPStatus.OK
    garbled = office.post(act(kept, "merge"), {"absorbed": "x"})
    assert garbled.status_code == HTTPStatus.FOUND


def test_who_is_staff_and_partner_sees_each_person_once(partners: Partners) -> None:
    known(partners)
    for number in range(3):
        partners.join(partners.structure, f"m{number}@exemple.test")
    both = person(Role.COORDINATOR)
    invited = actions.invite_member(
        structure=partners.structure, email=both.email, name="x", by=partners.admin
    )
    actions.join_structure(invitation=invited, by=both)
    seen = Beneficiary.objects.visible_to(type(both).objects.get(pk=both.pk))
    assert seen.count() == 1


# ------------------------------------------------------------------ members


def test_an_administrator_invites_a_colleague(
    browser: Client, partners: Partners
) -> None:
    page = reverse("lending:member-invite", args=[partners.structure.uuid])
    told = {"name": "Léa", "email": "lea@sablieres.exemple.test"}
    browser.post(page, told)
    assert "lea@sablieres" in browser.get("/portal/structure/").content.decode()
    again = browser.post(page, told)
    assert again.status_code == HTTPStatus.CONFLICT
    assert 'value="Léa"' in again.content.decode()


def test_a_plain_member_changes_nobody(partners: Partners) -> None:
    member = partners.join(partners.structure, "membre@exemple.test")
    admin = Membership.objects.get(user=partners.admin)
    browser = Client()
    browser.force_login(member.user)
    shown = browser.get("/portal/structure/").content.decode()
    assert "Invite a colleague" not in shown
    answer = browser.post(
        reverse("lending:member-demote", args=[admin.uuid]), follow=True
    )
    assert "Only an administrator" in answer.content.decode()
    admin.refresh_from_db()
    assert admin.is_admin


def test_the_last_administrator_stays(browser: Client, partners: Partners) -> None:
    admin = Membership.objects.get(user=partners.admin)
    page = reverse("lending:member-end", args=[admin.uuid])
    answer = browser.post(page, follow=True)
    assert "Name another administrator first." in answer.content.decode()
    other = partners.join(partners.structure, "autre@exemple.test")
    browser.post(reverse("lending:member-promote", args=[other.uuid]))
    browser.post(page)
    admin.refresh_from_db()
    assert not admin.is_active


def test_an_invitation_is_cancelled_once(browser: Client, partners: Partners) -> None:
    invited = partners.invite("trop@exemple.test")
    page = reverse("lending:invitation-cancel", args=[invited.uuid])
    assert "is cancelled" in browser.post(page, follow=True).content.decode()
    assert "no longer good" in browser.post(page, follow=True).content.decode()


# ------------------------------------------------------------------ structures


def structure_of(partners: Partners, **typed: str) -> dict[str, str]:
    told = {"name": "CSAPA du port", "kind": "CSAPA", "country": "FR"}
    return {**told, "site": str(partners.site.uuid), **typed}


def test_a_structure_is_registered_with_a_doubt(
    office: Client, partners: Partners
) -> None:
    typed = structure_of(partners, siret="123 456 789 00012")
    page = office.post("/structures/new/", typed).headers["Location"]
    found = Structure.objects.get(kind=StructureKind.CSAPA)
    assert found.siret == "12345678900012"
    shown = office.get(page).content.decode()
    assert "last digit of the SIRET" in shown
    assert "on no label or slip" in shown


@pytest.mark.parametrize("siret", ["12", "\u0661" * 14])
def test_a_number_that_cannot_be_one_is_refused(
    office: Client, partners: Partners, siret: str
) -> None:
    answer = office.post("/structures/new/", structure_of(partners, siret=siret))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert Structure.objects.count() == 1


def test_a_structure_is_authorised_closed_and_reopened(
    office: Client, partners: Partners
) -> None:
    found = partners.structure
    for act_name, typed in (
        ("authorise", {"authorisation": "refused"}),
        ("close", {}),
        ("reopen", {}),
    ):
        office.post(reverse(f"lending:structure-{act_name}", args=[found.uuid]), typed)
    found.refresh_from_db()
    assert (found.authorisation, found.is_active) == (Authorisation.REFUSED, True)
    assert found.events.filter(verb__in=["closed", "reopened"]).count() == 2


def test_structures_are_found_by_name_number_and_state(
    office: Client, partners: Partners
) -> None:
    partners.register("Mission locale", StructureKind.ML)
    for asked in ({"q": "mission"}, {"state": "not_set"}):
        shown = office.get("/structures/", asked).content.decode()
        assert "Mission locale" in shown
        assert str(partners.structure) not in shown
    assert (
        "No structure is like this"
        in office.get("/structures/", {"q": "\0zz", "state": "closed"}).content.decode()
    )
