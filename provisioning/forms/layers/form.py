"""One section of a layer as a form: its parts, its lists row by row, and what is wrong.

Row 2 of `sheets` has fields as `sheets-2-title-fr`; `sheets-rows` says how many rows
the page shows. A row in which nothing was said is no entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agent.kinds import Flag, Kind, Malformed, Several
from agent.message import Message, kinds
from provisioning.environments.content import KEYS, LayerContent
from provisioning.forms.layers import leftout
from provisioning.forms.layers.fields import (
    Leaf,
    Offer,
    at_path,
    entry_of,
    field_of,
    leaves,
    leaves_of,
    shown,
    typed,
)
from provisioning.forms.layers.known import VARIANTS
from provisioning.forms.layers.sections import ENTRIES, Section, label_of
from provisioning.forms.layers.words import sentence

_MOST_ROWS: Final = 120
_PLACE: Final = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(.+))?")
_NAMED_BY: Final = ("title", "fr")


class Row(NamedTuple):
    """One entry of a list on the page."""

    number: int
    fields: list[forms.BoundField]
    gone: forms.BoundField


@dataclass(frozen=True, slots=True)
class Group:
    """What stands together on the page: a part's fields, or the rows of a list."""

    name: str
    title: Any
    fields: list[forms.BoundField]
    rows: list[Row]
    is_list: bool


class SectionForm(forms.Form):
    """The fields of one section, over what the layer says so far."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        section: Section,
        said: Mapping[str, Any],
        library: Sequence[Offer],
        under: leftout.Under,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.said = said
        self.library = library
        self.rows: dict[str, int] = {}
        for name in section.names:
            kind = kinds(LayerContent)[name]
            if name == leftout.NAME:
                self.fields |= leftout.fields(said.get(name) or (), under)
            elif entry := entry_of(kind):
                self._add_list(name, entry)
            else:
                for leaf in leaves_of(kind, (name,)):
                    self._add(leaf, at_path(said, leaf.path))

    @property
    def content(self) -> dict[str, Any]:
        """All that the layer says, with this section as it was typed."""
        typed_ = {name: self._typed(name) for name in self.section.names}
        kept = {name: value for name, value in self.said.items() if name not in typed_}
        return {**kept, **{name: value for name, value in typed_.items() if value}}

    @property
    def parts(self) -> Iterator[Group]:
        for name in self.section.names:
            kind = kinds(LayerContent)[name]
            if name == leftout.NAME:
                yield Group(name, "", [self[each] for each in self.fields], [], False)
            elif entry := entry_of(kind):
                rows = [self._row(name, entry, at) for at in range(self.rows[name])]
                yield Group(name, ENTRIES[name], [], rows, is_list=True)
            else:
                fields = [self[_html(leaf.path)] for leaf in leaves_of(kind, (name,))]
                yield Group(name, label_of(name), fields, [], is_list=False)

    def clean(self) -> dict[str, Any]:
        """Everything that is wrong, each at its field; then the layer as a whole."""
        for name in self.section.names:
            self._judge(name, kinds(LayerContent)[name])
        if "region" in self.section.names:
            self._judge_variant()
        if not self.errors:
            try:
                LayerContent.from_json(self.content)
            except Malformed as wrong:
                self._say(wrong)
        return self.cleaned_data

    def _add(self, leaf: Leaf, value: Any, row: int | None = None) -> None:
        field = field_of(leaf, self.library, value)
        field.initial = shown(leaf, value)
        setattr(field, "needed_sometimes", leaf.is_needed)  # noqa: B010 - read by the template
        self.fields[_html(leaf.path, row)] = field

    def _add_list(self, name: str, entry: type[Message]) -> None:
        entries = list(self.said.get(name) or ())
        for at in range(self._count(name, len(entries))):
            value = entries[at] if at < len(entries) else None
            for leaf in leaves(entry, (name,)):
                found = at_path(value, leaf.path[1:])
                self._add(leaf, _usual(entry, leaf) if found is None else found, at)
            gone = forms.BooleanField(label=_("Take away"), required=False)
            self.fields[f"{name}-{at}-gone"] = gone

    def _count(self, name: str, stored: int) -> int:
        """How many rows the page has; one more where somebody asks for it."""
        if not self.is_bound:
            self.rows[name] = max(stored, 1) if len(self.section.names) == 1 else stored
        else:
            told = str(self.data.get(f"{name}-rows", ""))
            count = int(told) if re.fullmatch("[0-9]{1,3}", told) else stored
            self.rows[name] = count + (self.data.get("add") == name)
        self.rows[name] = min(self.rows[name], _MOST_ROWS)
        return self.rows[name]

    def _row(self, name: str, entry: type[Message], at: int) -> Row:
        fields = [self[_html(leaf.path, at)] for leaf in leaves(entry, (name,))]
        return Row(at, fields, self[f"{name}-{at}-gone"])

    def _typed(self, name: str) -> Any:
        kind = kinds(LayerContent)[name]
        if name == leftout.NAME:
            return leftout.chosen_in(self.cleaned_data)
        if entry_of(kind):
            return [entry for _at_row, entry in self._entries(name)]
        found = _nested(
            (leaf.path[1:], self._value(leaf, None))
            for leaf in leaves_of(kind, (name,))
        )
        return found.get("", found)

    def _entries(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The rows in which something was said, as entries of the content."""
        entry = entry_of(kinds(LayerContent)[name])
        assert entry is not None  # noqa: S101 - only lists are asked for
        found: list[tuple[int, dict[str, Any]]] = []
        for at in range(self.rows[name]):
            if self.cleaned_data.get(f"{name}-{at}-gone"):
                continue
            values = [(leaf, self._value(leaf, at)) for leaf in leaves(entry, (name,))]
            if any(_is_said(entry, leaf, value) for leaf, value in values):
                said = _nested((leaf.path[1:], value) for leaf, value in values)
                found.append((at, said))
        return _named(name, found)

    def _value(self, leaf: Leaf, row: int | None) -> Any:
        return typed(leaf, self.cleaned_data.get(_html(leaf.path, row)))

    def _judge(self, name: str, kind: Kind) -> None:
        """Read each entry on its own, so that the page says all that is wrong."""
        if name == leftout.NAME:
            return  # chosen, not typed
        if not entry_of(kind):
            self._read(kind, self._typed(name), name, None)
            return
        assert isinstance(kind, Several)  # noqa: S101 - what lists are
        for at, said in self._entries(name):
            self._read(kind.one, said, name, at)

    def _judge_variant(self) -> None:
        """A variant of another keyboard would leave the machine with neither."""
        keyboard = self.cleaned_data.get("region-keyboard") or ""
        variant = self.cleaned_data.get("region-variant") or ""
        known = VARIANTS.get(keyboard, ())
        if not variant or variant in known:
            return
        if not keyboard and any(variant in of for of in VARIANTS.values()):
            return  # the keyboard is that of a layer under this one
        said = gettext("Write a variant that this keyboard has: %(names)s.")
        names = ", ".join(known) or gettext("it has none")
        self.add_error("region-variant", said % {"names": names})

    def _read(self, kind: Kind, raw: Any, name: str, row: int | None) -> None:
        if raw in (None, {}, []):
            return
        place = name if row is None else f"{name}[{row}]"
        try:
            kind.read(raw, place)
        except Malformed as wrong:
            self._say(wrong)

    def _say(self, wrong: Malformed) -> None:
        field = self._field_at(wrong.where)
        said = sentence(wrong)
        if field is None:
            parts = {"part": _words_of(wrong.where), "said": said}
            said = gettext("%(part)s: %(said)s") % parts
        self.add_error(field, said)

    def _field_at(self, where: str) -> str | None:
        """The field that a place of the content is typed in; None for the whole."""
        found = _PLACE.fullmatch(where)
        if not found:
            return None
        path = re.sub(r"\[\d+\]", "", found[3] or "").split(".")
        steps = [found[1], *(part for part in path if part)]
        row = int(found[2]) if found[2] and found[1] in self.rows else None
        name = _html(tuple(steps), row)
        if name in self.fields:
            return name
        return next((each for each in self.fields if each.startswith(f"{name}-")), None)


