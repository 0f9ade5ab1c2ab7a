"""Fills the database of the story of a loan: a structure, a workshop, and what it has.

Run as a program with the settings of the server under test, through the same acts
as people use.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from backoffice.core.models import User  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from inventory.models import Device, DeviceHardware  # noqa: E402
from lending import actions  # noqa: E402
from lending.actions import PlanFacts, RecipeLine  # noqa: E402
from lending.kinds import Authorisation, StructureKind  # noqa: E402
from lending.models import SimCard, Structure  # noqa: E402
from lending.states import LineNature  # noqa: E402
from tests.lending.packs import LAPTOP, SIM, Bench  # noqa: E402
from tests.lending.world import ANYBODY, Partners  # noqa: E402
from tests.world import GIB, PASSWORD, World, make_world, person  # noqa: E402


def make_partner(world: World) -> Partners:
    """A municipal social centre, and Nadia who works there."""
    coordinator = person(Role.COORDINATOR, name="Camille L.", site=world.site)
    partners = Partners(world.site, coordinator, Structure(), coordinator)
    partners.structure = partners.register(
        "CCAS de Sablières-sur-Garonne", StructureKind.CCAS
    )
    actions.authorise_structure(
        structure=partners.structure, to=Authorisation.VALIDATED, by=coordinator
    )
    invitation = partners.invite("nadia@sablieres.exemple.test")
    joined = actions.join_with_new_account(
        invitation=invitation,
        name="Nadia B.",
        language="fr",
        password=PASSWORD,
        by=ANYBODY,
    )
    partners.admin = joined.user
    return partners


def ready_laptop(world: World, model: str) -> Device:
    """A laptop on the ready shelf, of which the agent said what is fitted."""
    device = world.ready(make="Lenovo", model=model)
    size = 8 * GIB
    DeviceHardware.objects.create(
        device=device, facts={"memory_bytes": size}, memory_bytes=size
    )
    return device


def card_with_plan(bench: Bench) -> SimCard:
    """On the shelf, with a plan that outlasts the loan."""
    facts = PlanFacts(operator="Orange", name="20 Go par mois", data_mb=20_480)
    plan = actions.add_plan(facts=facts, by=bench.coordinator)
    return actions.give_plan(
        card=bench.card(),
        plan=plan,
        starts_on=timezone.localdate(),
        by=bench.coordinator,
    )


def make_story() -> dict[str, Any]:
    world = make_world()
    bench = Bench(world, make_partner(world))
    mice = bench.mice(12)
    mouse = RecipeLine(LineNature.COUNTED, "Souris", counted_kind=mice)
    bench.recipe(LAPTOP, SIM, mouse, name="Portable et connexion")
    people: dict[str, User] = {
        "nadia": bench.partners.admin,
        "camille": bench.coordinator,
        "farid": world.technician,
    }
    return {
        "people": {},
        "emails": {name: user.email for name, user in people.items()},
        "proposed": ready_laptop(world, "ThinkPad T470").tag,
        "other": ready_laptop(world, "ThinkPad T480").tag,
        "sim": card_with_plan(bench).iccid,
        "mice": mice.code,
        "shelf": bench.shelf().tag,
    }


def main() -> None:
    with redirect_stdout(sys.stderr):  # where mail is written without a mail server
        found = make_story()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
