from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """In the place of Django's own, whose accounts have every permission and no role."""

    help = "Refused here: use open_administrator, which gives the role and logs it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email")
        parser.add_argument("--noinput", "--no-input", action="store_true")

    def handle(self, **options: Any) -> None:
        address = options["email"] or "EMAIL"
        raise CommandError(
            "Nobody stands above the roles here. To make or restore an administrator: "
            f"manage.py open_administrator {address}"
        )
