from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.actors import Machine
from backoffice.core.errors import DomainError
from backoffice.core.models import Site, User
from provisioning.actions import Brought, note_refused_file
from provisioning.exports import Carried, carry_in, fingerprint_of
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
        parser.add_argument(
            "--brought-by",
            metavar="EMAIL",
            help="who brings it: for a machine that never joined, with --site",
        )
        parser.add_argument(
            "--site",
            metavar="NAME",
            help="where the drives are that a machine erased that never joined",
        )

    def handle(self, **options: Any) -> None:
        carried = Carried()
        by = _account(options["brought_by"]) if options["brought_by"] else None
        site = _site(options["site"]) if by and options["site"] else None
        brought = Brought(_person(options["ran_by"]), by or Machine("server"))
        try:
            with options["file"].open("rb") as file:
                _carry(file, carried, brought, site)
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


def _carry(
    file: IO[bytes], carried: Carried, brought: Brought, site: Site | None
) -> None:
    """Read it in; where a site is named, its journal says what was refused whole."""
    try:
        carry_in(file, Agent.objects.for_list(), carried, brought, site)
    except DomainError as refused:
        if site is not None:
            sha256, size_bytes = fingerprint_of(file)
            note_refused_file(
                site=site,
                rule=refused.code,
                sha256=sha256,
                size_bytes=size_bytes,
                by=brought.by,
            )
        raise


def _site(name: str) -> Site:
    site: Site | None = Site.objects.filter(name=name, is_active=True).first()
    if site is None:
        raise CommandError(f"There is no site {name}.")
    return site


def _person(email: str) -> User | None:
    return None if email == NOBODY else _account(email)


def _account(email: str) -> User:
    person: User | None = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"There is no account {email}.")
    return person
