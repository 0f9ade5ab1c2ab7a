"""What one layer of a learning environment says, as the editor's forms fill it in.

Read as strictly as what a machine gets: an unknown key, text meant for a shell or a
path out of place is refused here, with the field that holds it. A part that a layer
does not name (None, or an empty list) is left to the layers under it.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from agent.fields import Digest
from agent.kinds import AtMost, Malformed, Number, Shape
from agent.profile.parts import Bookmark, Channel, FirstLogin, Launcher, When
from agent.profile.shapes import (
    Architecture,
    FileMode,
    Group,
    Login,
    Megabytes,
    Package,
    Path,
    Port,
    Ref,
    Release,
    Unit,
)
from agent.profile.strict import Exact, Slug, Strict, Text, Url
from agent.profile.variables import Templated

Key = Annotated[str, Exact(500)]


class Tongue(enum.StrEnum):
    """The languages that people write environments in."""

    FR = "fr"
    EN = "en"


class Words(Strict):
    """Something to read, in French and in English; French where English is missing.

    `{{contact.phone}}` and the other known values may stand in it.
    """

    fr: Annotated[str, Templated(4000, lines=True)]
    en: Annotated[str, Templated(4000, lines=True, least=0)] = ""

    def said(self, tongue: Tongue) -> str:
        return self.en if tongue is Tongue.EN and self.en else self.fr


class Name(Strict):
    """A title in French and in English; French where English is missing."""

    fr: Annotated[str, Templated(120)]
    en: Annotated[str, Templated(120, least=0)] = ""

    def said(self, tongue: Tongue) -> str:
        return self.en if tongue is Tongue.EN and self.en else self.fr


class Flatpak(Strict):
    """A program from a remote that the machine knows."""

    ref: Ref
    remote: Slug = "flathub"
    optional: bool = False


class Sheet(Strict):
    """A resource of the library that the person finds: a sheet, a film, a picture.

    Linked from the home page under its title unless `on_home` says otherwise.
    """

    slug: Slug
    resource: Digest
    title: Name
    on_home: bool = True


class PlacedFile(Strict):
    """A resource of the library at one place of the machine."""

    path: Path
    resource: Digest
    mode: FileMode = "0644"


class Folder(Strict):
    """A resource that is an archive, unpacked; `strip` leaves outer folders away."""

    path: Path
    resource: Digest
    strip: Annotated[int, Number(0, 5)] = 0


class Block(Strict):
    """A paragraph of the home page under a heading; an empty line parts paragraphs."""

    slug: Slug
    title: Name
    text: Words


class Tile(Strict):
    """A large link of the home page: a site, or a file of the machine."""

    slug: Slug
    title: Name
    url: Url
    text: Words | None = None


class Browser(Strict):
    """Firefox and Chromium. `homepage` replaces the home page of the environment."""

    homepage: Url | None = None
    search_engine: Annotated[str, Exact(40)] | None = None
    locked: bool | None = None
    firefox: bool | None = None
    chromium: bool | None = None


class Region(Strict):
    """Language as fr_FR.UTF-8, keyboard as fr, be or us, time zone as Europe/Paris."""

    lang: (
        Annotated[
            str, Shape(r"[a-z]{2,3}_[A-Z]{2}\.UTF-8", "a language as fr_FR.UTF-8")
        ]
        | None
    ) = None
    keyboard: Annotated[str, Shape("[a-z]{2,8}", "a keyboard as fr or be")] | None = (
        None
    )
    variant: (
        Annotated[str, Shape("[a-z0-9_-]{0,20}", "a variant of a keyboard")] | None
    ) = None
    timezone: (
        Annotated[str, Shape("[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+){1,2}", "a time zone")]
        | None
    ) = None


class Accessibility(Strict):
    """Text in percent of its usual size, the pointer in pixels (24 is usual)."""

    text_percent: Annotated[int, Number(100, 300)] | None = None
    pointer_pixels: Annotated[int, Number(16, 128)] | None = None
    high_contrast: bool | None = None
    screen_reader: bool | None = None


class Printer(Strict):
    """A printer that speaks IPP Everywhere."""

    name: Annotated[str, Shape("[A-Za-z][A-Za-z0-9_-]{0,40}", "the name of a printer")]
    uri: Annotated[
        str,
        Shape(
            r"ipps?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._/-]{0,120})?",
            "an address as ipp://printer/ipp/print",
        ),
    ]
    location: Annotated[str, Exact(80, least=0)] = ""
    is_default: bool = False


class Account(Strict):
    """The person's account: a fixed login, or `{{user.login}}` of the assignment."""

    login: Login | None = None
    full_name: Annotated[str, Templated(60, least=0)] | None = None
    first_login: FirstLogin | None = None


class Encyclopaedia(Strict):
    """A ZIM file of the library, served by the machine to itself."""

    slug: Slug
    resource: Digest
    title: Name


class Kiwix(Strict):
    """How the machine serves its encyclopaedias to itself: port 8381 unless said.

    Where `optional`, a machine that `when` leaves out is whole without them.
    """

    port: Port | None = None
    optional: bool | None = None
    when: When | None = None


class Kolibri(Strict):
    """Where channels of Kolibri are taken from: a server of the workshop's network."""

    source: Url | None = None
    optional: bool | None = None
    when: When | None = None


class Portfolio(Strict):
    """The folder of CV, letter and skills that the person begins with.

    `archive` is a resource (ZIP) whose files are put into the person's home.
    """

    on: bool | None = None
    language: Tongue | None = None
    archive: Digest | None = None


class Connection(Strict):
    """The line of the pack's SIM card; `on` asks for it."""

    on: bool | None = None
    home_only: bool | None = None
    metered: bool | None = None


