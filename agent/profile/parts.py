"""What steps are made of where a word is not enough: icons, bookmarks, channels."""

from __future__ import annotations

import enum
from typing import Annotated, Any, Self

from agent.kinds import AtMost, Malformed, Number, Shape
from agent.profile.shapes import (
    Architecture,
    Argument,
    BlobName,
    Megabytes,
    Program,
    Release,
)
from agent.profile.strict import Exact, Label, Slug, Strict, Url


class FirstLogin(enum.StrEnum):
    """How the person gets in the first time."""

    PRINTED_PASSPHRASE = "printed-passphrase"  # noqa: S105  # a policy, no secret
    AUTOLOGIN = "autologin"
    SET_AT_HANDOVER = "set-at-handover"


class Packed(enum.StrEnum):
    """How an archive is packed."""

    TAR_GZ = "tar.gz"
    TAR_XZ = "tar.xz"
    ZIP = "zip"


class When(Strict):
    """On which machines a step is taken; elsewhere it is skipped, and says so."""

    disk_free_mb_gte: Megabytes | None = None
    ram_mb_gte: Megabytes | None = None
    os: Annotated[tuple[Release, ...], AtMost(20)] = ()
    architectures: Annotated[tuple[Architecture, ...], AtMost(8)] = ()


class Bookmark(Strict):
    title: Label
    url: Url
    folder: Annotated[str, Exact(60, least=0)] = ""


class Extension(Strict):
    """An add-on of a browser, as a file that comes with the description."""

    id: Annotated[str, Shape(r"[A-Za-z0-9@._{}-]{3,80}", "the id of an add-on")]
    blob: BlobName


class Setting(Strict):
    """One key of dconf and its value, as GVariant text: `1.25`, `'large'`, `true`."""

    key: Annotated[str, Shape("(?:/[a-z0-9-]+){2,12}", "a key of dconf")]
    value: Annotated[
        str,
        Shape(
            r"true|false|-?[0-9]{1,9}(?:\.[0-9]{1,6})?|'[^'\\\x00-\x1f]{0,200}'"
            r"|\[(?:'[^'\\\x00-\x1f]{0,200}'(?:, ?'[^'\\\x00-\x1f]{0,200}'){0,40})?\]",
            "a yes or no, a number, a text in quotes, or a list of them",
        ),
    ]


class Channel(Strict):
    """A channel of Kolibri, in one version of it, whole or by its nodes."""

    id: Annotated[str, Shape("[0-9a-f]{32}", "the id of a channel")]
    version: Annotated[int, Number(1, 100_000)]
    nodes: Annotated[
        tuple[Annotated[str, Shape("[0-9a-f]{32}", "the id of a node")], ...],
        AtMost(500),
    ] = ()


class Launcher(Strict):
    """An icon: of a page, or of a program with its arguments."""

    name: Label
    slug: Slug
    url: Url | None = None
    program: Program | None = None
    arguments: Annotated[tuple[Argument, ...], AtMost(10)] = ()
    icon: Annotated[
        str,
        Shape(r"(?!.*\.\.)[A-Za-z0-9/][A-Za-z0-9._/-]{0,119}", "the name of an icon"),
    ]
    on_desktop: bool = True
    at_login: bool = False

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        launcher = super().from_json(raw, where)
        if (launcher.url is None) == (launcher.program is None):
            raise Malformed(where, "opens neither a page nor a program, or both")
        if launcher.arguments and launcher.program is None:
            raise Malformed(where, "gives arguments to a page")
        return launcher
