"""Who asks the demo's workshop for packs: structures, their members, and people."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.utils import timezone

from backoffice.core.actors import At
from backoffice.core.models import User
from backoffice.core.roles import Role
from backoffice.demo.workshop import Workshop
from lending import actions
from lending.actions import PersonFacts, ProgrammeFacts, StructureFacts
from lending.kinds import (
    Authorisation,
    Channel,
    Public,
    Reading,
    SpokenLanguage,
    StructureKind,
)
from lending.models import Beneficiary, Programme, Structure
from lending.registration import Registration

YOUTH = StructureFacts(
    name="Mission locale du Val d’Olt",
    kind=StructureKind.ML,
    registration=Registration(siret="00010005700017"),
    postcode="33999",
    commune="Bourg-Lavande",
    email="accueil@val-d-olt.exemple.test",
    phone="+33536490010",
)
TOWN = StructureFacts(
    name="CCAS de Sablières-sur-Garonne",
    kind=StructureKind.CCAS,
    registration=Registration(siret="00010006500010"),
    postcode="33998",
    commune="Sablières-sur-Garonne",
    email="ccas@sablieres.exemple.test",
    phone="+33536490020",
)
WORKSHOP = StructureFacts(
    name="ACI Les Ateliers du Tilleul",
    kind=StructureKind.ACI,
    registration=Registration(siret="00010007300014"),
    postcode="33300",
    commune="Bordeaux",
    email="contact@ateliers-du-tilleul.exemple.test",
    phone="+33536490030",
)
# How many packs of the programme each of them may have.
QUOTAS = ((YOUTH, 40), (TOWN, 25), (WORKSHOP, 12))
# Two are each a member of two structures: the portal lets them switch.
MEMBERS = (
    (YOUTH, Role.PARTNER_MEMBER),
    (TOWN, Role.PARTNER_ADMINISTRATOR),
    (TOWN, Role.PARTNER_MEMBER),
    (WORKSHOP, Role.PARTNER_ADMINISTRATOR),
)
PEOPLE = {
    YOUTH: (
        PersonFacts("Samira", "B", 2003, channel=Channel.PHONE, contact="0639980011"),
        PersonFacts("Yacine", "T", 2001, public=Public.YOUNG_ADULT),
        PersonFacts(
            *("Oleksandra", "K", 1999),
            language=SpokenLanguage.UKRAINIAN,
            needs_interpreter=True,
        ),
        PersonFacts(
            "Lina", "D", 2005, channel=Channel.EMAIL, contact="lina@exemple.test"
        ),
        PersonFacts("Enzo", "M", 2002, public=Public.JOB_SEEKER),
        PersonFacts("Fatou", "N", 2004, public=Public.STUDENT),
        PersonFacts("Malik", "S", 2000),
    ),
    TOWN: (
        PersonFacts("Maria", "F", 1974, language=SpokenLanguage.PORTUGUESE),
        PersonFacts("Gérard", "L", 1958, public=Public.SENIOR, reading=Reading.HELPED),
        PersonFacts("Hodan", "A", 1988, public=Public.SINGLE_PARENT),
    ),
    WORKSHOP: (
        PersonFacts("رحیم", "و", 1992, language=SpokenLanguage.DARI),
        PersonFacts("Thierry", "P", 1969, public=Public.EMPLOYEE_IN_INSERTION),
    ),
}


@dataclasses.dataclass
class Partners:
    """The structures by their facts, and whom they help by first name."""

    workshop: Workshop
    programme: Programme
    structures: dict[StructureFacts, Structure]
    people: dict[str, Beneficiary] = dataclasses.field(default_factory=dict)

    @property
    def coordinator(self) -> User:
        return self.workshop.people[Role.COORDINATOR]

    @property
    def mediator(self) -> User:
        return self.workshop.people[Role.MEDIATOR]

    @property
    def packer(self) -> At:
        """At one bench: packing takes nothing from the workshop’s chance."""
        bench = self.workshop.benches[0]
        return At(self.workshop.people[Role.TECHNICIAN], station=bench.name)

    @property
    def today(self) -> dt.date:
        """The day on which the demo is shown."""
        return timezone.localdate(self.workshop.story.told_at)

    def member(self, structure: Structure) -> User:
        """Who administers a structure."""
        found = structure.memberships.select_related("user").get(is_admin=True)
        user: User = found.user
        return user


def make_partners(workshop: Workshop) -> Partners:
    """Structures that may ask, with their members, people and share of a programme."""
    coordinator = workshop.people[Role.COORDINATOR]
    facts = ProgrammeFacts(
        name="Clic’Emploi",
        target=400,
        starts_on=timezone.localdate().replace(month=1, day=1),
        funders="Département (fictif), Fondation Horizon (fictive)",
        priority=1,
    )
    programme = actions.open_programme(facts=facts, by=coordinator)
    partners = Partners(workshop, programme, {})
    for told, packs in QUOTAS:
        partners.structures[told] = _register(partners, told, packs)
    for told, role in MEMBERS:
        _join(partners, partners.structures[told], workshop.people[role])
    for told, some in PEOPLE.items():
        for each in some:
            _open_file(partners, partners.structures[told], each)
    actions.invite_member(
        structure=partners.structures[WORKSHOP],
        email="atelier.tilleul@exemple.test",
        name="Hélène Roux",
        by=coordinator,
    )
    return partners


def _register(partners: Partners, facts: StructureFacts, packs: int) -> Structure:
    by = partners.coordinator
    structure = actions.register_structure(
        facts=facts, site=partners.workshop.site, by=by
    )
    actions.authorise_structure(structure=structure, to=Authorisation.VALIDATED, by=by)
    actions.set_quota(
        programme=partners.programme, structure=structure, packs=packs, by=by
    )
    return structure


def _join(partners: Partners, structure: Structure, user: User) -> None:
    """The first to join administers the structure."""
    invitation = actions.invite_member(
        structure=structure,
        email=user.email,
        name=user.name,
        by=partners.coordinator,
    )
    actions.join_structure(invitation=invitation, by=user)


def _open_file(partners: Partners, structure: Structure, facts: PersonFacts) -> None:
    partners.people[facts.first_name] = actions.open_beneficiary(
        structure=structure,
        facts=facts,
        notice_language=facts.language,
        by=partners.member(structure),
    )