class Service(Strict):
    """Whether a unit of systemd starts with the machine, and runs."""

    unit: Unit
    enabled: bool
    running: bool


class Script(Strict):
    """The way out: two resources (scripts), of which `check` says whether it holds."""

    slug: Slug
    check: Digest
    apply: Digest
    explains: Text
    timeout_seconds: Annotated[int, Number(1, 7200)] = 600
    optional: bool = False


class AddOn(Strict):
    """An add-on of a browser, as a resource of the library."""

    id: Annotated[str, Shape(r"[A-Za-z0-9@._{}-]{3,80}", "the id of an add-on")]
    resource: Digest


class Needs(Strict):
    """What a machine must have before anything is touched."""

    agent: (
        Annotated[str, Shape(r"[0-9]+(?:\.[0-9]+){0,3}", "a version as 0.4")] | None
    ) = None
    disk_free_mb: Megabytes | None = None
    ram_mb: Megabytes | None = None


class LeftOut(Strict):
    """Something of a layer under this one that is not wanted: list, and key in it."""

    of: Annotated[str, Shape("[a-z_]{3,20}", "the name of a list")]
    key: Key


class LayerContent(Strict):
    """All that one layer says.

    Where two layers name the same, the later wins: field by field in the parts, entry
    by entry (`KEYS`) in the lists. `left_out` takes entries of earlier layers away.
    """

    packages: Annotated[tuple[Package, ...], AtMost(300)] = ()
    packages_absent: Annotated[tuple[Package, ...], AtMost(100)] = ()
    flatpaks: Annotated[tuple[Flatpak, ...], AtMost(50)] = ()
    sheets: Annotated[tuple[Sheet, ...], AtMost(300)] = ()
    files: Annotated[tuple[PlacedFile, ...], AtMost(300)] = ()
    folders: Annotated[tuple[Folder, ...], AtMost(20)] = ()
    home_title: Name | None = None
    blocks: Annotated[tuple[Block, ...], AtMost(30)] = ()
    tiles: Annotated[tuple[Tile, ...], AtMost(40)] = ()
    bookmarks: Annotated[tuple[Bookmark, ...], AtMost(60)] = ()
    browser: Browser = Browser()
    add_ons: Annotated[tuple[AddOn, ...], AtMost(20)] = ()
    popups: Annotated[tuple[Url, ...], AtMost(60)] = ()
    region: Region = Region()
    access: Accessibility = Accessibility()
    printers: Annotated[tuple[Printer, ...], AtMost(10)] = ()
    account: Account = Account()
    groups: Annotated[tuple[Group, ...], AtMost(20)] = ()
    encyclopaedias: Annotated[tuple[Encyclopaedia, ...], AtMost(20)] = ()
    kiwix: Kiwix = Kiwix()
    channels: Annotated[tuple[Channel, ...], AtMost(20)] = ()
    kolibri: Kolibri = Kolibri()
    portfolio: Portfolio = Portfolio()
    connection: Connection = Connection()
    services: Annotated[tuple[Service, ...], AtMost(40)] = ()
    launchers: Annotated[tuple[Launcher, ...], AtMost(40)] = ()
    scripts: Annotated[tuple[Script, ...], AtMost(20)] = ()
    needs: Needs = Needs()
    systems: Annotated[tuple[Release, ...], AtMost(20)] = ()
    architectures: Annotated[tuple[Architecture, ...], AtMost(8)] = ()
    left_out: Annotated[tuple[LeftOut, ...], AtMost(300)] = ()

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        content = super().from_json(raw, where)
        content.check()
        return content

    def check(self) -> None:
        """Raises `Malformed` where a list names the same twice, or an unknown list."""
        for name in KEYS:
            counted = Counter(keys_of(name, getattr(self, name)))
            for key, count in counted.items():
                if count > 1:
                    raise Malformed(name, f"says {key} twice")
        for place, gone in enumerate(self.left_out):
            if gone.of not in KEYS:
                raise Malformed(f"left_out[{place}].of", "is no list of a layer")

    @property
    def tongue(self) -> Tongue:
        """English where the machine speaks English, French elsewhere."""
        lang = self.region.lang or ""
        return Tongue.EN if lang.startswith("en_") else Tongue.FR

    @property
    def resources(self) -> frozenset[str]:
        """The hashes of all resources of the library that it names."""
        named = {each.resource for each in self.sheets}
        named |= {each.resource for each in self.files}
        named |= {each.resource for each in self.folders}
        named |= {each.resource for each in self.add_ons}
        named |= {each.resource for each in self.encyclopaedias}
        named |= {
            digest for each in self.scripts for digest in (each.check, each.apply)
        }
        if self.portfolio.archive:
            named.add(self.portfolio.archive)
        return frozenset(named)


# The lists of a layer, and what tells their entries apart; "" where they are texts.
KEYS: Final[Mapping[str, str]] = {
    "packages": "",
    "packages_absent": "",
    "flatpaks": "ref",
    "sheets": "slug",
    "files": "path",
    "folders": "path",
    "blocks": "slug",
    "tiles": "slug",
    "bookmarks": "url",
    "add_ons": "id",
    "popups": "",
    "printers": "name",
    "groups": "",
    "encyclopaedias": "slug",
    "channels": "id",
    "services": "unit",
    "launchers": "slug",
    "scripts": "slug",
    "systems": "",
    "architectures": "",
}


def keys_of(name: str, entries: tuple[Any, ...]) -> list[str]:
    """What tells the entries of this list apart, in their order."""
    attribute = KEYS[name]
    return [getattr(each, attribute) if attribute else each for each in entries]
