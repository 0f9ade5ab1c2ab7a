from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.errors import DomainError
from provisioning.exports import Carried, carry_in
from provisioning.models import Agent


class Command(BaseCommand):
    help = "Read the reports that a machine without a network exported to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, **options: Any) -> None:
        carried = Carried()
        try:
            with options["file"].open("rb") as file:
                carry_in(file, Agent.objects.for_list(), carried)
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
