"""What a layer says in one section, in short lines, for the page that shows all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agent.kinds import Choice
from agent.message import kinds
from provisioning.environments.content import LayerContent
from provisioning.forms.layers.fields import (
    at_path,
    choice_words,
    entry_of,
    leaves_of,
)
from provisioning.forms.layers.sections import ENTRIES, Section, label_of

_SHOWN: Final = 6
# What an entry is known by, the first that it has.
_NAMES: Final = (("title", "fr"), ("title",), ("name",), ("path",), ("ref",), ("unit",))
_KEYS: Final = (*_NAMES, ("explains",), ("id",), ("key",), ("url",), ("slug",))


def summary_of(
    section: Section, said: Mapping[str, Any], titles: Mapping[str, str]
) -> list[tuple[Any, str]]:
    """Pairs of a label and what is said; `titles` are those of resources, by hash."""
    return [
        pair
        for name in section.names
        for pair in _lines(name, said.get(name), titles)
        if pair[1]
    ]


def _lines(
    name: str, value: Any, titles: Mapping[str, str]
) -> Iterator[tuple[Any, str]]:
    kind = kinds(LayerContent)[name]
    if entry_of(kind):
        yield ENTRIES[name], _entries(value or [])
        return
    for leaf in leaves_of(kind, (name,)):
        yield (
            label_of(leaf.dotted),
            words_of(leaf.kind, at_path(value, leaf.path[1:]), titles),
        )


def _entries(values: list[Any]) -> str:
    names = [name_of(each) for each in values[:_SHOWN]]
    rest = len(values) - len(names)
    if rest:
        more = ngettext("and %(count)s more", "and %(count)s more", rest)
        names.append(more % {"count": rest})
    return " · ".join(names)


def name_of(entry: Mapping[str, Any]) -> str:
    """What an entry of a list is called on a page."""
    for path in _KEYS:
        found = at_path(entry, path)
        if isinstance(found, str) and found:
            return found
    return "…"


def words_of(kind: Any, value: Any, titles: Mapping[str, str]) -> str:
    """A value as people read it; empty where nothing is said."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case list():
            return " · ".join(str(each) for each in value)
    if isinstance(kind, Choice):
        return str(choice_words(kind, value))
    return titles.get(str(value), str(value))
