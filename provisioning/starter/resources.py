"""The files that ready environments are made of, as the library is to know them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from provisioning.kinds import ResourceKind
from provisioning.starter import drawing, pages, portfolio
from provisioning.starter.environments import READY
from provisioning.starter.sheets import LANGUAGES, SHEETS, read

SOURCE: Final = "Rebond"
_PAGES: Final = ("Les fiches à l’écran", "The sheets on the screen")
_PORTFOLIO: Final = ("Mon e-portfolio", "My e-portfolio")


@dataclass(frozen=True, slots=True)
class File:
    """One file: `key` names it among the others, as `fr/cv`."""

    key: str
    kind: ResourceKind
    language: str
    title: tuple[str, str]
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


def files() -> Iterator[File]:
    """All of them, the same bytes every time. Raises FontsMissing."""
    for language in LANGUAGES:
        for name in SHEETS:
            title = (read(name, "fr").title, read(name, "en").title)
            body = drawing.pdf(read(name, language))
            yield File(f"{language}/{name}", ResourceKind.SHEET, language, title, body)
        for ready in READY:
            said = [
                f"{of} ({name})" for of, name in zip(_PAGES, ready.title, strict=True)
            ]
            held = _pages(ready.sheets, language)
            yield _archive(f"pages-{ready.slug}", language, (said[0], said[1]), held)
        yield _archive("portfolio", language, _PORTFOLIO, portfolio.files(language))


def _archive(
    name: str, language: str, title: tuple[str, str], held: dict[str, bytes]
) -> File:
    body = portfolio.packed(held)
    return File(f"{language}/{name}", ResourceKind.ARCHIVE, language, title, body)


def _pages(names: Iterable[str], language: str) -> dict[str, bytes]:
    drawn = {f"{name}.html": pages.page(read(name, language)) for name in names}
    return {
        name: text.encode()
        for name, text in {**drawn, "sheet.css": pages.style()}.items()
    }
