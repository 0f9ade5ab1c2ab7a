"""Layers become one: the later wins, entry by entry, and may leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from agent.message import kinds, required
from agent.profile.strict import Strict
from provisioning.environments.content import KEYS, LayerContent, keys_of

# What is wanted in one is unwanted in the other.
_OPPOSITES = {"packages": "packages_absent", "packages_absent": "packages"}


class Layer(NamedTuple):
    """A layer by its short name, and that of the layer it builds on."""

    slug: str
    extends: str | None
    content: LayerContent


class Cyclic(ValueError):
    """Layers that build on each other in a circle; `slugs` in the order of the walk."""

    def __init__(self, slugs: Sequence[str]) -> None:
        super().__init__(" → ".join(slugs))
        self.slugs = tuple(slugs)


def lineage(slug: str, layers: Mapping[str, Layer]) -> list[Layer]:
    """A layer behind all that it builds on, the lowest first.

    Raises `Cyclic`, and KeyError for a layer that is not there.
    """
    walked: dict[str, Layer] = {}
    at: str | None = slug
    while at is not None:
        if at in walked:
            raise Cyclic([*walked, at])
        walked[at] = layers[at]
        at = layers[at].extends
    return list(reversed(walked.values()))


def merge(contents: Iterable[LayerContent]) -> LayerContent:
    """One content of several, the lowest first; nothing is left out of it any more."""
    return reduce(_over, contents, LayerContent())


def _over(below: LayerContent, above: LayerContent) -> LayerContent:
    gone = {(each.of, each.key) for each in above.left_out}
    merged = {}
    for name in kinds(LayerContent):
        kept = getattr(below, name)
        if name in KEYS:
            unwanted = {key for of, key in gone if of == name}
            unwanted.update(getattr(above, _OPPOSITES.get(name, ""), ()))
            kept = _without(name, kept, unwanted)
        merged[name] = _one(name, kept, getattr(above, name))
    return LayerContent(**merged)


def _without(name: str, entries: tuple[Any, ...], keys: set[str]) -> tuple[Any, ...]:
    named = zip(keys_of(name, entries), entries, strict=True)
    return tuple(each for key, each in named if key not in keys)


def _one(name: str, below: Any, above: Any) -> Any:
    if name in KEYS:
        return _listed(name, below, above)
    if name == "left_out":
        return ()
    if isinstance(above, Strict) and not required(type(above)):
        return below.but(**_said(above))
    return below if above is None else above


def _listed(name: str, below: tuple[Any, ...], above: tuple[Any, ...]) -> Any:
    """An entry that comes again stands where it stood, as it is said last."""
    entries = dict(zip(keys_of(name, below), below, strict=True))
    entries |= dict(zip(keys_of(name, above), above, strict=True))
    return tuple(entries.values())


def _said(part: Strict) -> dict[str, Any]:
    return {name: value for name, value in vars(part).items() if value is not None}
