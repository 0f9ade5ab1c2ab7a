"""Check a signed document without the server: `manage.py verify_certificate FILE.pdf`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography import x509
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.signed_pdf import Checked, Fault, check
from backoffice.core.signing import known_certificates

WORDS = {
    Fault.UNREADABLE: "this is no PDF that can be read, or it is damaged",
    Fault.UNSIGNED: "this PDF carries no signature",
    Fault.SEVERAL: "this PDF was signed again, by somebody else",
    Fault.APPENDED: "something was appended after it was signed",
    Fault.ALTERED: "it was altered after it was signed",
    Fault.STRANGER: "it is whole, but signed with a key that is not ours",
    Fault.NO_CONTENT: "it is signed by us, and carries no content: not a certificate",
    Fault.OTHER_CONTENT: "the content that it carries is not the one that it names",
}
# What a script can tell apart.
EXIT_NOT_OURS, EXIT_UNUSABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Says whether PDFs are certificates of ours, as they were signed. Asks neither "
        "network nor database: whether one was cancelled says the page behind its code. "
        "Ends with 0 where all hold, 1 where one does not, 2 where nothing can be said."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.pdf")
        parser.add_argument(
            "--certificate",
            type=Path,
            metavar="FILE.pem",
            help="trust this signer instead of those that signed here",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        trusted = _trusted(options["certificate"])
        found = [(path, check(_read(path), trusted)) for path in options["files"]]
        for path, checked in found:
            self.stdout.write(f"{path}: {_said(checked)}")
        if bad := sum(checked.fault is not None for _path, checked in found):
            message = f"{bad} of {len(found)} do not hold"
            raise CommandError(message, returncode=EXIT_NOT_OURS)


def _trusted(path: Path | None) -> list[x509.Certificate]:
    if path is None:
        trusted = known_certificates()
    else:
        try:
            trusted = x509.load_pem_x509_certificates(_read(path))
        except ValueError as error:
            message = f"{path}: no certificate in PEM"
            raise CommandError(message, returncode=EXIT_UNUSABLE) from error
    if not trusted:
        message = "nothing was signed here yet: name the signer with --certificate"
        raise CommandError(message, returncode=EXIT_UNUSABLE)
    return trusted


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise CommandError(message, returncode=EXIT_UNUSABLE) from error


def _said(checked: Checked) -> str:
    """One line, in English as every command of the server's console."""
    if checked.fault is not None:
        return f"NOT VALID: {WORDS[checked.fault]}"
    document = json.loads(checked.content)
    content = document["content"]
    serial = content.get("drive", {}).get("serial", "")
    facts = [document["number"], document["kind"].replace("_", " ")]
    if erasure := content.get("erasure"):
        facts += [erasure["class"] or "no class", erasure["erased_on"]]
    about = f", drive {serial}" if serial else ""
    return (
        f"valid: {', '.join(facts)}{about}\n"
        f"  signed by {checked.signer} (SHA-256 {checked.fingerprint})\n"
        f"  content SHA-256 {checked.sha256}"
    )
