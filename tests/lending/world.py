"""Structures, members and programmes, built through the acts that people use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backoffice.core.actors import Machine
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from lending import actions
from lending.actions import ProgrammeFacts, StructureFacts
from lending.kinds import Authorisation, StructureKind
from lending.models import Invitation, Membership, Programme, Structure
from tests.kept import kept
from tests.world import PASSWORD, person

ANYBODY = Machine("invitation")


@dataclass
class Partners:
    """A site with its coordinator, and an authorised structure with its administrator."""

    site: Site
    coordinator: User
    structure: Structure
    admin: User

    def register(
        self, name: str, kind: StructureKind = StructureKind.CCAS, **facts: object
    ) -> Structure:
        """Another structure, not authorised yet."""
        told = StructureFacts(name=name, kind=kind, **facts)  # type: ignore[arg-type]
        return actions.register_structure(
            facts=told, site=self.site, by=self.coordinator
        )

    def invite(
        self, email: str, structure: Structure | None = None, *, as_admin: bool = False
    ) -> Invitation:
        """An invitation from the coordinator that waits for its answer."""
        return actions.invite_member(
            structure=structure or self.structure,
            email=email,
            name="Une personne",
            as_admin=as_admin,
            by=self.coordinator,
        )

    def join(
        self, structure: Structure, email: str, *, as_admin: bool = False
    ) -> Membership:
        """Somebody new in a structure, invited by the coordinator."""
        invitation = self.invite(email, structure=structure, as_admin=as_admin)
        return actions.join_with_new_account(
            invitation=invitation,
            name="Une personne",
            language="fr",
            password=PASSWORD,
            by=ANYBODY,
        )

    def programme(self, target: int = 400, name: str = "Clic’Emploi") -> Programme:
        facts = ProgrammeFacts(name=name, target=target, starts_on=dt.date(2026, 1, 1))
        return actions.open_programme(facts=facts, by=self.coordinator)


@kept
def make_partners(site: Site | None = None) -> Partners:
    site = site or Site.objects.create(name="Rive droite")
    coordinator = person(Role.COORDINATOR, name="Camille Coordination")
    partners = Partners(site, coordinator, Structure(), coordinator)
    partners.structure = partners.register("CCAS de Sablières-sur-Garonne")
    actions.authorise_structure(
        structure=partners.structure, to=Authorisation.VALIDATED, by=coordinator
    )
    partners.admin = partners.join(
        partners.structure, "nadia@sablieres.exemple.test"
    ).user
    return partners