def _words_of(where: str) -> str:
    """The name of a part that is typed in another section."""
    name = re.split(r"[\[.]", where)[0]
    return str(ENTRIES.get(name) or label_of(name))


def _html(path: tuple[str, ...], row: int | None = None) -> str:
    first, *rest = path
    return "-".join((first, *(() if row is None else (str(row),)), *rest))


def _usual(entry: type[Message], leaf: Leaf) -> Any:
    """What a value of an entry is where nobody says another."""
    return getattr(entry, leaf.path[1], None) if len(leaf.path) == 2 else None


def _is_said(entry: type[Message], leaf: Leaf, value: Any) -> bool:
    is_flag = isinstance(leaf.kind, Flag) and not leaf.is_open
    return not is_flag and value is not None and value != _usual(entry, leaf)


def _nested(values: Iterator[tuple[tuple[str, ...], Any]] | Any) -> dict[str, Any]:
    """`("title", "fr")` becomes a part in a part; what was not said is left out."""
    found: dict[str, Any] = {}
    for path, value in values:
        if value is None:
            continue
        part = found
        for name in path[:-1]:
            part = part.setdefault(name, {})
        part[path[-1] if path else ""] = value
    return found


def _named(
    name: str, entries: list[tuple[int, dict[str, Any]]]
) -> list[tuple[int, dict[str, Any]]]:
    """Gives a short name, from its title, to each entry that needs one and has none."""
    if KEYS.get(name) != "slug":
        return entries
    taken = {entry["slug"] for _row, entry in entries if "slug" in entry}
    for _row, entry in entries:
        if "slug" not in entry:
            title = str(at_path(entry, _NAMED_BY) or entry.get("name") or name)
            stem = slugify(title)[:30].strip("-") or "x"
            free = (f"{stem}-{n}" if n else stem for n in range(_MOST_ROWS + 1))
            entry["slug"] = next(slug for slug in free if slug not in taken)
            taken.add(entry["slug"])
    return entries
