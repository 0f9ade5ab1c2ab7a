from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backoffice.core import journal
from backoffice.core.actions import sign_checkpoint


class Command(BaseCommand):
    help = "Say in one line whether history holds, and where it broke."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="store_true",
            help="if history holds, sign a checkpoint of it now",
        )

    def handle(self, **options: Any) -> None:
        verdict = journal.verify()
        counted = (
            f"{verdict.chains} chains, {verdict.events} events, "
            f"{verdict.checkpoints} checkpoints"
        )
        if not verdict.holds:
            self.stdout.write(f"History is BROKEN ({counted}):")
            for found in verdict.breaks:
                self.stdout.write(f"  {found}")
            raise SystemExit(1)
        self.stdout.write(f"History holds: {counted}.")
        if options["checkpoint"]:
            signed = sign_checkpoint()
            self.stdout.write(
                f"Signed checkpoint {signed.number}."
                if signed
                else "Nothing moved since the last checkpoint."
            )
