from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from backoffice.core.actions import install_administrator
from backoffice.core.actors import Machine
from backoffice.core.mail import password_link


class Command(BaseCommand):
    help = (
        "Make or restore an administrator, and print a link to choose a password: "
        "for a new installation, or when every administrator is locked out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="the name that others see")

    def handle(self, **options: Any) -> None:
        email, name = options["email"], options["name"]
        try:
            validate_email(email)
        except ValidationError as refusal:
            raise CommandError(f"{email}: not an e-mail address") from refusal
        account = install_administrator(
            email=email, name=name or email.partition("@")[0], by=Machine("console")
        )
        self.stdout.write(f"{account.email} administers this installation.")
        self.stdout.write(f"Choose a password here: {password_link(account)}")
