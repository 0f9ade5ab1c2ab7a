"""One field of a form for each kind of value, and the value back from what was typed."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agent.kinds import Choice, Flag, Kind, Maybe, Number, Several
from agent.message import Message, Part, kinds, required
from agent.profile.parts import FirstLogin
from agent.profile.strict import Exact
from provisioning.environments.content import KEYS, Tongue
from provisioning.environments.library import ARCHIVES
from provisioning.forms.layers import keyboards
from provisioning.forms.layers.known import LANGUAGES
from provisioning.forms.layers.sections import HELP, label_of

# What people choose in the library instead of typing a hash.
RESOURCES: Final = frozenset({"resource", "archive", "check", "apply"})
_SCRIPTS: Final = frozenset({"text/plain"})
# Of the fields that take only some of the library: which media types.
_FITTING: Final[Mapping[str, frozenset[str]]] = {
    "sheets.resource": frozenset(
        {
            *("application/pdf", "video/mp4", "video/webm"),
            *("image/png", "image/jpeg", "image/webp"),
        }
    ),
    "folders.resource": ARCHIVES,
    "portfolio.archive": ARCHIVES,
    "encyclopaedias.resource": frozenset({"application/x-zim"}),
    "add_ons.resource": frozenset({"application/x-xpinstall"}),
    "scripts.check": _SCRIPTS,
    "scripts.apply": _SCRIPTS,
}
# Longer than any content; the content itself says what is too long.
_LONGEST: Final = 20_000
_LONG_TEXT: Final = 500
_LONGEST_NAME: Final = 200
_AS_BELOW: Final = ("", _("As in the layers under it"))
_TERNARY: Final = (_AS_BELOW, ("yes", _("Yes")), ("no", _("No")))
_CHOICES: Final[Mapping[type[enum.StrEnum], tuple[tuple[str, Any], ...]]] = {
    FirstLogin: (
        (FirstLogin.PRINTED_PASSPHRASE.value, _("A passphrase, printed once")),
        (FirstLogin.AUTOLOGIN.value, _("No password: the desktop opens")),
        (FirstLogin.SET_AT_HANDOVER.value, _("Chosen at the hand-over")),
    ),
    Tongue: ((Tongue.FR.value, _("French")), (Tongue.EN.value, _("English"))),
}


class Offer(NamedTuple):
    """A resource of the library as a choice: its hash, its words and what it is."""

    sha256: str
    words: str
    media: str


class Leaf(NamedTuple):
    """One value of the content: where it stands, and what it may be."""

    path: tuple[str, ...]
    kind: Kind
    is_open: bool  # None is a value of its own: left to the layers under it
    is_needed: bool = False  # an entry without it is none

    @property
    def dotted(self) -> str:
        return ".".join(self.path)


def leaves(
    of: type[Message], path: tuple[str, ...] = (), *, is_needed: bool = True
) -> Iterator[Leaf]:
    """All values of a part, those of parts in it too."""
    for name, kind in kinds(of).items():
        needed = is_needed and name in required(of)
        yield from leaves_of(kind, (*path, name), is_needed=needed)


def leaves_of(
    kind: Kind, path: tuple[str, ...], *, is_needed: bool = False
) -> Iterator[Leaf]:
    one = kind.one if isinstance(kind, Maybe) else kind
    if isinstance(one, Part):
        yield from leaves(one.message, path, is_needed=is_needed)
    else:
        yield Leaf(path, one, isinstance(kind, Maybe), is_needed)


def entry_of(kind: Kind) -> type[Message] | None:
    """What an entry of a list is, where its entries have fields."""
    if isinstance(kind, Several) and isinstance(kind.one, Part):
        return kind.one.message
    return None


def at_path(said: Any, path: tuple[str, ...]) -> Any:
    """What stands there; None where nothing does."""
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said


def field_of(leaf: Leaf, library: Sequence[Offer], value: Any) -> forms.Field:
    """The field of a form in which a person says this value, which is `value` now."""
    label, note = label_of(leaf.dotted), HELP.get(leaf.dotted, "")
    if isinstance(leaf.kind, Several):
        note = f"{gettext('One a line.')} {note}".strip()
    said: dict[str, Any] = {"label": label, "help_text": note, "required": False}
    name, kind = leaf.path[-1], leaf.kind
    if name in RESOURCES:
        offered = _fitting(leaf, library, value)
        return forms.ChoiceField(choices=[("", _("Choose…")), *offered], **said)
    if leaf.dotted == "region.keyboard":
        choices = [_AS_BELOW, *keyboards.offered(value or "")]
        return forms.ChoiceField(choices=choices, **said)
    match kind:
        case Flag() if leaf.is_open:
            return forms.ChoiceField(choices=_TERNARY, **said)
        case Flag():
            return forms.BooleanField(**said)
        case Choice():
            words = _CHOICES[kind.words]
            return forms.ChoiceField(choices=[_AS_BELOW, *words], **said)
        case Number():
            bounds = {"min": kind.low, "max": kind.high}
            widget = forms.NumberInput(attrs=bounds)
            return forms.IntegerField(widget=widget, **said)
    return _text(leaf, said)


def _fitting(
    leaf: Leaf, library: Sequence[Offer], value: Any
) -> Iterator[tuple[str, str]]:
    """What this field takes of the library; and what stands there now, come what may."""
    fits = _FITTING.get(leaf.dotted)
    found = False
    for offer in library:
        if fits is None or offer.media in fits or offer.sha256 == value:
            found = found or offer.sha256 == value
            yield offer.sha256, offer.words
    if value and not found:
        yield value, str(_("Withdrawn: choose another"))


def _text(leaf: Leaf, said: dict[str, Any]) -> forms.Field:
    kind = leaf.kind
    is_long = isinstance(kind, Exact) and kind.cap > _LONG_TEXT
    if isinstance(kind, Several) or is_long:
        area = forms.Textarea(attrs={"rows": 6 if isinstance(kind, Several) else 4})
        return forms.CharField(widget=area, max_length=_LONGEST, **said)
    if leaf.path[-1] == "slug" and leaf.path[0] in KEYS:
        return forms.CharField(widget=forms.HiddenInput, max_length=60, **said)
    judges = [_JUDGES[leaf.path[-1]]] if leaf.path[-1] in _JUDGES else []
    return forms.CharField(max_length=_LONGEST, validators=judges, **said)


def _a_zone(value: str) -> None:
    """What machines have no clock for is not a time zone."""
    if value not in available_timezones():
        raise ValidationError(_("Write a time zone that exists, as Europe/Paris."))


def _a_language(value: str) -> None:
    """What the system cannot build would leave its screens in English."""
    if value not in LANGUAGES:
        raise ValidationError(_("Write a language that exists, as fr_FR.UTF-8."))


def _short_names(path: str) -> None:
    """File systems hold 255 bytes; what is being written has a few more at its end."""
    if any(len(name.encode()) > _LONGEST_NAME for name in path.split("/")):
        said = _("Write shorter names: 200 letters at most between two “/”.")
        raise ValidationError(said)


# What is judged while it is typed, so that what was published stays readable.
_JUDGES: Final = {"timezone": _a_zone, "lang": _a_language, "path": _short_names}


def choice_words(kind: Choice, value: str) -> Any:
    """What a word of a choice is called on the page."""
    return dict(_CHOICES[kind.words]).get(value, value)


def shown(leaf: Leaf, value: Any) -> Any:
    """A value of the content as its field holds it."""
    if isinstance(leaf.kind, Several):
        return "\n".join(str(each) for each in value or ())
    if isinstance(leaf.kind, Flag) and leaf.is_open:
        return {True: "yes", False: "no"}.get(value, "")
    return value


def typed(leaf: Leaf, value: Any) -> Any:
    """The value back; None where nothing was said."""
    match leaf.kind:
        case Several():
            lines = (line.strip() for line in (value or "").splitlines())
            return [line for line in lines if line] or None
        case Flag() if leaf.is_open:
            return {"yes": True, "no": False}.get(value)
        case Flag():
            return bool(value)
        case Number():
            return value
    text = (value or "").replace("\r\n", "\n").strip()
    return text or None
