from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.actors import Machine
from backoffice.core.errors import DomainError
from backoffice.core.models import User
from provisioning.actions import Brought
from provisioning.exports import Carried, carry_in
from provisioning.models import Agent

NOBODY = "nobody"


class Command(BaseCommand):
    help = "Read the reports that a machine without a network exported to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--ran-by",
            required=True,
            metavar="EMAIL",
            help="who had the machine erase; “nobody” for somebody without an account",
        )

    def handle(self, **options: Any) -> None:
        carried = Carried()
        brought = Brought(_person(options["ran_by"]), Machine("server"))
        try:
            with options["file"].open("rb") as file:
                carry_in(file, Agent.objects.for_list(), carried, brought)
        except (OSError, DomainError) as refused:
            raise CommandError(str(refused)) from refused
        for name, why in carried.refused:
            self.stdout.write(f"refused {name}: {why}")
        self.stdout.write(
            f"Kept {carried.kept_count}, known before {carried.known}, "
            f"refused {len(carried.refused)}."
        )
        if carried.refused:
            raise SystemExit(1)


def _person(email: str) -> User | None:
    if email == NOBODY:
        return None
    person: User | None = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"There is no account {email}.")
    return person
