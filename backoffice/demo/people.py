"""One person per role, all fictional, all at addresses that cannot exist."""

from __future__ import annotations

import dataclasses

from django.contrib.auth.models import Group

from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.roles import Role

PASSWORD = "un atelier qui roule"  # noqa: S105 - everybody’s, printed at the start


@dataclasses.dataclass(frozen=True)
class Person:
    role: Role
    email: str
    name: str


PEOPLE = (
    Person(Role.TECHNICIAN, "technicien@exemple.test", "Farid B."),
    Person(Role.WORKSHOP_LEAD, "atelier@exemple.test", "Inès Laborde"),
    Person(Role.DATA_SECURITY_OFFICER, "donnees@exemple.test", "Odile Darrieux"),
    Person(Role.COORDINATOR, "coordination@exemple.test", "Maud Etcheverry"),
    Person(Role.MEDIATOR, "mediation@exemple.test", "Samuel Koné"),
    Person(Role.AUDITOR, "audit@exemple.test", "Claire Vasseur"),
    Person(Role.ADMINISTRATOR, "admin@exemple.test", "Théo Marchand"),
    Person(Role.PARTNER_MEMBER, "partenaire@exemple.test", "Nadia R."),
    Person(Role.PARTNER_ADMINISTRATOR, "structure@exemple.test", "Luc Peyre"),
)


def make_people(site: Site) -> dict[Role, User]:
    """Accounts and roles; the technician works at one site only."""
    users = {}
    for person in PEOPLE:
        user = User.objects.create_user(person.email, PASSWORD, name=person.name)
        RoleAssignment.objects.create(
            user=user,
            role=Group.objects.get(name=person.role.value),
            site=site if person.role is Role.TECHNICIAN else None,
        )
        users[person.role] = user
    return users
