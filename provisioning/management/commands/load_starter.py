from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.errors import DomainError
from backoffice.core.fonts import FontsMissing
from backoffice.core.models import User
from provisioning.starter.loading import load


class Command(BaseCommand):
    help = "Put the ready environments, with their sheets, into the library."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="who loads them"
        )

    def handle(self, **options: Any) -> None:
        by = User.objects.filter(email=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody signs in as {options['by']}.")
        try:
            made = load(by=by)
        except (DomainError, FontsMissing) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Ready: {', '.join(each.slug for each in made)}.")
        self.stdout.write("Look at each, then publish it: /environments/")
