"""Structures with their members, their shares of a programme and their people."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.core.models import RoleAssignment, User
from backoffice.core.roles import Role
from lending.actions.beneficiaries import NOTICE_VERSION, name_key
from lending.kinds import Authorisation, SpokenLanguage, StructureKind
from lending.models import (
    Beneficiary,
    BeneficiaryEvent,
    Membership,
    Notice,
    Programme,
    Quota,
    Structure,
    StructureEvent,
)
from tests.benchmarks.chains import chained
from tests.lending.world import Partners

# What every structure has, whatever their number.
REQUESTS = 100
PACKS = 40
SHARE = 100
TEAM = 2
# As many as there are states of requests: every structure has them all.
ROUND = 20
FIRST = ("Awa", "Bilal", "Chantal", "Dmytro", "Élise", "Farid", "Gül", "Hanna")
LAST = ("Martin", "Diallo", "Kovalenko", "Ben Salah", "Nguyen", "Petit", "Öz")
COMMUNES = ("Sablières-sur-Garonne", "Les Tilleuls", "Port-Neuf", "Valmeyre")
KINDS = (StructureKind.CCAS, StructureKind.ML, StructureKind.CS)


def structures(partners: Partners, count: int) -> list[Structure]:
    """So many, authorised, each with the same small team."""
    now, by = timezone.now(), partners.coordinator
    made = Structure.objects.bulk_create(
        Structure(
            name=f"{COMMUNES[n % len(COMMUNES)]} {n:04d}",
            kind=KINDS[n % len(KINDS)],
            commune=COMMUNES[n % len(COMMUNES)],
            site=partners.site,
            authorisation=Authorisation.VALIDATED,
            authorised_at=now,
            authorised_by=by,
        )
        for n in range(count)
    )
    was, to = Authorisation.NOT_SET.value, Authorisation.VALIDATED.value
    told: dict[str, object] = {"from": was, "to": to}
    StructureEvent.objects.bulk_create(
        event
        for each in made
        for event in chained(
            StructureEvent,
            each,
            [("registered", {"kind": each.kind}), ("authorisation_set", told)],
            now,
            by,
        )
    )
    _staff(made)
    return made


def _staff(made: Sequence[Structure]) -> None:
    """People who may use the portal; their password is nobody's."""
    now = timezone.now()
    numbers = range(len(made) * TEAM)
    people = User.objects.bulk_create(
        User(email=f"membre.{n}@exemple.test", name=f"Membre {n}", password="!")
        for n in numbers
    )
    group = Group.objects.get(name=Role.PARTNER_MEMBER.value)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=each, role=group) for each in people
    )
    Membership.objects.bulk_create(
        Membership(
            structure=made[n // TEAM],
            user=people[n],
            is_admin=n % TEAM == 0,
            joined_at=now,
        )
        for n in numbers
    )


def programme(partners: Partners, made: Sequence[Structure]) -> Programme:
    """One in which each of them has the same share."""
    opened = partners.programme(target=SHARE * len(made), name="Clic’Emploi")
    Quota.objects.bulk_create(
        Quota(programme=opened, structure=each, packs=SHARE) for each in made
    )
    return opened


def _people(made: Sequence[Structure], numbers: range) -> Iterator[Beneficiary]:
    """One person for each of these numbers: so many in a row of each structure."""
    admins = Membership.objects.filter(is_admin=True).select_related("user")
    referents = {each.structure_id: each.user for each in admins}
    today, now = timezone.localdate(), timezone.now()
    for number in numbers:
        structure = made[number // ROUND % len(made)]
        first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
        yield Beneficiary(
            code=f"PER-{number:06d}",
            structure=structure,
            site_id=structure.site_id,
            referent=referents[structure.pk],
            first_name=first,
            last_name=last,
            name_key=name_key(first, last),
            birth_year=1950 + number % 55,
            commune=COMMUNES[number % len(COMMUNES)],
            last_contact_on=today,
            forget_on=today + dt.timedelta(days=730),
            opened_at=now,
        )


def files(made: Sequence[Structure], numbers: range, by: User) -> list[Beneficiary]:
    """Their files, each with the notice that was given and its history."""
    today = timezone.localdate()
    opened = Beneficiary.objects.bulk_create(_people(made, numbers))
    Notice.objects.bulk_create(
        Notice(
            beneficiary=each,
            version=NOTICE_VERSION,
            language=SpokenLanguage.FRENCH,
            given_on=today,
            given_by=by,
        )
        for each in opened
    )
    told = {"version": NOTICE_VERSION, "language": SpokenLanguage.FRENCH.value}
    BeneficiaryEvent.objects.bulk_create(
        itertools.chain.from_iterable(
            chained(
                BeneficiaryEvent,
                each,
                [
                    ("opened", {"structure": str(each.structure.uuid)}),
                    ("informed", told),
                ],
                each.opened_at,
                by,
            )
            for each in opened
        )
    )
    return opened
