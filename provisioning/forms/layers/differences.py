"""What is different between two contents, in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from agent.kinds import Kind, Several
from agent.message import kinds
from provisioning.environments.content import KEYS, LayerContent
from provisioning.forms.layers.fields import (
    Leaf,
    at_path,
    entry_of,
    leaves,
    leaves_of,
)
from provisioning.forms.layers.sections import ENTRIES, SECTIONS, label_of
from provisioning.forms.layers.summary import name_of, words_of

Said = Mapping[str, Any]


def differences(before: Said, after: Said, titles: Mapping[str, str]) -> list[str]:
    """Sentences, section by section; `titles` are those of resources, by hash."""
    return [
        sentence
        for section in SECTIONS
        for name in section.names
        for sentence in _of(name, before.get(name), after.get(name), titles)
    ]


def _of(name: str, old: Any, new: Any, titles: Mapping[str, str]) -> Iterator[str]:
    kind = kinds(LayerContent)[name]
    if entry_of(kind) and name in KEYS:
        yield from _entries(name, kind, old or [], new or [], titles)
        return
    for leaf in leaves_of(kind, (name,)):
        yield from _leaf(
            leaf, "", at_path(old, leaf.path[1:]), at_path(new, leaf.path[1:]), titles
        )


def _entries(
    name: str, kind: Kind, old: list[Any], new: list[Any], titles: Mapping[str, str]
) -> Iterator[str]:
    entry, key = entry_of(kind), KEYS[name]
    assert entry is not None  # noqa: S101 - only lists are asked for
    before = {each[key]: each for each in old}
    after = {each[key]: each for each in new}
    for found in (each for at, each in after.items() if at not in before):
        yield _("Added: %(what)s “%(name)s”.") % _named(name, found)
    for found in (each for at, each in before.items() if at not in after):
        yield _("Taken away: %(what)s “%(name)s”.") % _named(name, found)
    for at, found in after.items():
        if at in before:
            for leaf in leaves(entry, (name,)):
                was, now = (
                    at_path(before[at], leaf.path[1:]),
                    at_path(found, leaf.path[1:]),
                )
                yield from _leaf(leaf, name_of(found), was, now, titles)


def _named(name: str, entry: Said) -> dict[str, str]:
    return {"what": str(ENTRIES[name]), "name": name_of(entry)}


def _leaf(
    leaf: Leaf, of: str, old: Any, new: Any, titles: Mapping[str, str]
) -> Iterator[str]:
    if old == new:
        return
    what = str(label_of(leaf.dotted))
    told = {
        "what": _("%(name)s, %(what)s") % {"name": of, "what": what} if of else what
    }
    if isinstance(leaf.kind, Several):
        yield from _lines(told, old or [], new or [])
        return
    told |= {"before": words_of(leaf.kind, old, titles)}
    told |= {"after": words_of(leaf.kind, new, titles)}
    if not told["after"]:
        yield _("%(what)s: nothing is said any more; it was “%(before)s”.") % told
    elif not told["before"]:
        yield _("%(what)s: now “%(after)s”.") % told
    else:
        yield _("%(what)s: “%(before)s” becomes “%(after)s”.") % told


def _lines(told: dict[str, str], old: list[str], new: list[str]) -> Iterator[str]:
    come = [each for each in new if each not in old]
    gone = [each for each in old if each not in new]
    if come:
        yield _("%(what)s: %(names)s added.") % {**told, "names": ", ".join(come)}
    if gone:
        yield _("%(what)s: %(names)s taken away.") % {**told, "names": ", ".join(gone)}
