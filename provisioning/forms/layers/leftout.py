"""What a layer leaves out, chosen among what the layers under it say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.environments.content import KEYS, LayerContent
from provisioning.forms.layers.sections import ENTRIES, label_of
from provisioning.forms.layers.summary import name_of

NAME: Final = "left_out"
# Of each list, what may be left out of it: the key of an entry, and its title.
Under = Mapping[str, Mapping[str, str]]

_TITLES: Final[Mapping[str, Any]] = {
    **ENTRIES,
    "packages": gettext_lazy("Packages"),
}


def under(contents: Iterable[LayerContent]) -> Under:
    """All entries of these contents; of those with one key, the last one’s title."""
    found: dict[str, dict[str, str]] = {name: {} for name in KEYS}
    for content in contents:
        for name, entries in content.to_json().items():
            for entry in entries if name in KEYS else ():
                found[name][_key(name, entry)] = _title(entry)
    return found


def fields(said: Sequence[Mapping[str, str]], known: Under) -> dict[str, forms.Field]:
    """One field of boxes for each list of which anything can be, or is, left out."""
    made: dict[str, forms.Field] = {}
    for name in KEYS:
        chosen = [each["key"] for each in said if each["of"] == name]
        titles = dict(known.get(name, {}))
        for key in chosen:
            gone = _("%(name)s (no layer under this one says it)") % {"name": key}
            titles.setdefault(key, gone)
        choices: list[tuple[str, str]] = sorted(titles.items(), key=_by_title)
        if choices:
            field = forms.MultipleChoiceField(
                label=_TITLES.get(name) or label_of(name),
                choices=choices,
                initial=chosen,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            # Nobody has to be told that boxes may stay empty.
            setattr(field, "needed_sometimes", True)  # noqa: B010 - read by the template
            made[field_name(name)] = field
    return made


def chosen_in(cleaned: Mapping[str, Any]) -> list[dict[str, str]]:
    """The content of `left_out`, of what was ticked."""
    return [
        {"of": name, "key": key}
        for name in KEYS
        for key in cleaned.get(field_name(name)) or ()
    ]


def field_name(name: str) -> str:
    return f"{NAME}-{name}"


def _key(name: str, entry: Any) -> str:
    return str(entry[KEYS[name]] if KEYS[name] else entry)


def _title(entry: Any) -> str:
    return entry if isinstance(entry, str) else name_of(entry)


def _by_title(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
