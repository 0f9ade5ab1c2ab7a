"""Add the access points of operators that are published, beside those already here."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lending.actions import seed_apns
from lending.apns import PACKAGED, packaged, shipped


class Command(BaseCommand):
    help = "Adds access points (APN): the shipped list, then mobile-broadband-provider-info."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help=f"serviceproviders.xml; without it {PACKAGED}, where that is installed",
        )
        parser.add_argument(
            "--country", nargs="+", default=["fr", "be"], help="such as fr be lu"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path | None = options["file"]
        published = shipped()
        if file is None and PACKAGED.exists():
            file = PACKAGED
        if file is not None:
            try:
                published += packaged(file, options["country"])
            except (OSError, ParseError) as exc:
                raise CommandError(f"{file}: {exc}") from exc
        added = seed_apns(published=published)
        self.stdout.write(f"Access points added: {added}.")
