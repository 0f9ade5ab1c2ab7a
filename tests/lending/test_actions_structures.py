"""Structures are written down, authorised and closed by the association alone."""

from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from lending import registration
from lending.actions import (
    StructureFacts,
    amend_structure,
    authorise_structure,
    close_structure,
    register_structure,
    reopen_structure,
)
from lending.errors import (
    AuthorisationUnchanged,
    RegistrationMalformed,
    StructureClosed,
    StructureKnown,
)
from lending.kinds import SENSITIVE, Authorisation, StructureKind
from lending.models import Structure
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

SIRET = "00010001600013"


def test_a_structure_begins_without_the_right_to_ask(partners: Partners) -> None:
    structure = partners.register("Mission locale du Val d’Olt", StructureKind.ML)
    assert structure.authorisation == Authorisation.NOT_SET
    assert not structure.may_ask
    assert structure.events.get().verb == "registered"


def test_the_association_authorises_dated_and_signed(partners: Partners) -> None:
    structure = partners.register("EVS Le Trait d’Union", StructureKind.EVS)
    done = authorise_structure(
        structure=structure, to=Authorisation.VALIDATED, by=partners.coordinator
    )
    assert done.may_ask
    assert done.authorised_by == partners.coordinator
    assert done.authorised_at is not None
    assert done.events.latest("sequence").data == {"from": "not_set", "to": "validated"}


def test_what_is_decided_is_not_decided_again_nor_undecided(partners: Partners) -> None:
    for to in (Authorisation.VALIDATED, Authorisation.NOT_SET):
        with refused(AuthorisationUnchanged):
            authorise_structure(
                structure=partners.structure, to=to, by=partners.coordinator
            )


def test_a_member_authorises_nobody(partners: Partners) -> None:
    with refused(NotPermitted):
        authorise_structure(
            structure=partners.structure, to=Authorisation.REFUSED, by=partners.admin
        )


def test_a_role_at_one_site_reaches_its_structures_only(partners: Partners) -> None:
    elsewhere = person(Role.COORDINATOR, site=Site.objects.create(name="Les Acacias 2"))
    facts = StructureFacts(name="PIMMS", kind=StructureKind.PIMMS)
    with refused(NotPermitted):
        register_structure(facts=facts, site=partners.site, by=elsewhere)
    assert not Structure.objects.visible_to(elsewhere).exists()
    assert partners.structure in Structure.objects.visible_to(partners.coordinator)


def test_one_registration_number_once_per_kind(partners: Partners) -> None:
    numbers = registration.read(siret="000 100 016 00013")
    partners.register("Fil & Brique", StructureKind.ACI, registration=numbers)
    partners.register("Transit’Bois", StructureKind.EI, registration=numbers)
    with refused(StructureKnown):
        partners.register("Fil et Brique", StructureKind.ACI, registration=numbers)


def test_several_structures_have_no_number(partners: Partners) -> None:
    partners.register("Club de rugby de Pantenay", StructureKind.SPORT_CLUB)
    partners.register("Club d’échecs", StructureKind.SPORT_CLUB)


def test_a_structure_is_amended_and_the_event_tells_fields_only(
    partners: Partners,
) -> None:
    facts = StructureFacts(
        name="CCAS de Sablières", kind=StructureKind.CCAS, phone="+33536490001"
    )
    done = amend_structure(
        structure=partners.structure, facts=facts, by=partners.coordinator
    )
    assert done.name == "CCAS de Sablières"
    assert done.events.latest("sequence").data == {"fields": ["name", "phone"]}


def test_an_amendment_does_not_take_another_structure_s_number(
    partners: Partners,
) -> None:
    numbers = registration.read(siret=SIRET)
    partners.register("Autre CCAS", registration=numbers)
    facts = StructureFacts(name="X", kind=StructureKind.CCAS, registration=numbers)
    with refused(StructureKnown):
        amend_structure(
            structure=partners.structure, facts=facts, by=partners.coordinator
        )


def test_members_of_a_closed_structure_see_nothing_until_it_reopens(
    partners: Partners,
) -> None:
    close_structure(structure=partners.structure, by=partners.coordinator)
    assert not Structure.objects.visible_to(partners.admin).exists()
    with refused(StructureClosed):
        close_structure(structure=partners.structure, by=partners.coordinator)
    reopen_structure(structure=partners.structure, by=partners.coordinator)
    assert Structure.objects.visible_to(partners.admin).exists()
    with refused(StructureClosed):
        reopen_structure(structure=partners.structure, by=partners.coordinator)


@pytest.mark.parametrize(
    "typed", [{"siret": "123"}, {"siren": "12345678x"}, {"bce": "2000100166"}]
)
def test_what_cannot_be_a_number_is_refused(typed: dict[str, str]) -> None:
    with pytest.raises(RegistrationMalformed):
        registration.read(**typed)


def test_a_wrong_check_digit_is_a_doubt_and_no_refusal() -> None:
    assert registration.read(siret=SIRET).doubts() == []
    assert len(registration.read(siret="00010001600014").doubts()) == 1
    assert len(registration.read(bce="0000.100.167").doubts()) == 1
    assert registration.read(bce="0000.100.166").doubts() == []
    assert len(registration.read(siret=SIRET, siren="000100024").doubts()) >= 1


def test_the_kinds_that_reveal_something_are_marked(partners: Partners) -> None:
    spip = partners.register("Antenne", StructureKind.SPIP)
    assert spip.is_sensitive
    assert not partners.structure.is_sensitive
    assert len(SENSITIVE) == 8
