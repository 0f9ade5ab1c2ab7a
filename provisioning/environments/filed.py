"""Steps that put something of the library on the machine, or a page made here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent.profile.parts import Extension, FirstLogin
from agent.profile.steps import (
    ArchiveStep,
    BlobStep,
    BrowserStep,
    KiwixStep,
    KolibriStep,
    ScriptStep,
    Step,
    TextStep,
    UserStep,
)
from agent.profile.strict import Title
from provisioning.environments.content import LayerContent, Name, Tongue
from provisioning.environments.home import ADDRESS, home_files
from provisioning.environments.lacking import Incomplete, asked
from provisioning.environments.library import Shelf
from provisioning.environments.plain import KIWIX_PORT

SHEETS: Final = "/usr/share/rebond/fiches"
LOGIN: Final = "personne"
# What a new home begins with; the account is made after it.
PORTFOLIO: Final[Mapping[Tongue, str]] = {
    Tongue.FR: "/etc/skel/Mon e-portfolio",
    Tongue.EN: "/etc/skel/My e-portfolio",
}


def files(content: LayerContent, shelf: Shelf) -> Iterator[Step]:
    for sheet in content.sheets:
        yield BlobStep(
            id=_id("sheet", sheet.slug),
            title=_title(sheet.title),
            blob=shelf.take(sheet.resource, sheet.slug),
            path=_path_of(sheet.slug, sheet.resource, shelf),
        )
    for number, file in enumerate(content.files, start=1):
        label = file.path.rpartition("/")[2].partition(".")[0]
        yield BlobStep(
            id=f"file-{number}",
            blob=shelf.take(file.resource, label),
            path=file.path,
            mode=file.mode,
        )
    for number, folder in enumerate(content.folders, start=1):
        yield ArchiveStep(
            id=f"folder-{number}",
            blob=shelf.take(folder.resource, folder.path.rpartition("/")[2]),
            path=folder.path,
            format=shelf.packed(folder.resource),
            strip=folder.strip,
        )


def home(content: LayerContent, shelf: Shelf, title: Title) -> Iterator[Step]:
    if not _has_home(content):
        return
    files = home_files(
        content,
        title=title.en if content.tongue is Tongue.EN else title.fr,
        tongue=content.tongue,
        sheets={
            each.slug: f"file://{_path_of(each.slug, each.resource, shelf)}"
            for each in content.sheets
        },
    )
    for number, (path, text) in enumerate(files.items(), start=1):
        yield TextStep(id=f"home-{number}", path=path, content=text)


def _has_home(content: LayerContent) -> bool:
    """Whether there is anything to put on a page."""
    shown = any(sheet.on_home for sheet in content.sheets)
    return bool(content.home_title or content.blocks or content.tiles or shown)


def browser(content: LayerContent, shelf: Shelf) -> Iterator[Step]:
    said = content.browser
    homepage = said.homepage or (ADDRESS if _has_home(content) else None)
    if homepage is None:
        if content.bookmarks or content.add_ons or content.popups:
            raise Incomplete("browser.homepage")
        return
    yield BrowserStep(
        id="browsers",
        homepage=homepage,
        bookmarks=content.bookmarks,
        search_engine=said.search_engine or "",
        extensions=tuple(
            Extension(id=each.id, blob=shelf.take(each.resource, "add-on"))
            for each in content.add_ons
        ),
        allow_popups=content.popups,
        locked=bool(said.locked),
        firefox=said.firefox is not False,
        chromium=said.chromium is not False,
    )


def served(content: LayerContent, shelf: Shelf) -> Iterator[Step]:
    kiwix, kolibri = content.kiwix, content.kolibri
    if content.encyclopaedias:
        yield KiwixStep(
            id="kiwix",
            optional=bool(kiwix.optional),
            when=kiwix.when,
            blobs=tuple(
                shelf.take(each.resource, each.slug) for each in content.encyclopaedias
            ),
            port=kiwix.port or KIWIX_PORT,
        )
    if content.channels:
        yield KolibriStep(
            id="kolibri",
            optional=bool(kolibri.optional),
            when=kolibri.when,
            channels=content.channels,
            source=asked(kolibri.source, "kolibri.source"),
        )


def person(content: LayerContent, shelf: Shelf) -> Iterator[Step]:
    portfolio, account = content.portfolio, content.account
    if portfolio.on:
        archive = asked(portfolio.archive, "portfolio.archive")
        yield ArchiveStep(
            id="e-portfolio",
            blob=shelf.take(archive, "e-portfolio"),
            path=PORTFOLIO[portfolio.language or content.tongue],
            format=shelf.packed(archive),
        )
    if account.login or account.first_login:
        first_login = account.first_login or FirstLogin.PRINTED_PASSPHRASE
        printed = first_login is FirstLogin.PRINTED_PASSPHRASE
        yield UserStep(
            id="account",
            login=account.login or LOGIN,
            full_name=account.full_name or "",
            first_login=first_login,
            password_hash="{{user.password_hash}}" if printed else None,
            groups=content.groups,
        )


def scripts(content: LayerContent, shelf: Shelf) -> Iterator[Step]:
    for each in content.scripts:
        yield ScriptStep(
            id=_id("script", each.slug),
            check=shelf.take(each.check, f"{each.slug}-check"),
            apply=shelf.take(each.apply, f"{each.slug}-apply"),
            explains=each.explains,
            timeout_seconds=each.timeout_seconds,
            optional=each.optional,
        )


def _id(kind: str, slug: str) -> str:
    return f"{kind}-{slug}"[:40].rstrip("-")


def _title(name: Name) -> Title:
    return Title(fr=name.fr, en=name.en or name.fr)


def _path_of(slug: str, resource: str, shelf: Shelf) -> str:
    return f"{SHEETS}/{slug}{shelf.ending(resource)}"
