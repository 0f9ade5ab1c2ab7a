from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from provisioning.actions import ResourceFacts
from provisioning.actions.resources import refuse_known
from provisioning.errors import ResourceKnown
from provisioning.intake import take_in
from provisioning.kinds import ContentLanguage, Licence, ResourceKind
from provisioning.store.fetching import Fetching, source_of

KINDS: Mapping[str, ResourceKind] = {
    ".pdf": ResourceKind.SHEET,
    ".mp4": ResourceKind.VIDEO,
    ".webm": ResourceKind.VIDEO,
    ".zim": ResourceKind.ZIM,
    ".png": ResourceKind.PICTURE,
    ".jpg": ResourceKind.PICTURE,
    ".jpeg": ResourceKind.PICTURE,
    ".webp": ResourceKind.PICTURE,
    ".gz": ResourceKind.ARCHIVE,
    ".tgz": ResourceKind.ARCHIVE,
    ".xz": ResourceKind.ARCHIVE,
    ".zip": ResourceKind.ARCHIVE,
    ".sh": ResourceKind.SCRIPT,
    ".ttf": ResourceKind.FONT,
    ".otf": ResourceKind.FONT,
    ".woff": ResourceKind.FONT,
    ".woff2": ResourceKind.FONT,
    ".xpi": ResourceKind.PACKAGE,
    ".deb": ResourceKind.PACKAGE,
}
INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Bring a file, the files of a folder, or what is at an address into the library. "
        "Cut off or stopped with Ctrl+C, the same command goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="PATH|URL")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who adds it")
        parser.add_argument("--licence", choices=Licence.values)
        parser.add_argument("--kind", choices=ResourceKind.values)
        parser.add_argument("--title-fr", help="the file’s own name where not given")
        parser.add_argument("--title-en", default="")
        parser.add_argument(
            "--language", choices=ContentLanguage.values, default=ContentLanguage.FRENCH
        )
        parser.add_argument("--from", dest="origin", help="the address where not given")
        parser.add_argument("--sha256", default="", help="what the file must have")
        parser.add_argument(
            "--cancel", action="store_true", help="give up what came in half"
        )

    def handle(self, **options: Any) -> None:
        by = _account(options["by"])
        if options["cancel"]:
            for name in _names(options["source"]):
                Fetching(source_of(name)).drop()
            self.stdout.write("Given up: nothing of it is left.")
            return
        if not options["licence"]:
            raise CommandError("Say under which licence: --licence.")
        refused = sum(
            not self._import(name, options, by) for name in _names(options["source"])
        )
        if refused:
            raise SystemExit(1)

    def _import(self, name: str, options: Mapping[str, Any], by: User) -> bool:
        """One file; whether it is in the library now."""
        fetching = Fetching(source_of(name))
        try:
            kind = _kind(name, options["kind"])
            refuse_known(options["sha256"].lower())
            fetching.run(kind, Told(self))
            resource = take_in(
                fetching.incoming,
                kind,
                _facts(name, options),
                sha256=options["sha256"].lower(),
                by=by,
            )
        except ResourceKnown as known:
            self.stdout.write(f"{name}: {known.message}")
        except (DomainError, OSError) as refusal:
            self.stderr.write(f"{name}: {_words(refusal)}")
            return False
        except KeyboardInterrupt:
            self.stderr.write(
                f"Stopped after {fetching.incoming.received} bytes. The same command "
                "goes on; with --cancel it is given up."
            )
            raise SystemExit(INTERRUPTED) from None
        else:
            self.stdout.write(f"{name}: {resource.blob.sha256} {resource.uuid}")
        fetching.drop()
        return True


class Told:
    """How far it is: a line that writes over itself on a screen, few lines elsewhere."""

    def __init__(self, command: BaseCommand) -> None:
        self._out = command.stderr
        self._screen = sys.stderr.isatty()
        self._last = 0.0
        self._tenth = -1

    def __call__(self, here: int, size: int) -> None:
        percent = 100 * here // max(size, 1)
        words = f"{percent:3} %  {here // 1024**2} / {-(-size // 1024**2)} MB"
        now = time.monotonic()
        if self._screen and (now - self._last > 0.5 or here == size):
            self._last = now
            self._out.write(f"\r{words}", ending="\n" if here == size else "")
            self._out.flush()
        elif not self._screen and percent // 10 != self._tenth:
            self._tenth = percent // 10
            self._out.write(words)


def _names(source: str) -> Iterator[str]:
    """The source itself, or the files of that folder by their names."""
    folder = Path(source)
    if source.startswith(("http://", "https://")) or not folder.is_dir():
        yield source
    else:
        yield from (str(path) for path in sorted(folder.iterdir()) if path.is_file())


def _kind(name: str, asked: str | None) -> ResourceKind:
    known = ResourceKind(asked) if asked else KINDS.get(Path(name).suffix.lower())
    if known is None:
        raise CommandError(f"{name}: its name does not say what it is; say --kind.")
    return known


def _facts(name: str, options: Mapping[str, Any]) -> ResourceFacts:
    facts = ResourceFacts(
        title_fr=options["title_fr"] or _title(name),
        title_en=options["title_en"],
        language=ContentLanguage(options["language"]),
        licence=Licence(options["licence"]),
        source_url=options["origin"] or "",
    )
    at_address = name.startswith(("http://", "https://"))
    if at_address and not facts.source_url:
        facts = replace(facts, source_url=name[:500])
    return facts


def _title(name: str) -> str:
    stem = Path(name.partition("?")[0]).name.partition(".")[0]
    return " ".join(stem.replace("_", " ").replace("-", " ").split())[:120] or "–"


def _words(refusal: DomainError | OSError) -> str:
    if isinstance(refusal, DomainError):
        return f"{refusal.message} {refusal.advice}".strip()
    return refusal.strerror or str(refusal)


def _account(email: str) -> User:
    person: User | None = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"There is no account {email}.")
    return person
