"""What a machine can be asked to bring about, one class a kind of step.

A step says what is to be true afterwards, never how to get there.
"""

from __future__ import annotations

import enum
from typing import Annotated, Any, Final, Self

from agent.kinds import AtMost, Malformed, Number, Shape
from agent.profile.parts import (
    Bookmark,
    Channel,
    Extension,
    FirstLogin,
    Launcher,
    Packed,
    Setting,
    When,
)
from agent.profile.shapes import (
    BlobName,
    FileMode,
    Group,
    Hash,
    Login,
    Package,
    Path,
    Port,
    Ref,
    StepId,
    Unit,
)
from agent.profile.strict import Exact, Label, Slug, Strict, Text, Title, Url
from agent.profile.variables import Templated


class StepKind(enum.StrEnum):
    APT = "apt"
    FLATPAK = "flatpak"
    BLOB = "blob"
    ARCHIVE = "archive"
    TEXT = "text"
    BROWSER = "browser"
    DCONF = "dconf"
    LOCALE = "locale"
    USER = "user"
    PRINTER = "printer"
    KOLIBRI = "kolibri"
    KIWIX = "kiwix"
    DESKTOP = "desktop"
    NM_GSM = "nm_gsm"
    SERVICE = "service"
    SCRIPT = "script"


class Step(Strict):
    """One thing that is to be true of the machine. Read by its `type`.

    An `optional` one may fail without the whole being incomplete; after one with
    `reboot` the machine is started again before the next.
    """

    id: StepId
    title: Title | None = None
    optional: bool = False
    reboot: bool = False
    when: When | None = None

    kind = StepKind.TEXT  # each class has its own

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        if not isinstance(raw, dict):
            raise Malformed(where, "is not an object")
        said = dict(raw)
        of = BY_TYPE.get(str(said.pop("type", "")))
        if of is None:
            raise Malformed(f"{where}.type", "is no kind of step that is known")
        return super(Step, of).from_json(said, where)  # type: ignore[return-value]

    def to_json(self) -> dict[str, Any]:
        return {"type": self.kind.value, **super().to_json()}


class AptStep(Step):
    """Debian packages that are there, and some that are not."""

    present: Annotated[tuple[Package, ...], AtMost(300)] = ()
    absent: Annotated[tuple[Package, ...], AtMost(100)] = ()
    recommends: bool = False

    kind = StepKind.APT


class FlatpakStep(Step):
    """Flatpaks from a remote that the machine knows, or from the stick beside it."""

    refs: Annotated[tuple[Ref, ...], AtMost(50)]
    remote: Slug = "flathub"

    kind = StepKind.FLATPAK


class BlobStep(Step):
    """One file."""

    blob: BlobName
    path: Path
    mode: FileMode = "0644"

    kind = StepKind.BLOB


class ArchiveStep(Step):
    """A folder of files; `strip` leaves that many outer folders away."""

    blob: BlobName
    path: Path
    format: Packed
    strip: Annotated[int, Number(0, 5)] = 0

    kind = StepKind.ARCHIVE


class TextStep(Step):
    """A small file whose text is said here."""

    path: Path
    content: Annotated[str, Templated(65_536, lines=True, least=0)]
    mode: FileMode = "0644"

    kind = StepKind.TEXT


class BrowserStep(Step):
    """Policies of Firefox and Chromium. `locked`: the person cannot change them."""

    homepage: Url
    bookmarks: Annotated[tuple[Bookmark, ...], AtMost(60)] = ()
    search_engine: Annotated[str, Exact(40, least=0)] = ""
    extensions: Annotated[tuple[Extension, ...], AtMost(20)] = ()
    allow_popups: Annotated[tuple[Url, ...], AtMost(60)] = ()
    locked: bool = False
    firefox: bool = True
    chromium: bool = True

    kind = StepKind.BROWSER


class DconfStep(Step):
    """Defaults of the desktop; `locks` are the keys that stay as they are set here."""

    defaults: Annotated[tuple[Setting, ...], AtMost(100)]
    locks: Annotated[
        tuple[Annotated[str, Shape("(?:/[a-z0-9-]+){2,12}", "a key of dconf")], ...],
        AtMost(100),
    ] = ()

    kind = StepKind.DCONF


class LocaleStep(Step):
    """Language, keyboard and time zone."""

    lang: Annotated[
        str, Shape(r"[a-z]{2,3}_[A-Z]{2}\.UTF-8", "a language as fr_FR.UTF-8")
    ]
    keyboard: Annotated[str, Shape("[a-z]{2,8}", "a keyboard as fr or be")]
    variant: Annotated[str, Shape("[a-z0-9_-]{0,20}", "a variant of a keyboard")] = ""
    timezone: Annotated[
        str, Shape("[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+){1,2}", "a time zone")
    ]

    kind = StepKind.LOCALE


class UserStep(Step):
    """The person's account. Only the hash of a passphrase ever comes here."""

    login: Login
    full_name: Annotated[str, Templated(60, least=0)] = ""
    first_login: FirstLogin = FirstLogin.PRINTED_PASSPHRASE
    password_hash: Hash | None = None
    groups: Annotated[tuple[Group, ...], AtMost(20)] = ()

    kind = StepKind.USER


class PrinterStep(Step):
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

    kind = StepKind.PRINTER


class KolibriStep(Step):
    """Channels of Kolibri, from a folder or a server on the workshop’s network."""

    channels: Annotated[tuple[Channel, ...], AtMost(20)]
    source: Url

    kind = StepKind.KOLIBRI


class KiwixStep(Step):
    """Offline encyclopaedias, served by the machine to itself on a port."""

    blobs: Annotated[tuple[BlobName, ...], AtMost(20)]
    port: Port = 8381

    kind = StepKind.KIWIX


class DesktopStep(Step):
    """Icons in the menu and on the desktop."""

    launchers: Annotated[tuple[Launcher, ...], AtMost(40)]

    kind = StepKind.DESKTOP


class NmGsmStep(Step):
    """The line of the SIM card in the pack; its values come with the assignment."""

    name: Label = "Internet"
    home_only: bool = True
    metered: bool = True

    kind = StepKind.NM_GSM


class ServiceStep(Step):
    """Whether a unit of systemd starts with the machine, and runs."""

    unit: Unit
    enabled: bool
    running: bool

    kind = StepKind.SERVICE


class ScriptStep(Step):
    """The way out: a script, and another that says whether it is needed and held.

    `check` ends with 0 where all is as it should be, with 1 where not.
    """

    check: BlobName
    apply: BlobName
    explains: Text
    timeout_seconds: Annotated[int, Number(1, 7200)] = 600

    kind = StepKind.SCRIPT


KINDS: Final[tuple[type[Step], ...]] = (
    AptStep,
    FlatpakStep,
    BlobStep,
    ArchiveStep,
    TextStep,
    BrowserStep,
    DconfStep,
    LocaleStep,
    UserStep,
    PrinterStep,
    KolibriStep,
    KiwixStep,
    DesktopStep,
    NmGsmStep,
    ServiceStep,
    ScriptStep,
)
BY_TYPE: Final = {of.kind.value: of for of in KINDS}
