"""Layers of environments: written, changed, and what they come to together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agent.kinds import Malformed
from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site
from provisioning.environments import merging
from provisioning.environments.content import LayerContent
from provisioning.errors import (
    LayerChanged,
    LayerCyclic,
    LayerMisplaced,
    LayerUnfit,
    SlugTaken,
)
from provisioning.models import Environment, Layer, LayerEvent, LayerKind

EDIT = "provisioning.edit_environment"


@dataclasses.dataclass(frozen=True, slots=True)
class LayerFacts:
    """What a layer is called, where it lies, and what it builds on."""

    slug: str
    title_fr: str
    title_en: str = ""
    kind: LayerKind = LayerKind.BUNDLE
    extends: Layer | None = None
    site: Site | None = None


@transaction.atomic(durable=True)
def create_layer(
    *, facts: LayerFacts, content: LayerContent | None = None, by: Actor
) -> Layer:
    """Begin a layer; what it says may come later."""
    permit(by, EDIT, at=facts.site.pk if facts.site else None)
    refuse_slug(facts.slug, Layer.objects.filter(slug=facts.slug).exists())
    _refuse_misplaced(facts)
    layer = Layer.objects.create(
        **_named(facts),
        slug=facts.slug,
        kind=facts.kind,
        site=facts.site,
        content=_written(content or LayerContent()),
        changed_at=timezone.now(),
    )
    data = {"slug": layer.slug, "kind": layer.kind}
    LayerEvent.append(layer, "layer_created", by=by, data=data)
    return layer


@transaction.atomic(durable=True)
def change_layer(
    *,
    layer: Layer,
    revision: int,
    content: LayerContent,
    facts: LayerFacts | None = None,
    by: Actor,
) -> Layer:
    """Let a layer say something else, or build on another; what is published stays.

    `revision` is that which was read: what somebody changed since is not overwritten.
    """
    layer = Layer.objects.lock(layer.pk)
    permit(by, EDIT, at=layer.site_id)
    if layer.revision != revision:
        raise LayerChanged(
            _("Somebody has changed “%(layer)s” since you opened it.")
            % {"layer": layer},
            advice=_(
                "Read what it says now. What you wrote is kept: save again to put it in its place."
            ),
        )
    if facts is not None:
        _refuse_misplaced(dataclasses.replace(facts, kind=LayerKind(layer.kind)))
        for name, value in _named(facts).items():
            setattr(layer, name, value)
        lineage_of(layer)
    layer.content = _written(content)
    layer.__dict__.pop("said", None)
    layer.revision += 1
    layer.changed_at = timezone.now()
    layer.save()
    data = {"revision": layer.revision}
    LayerEvent.append(layer, "layer_changed", by=by, data=data)
    return layer


@transaction.atomic(durable=True)
def rename_layer(
    *, layer: Layer, title_fr: str, title_en: str = "", by: Actor
) -> Layer:
    """Call a layer something else; its short name and what it says stay."""
    layer = Layer.objects.lock(layer.pk)
    permit(by, EDIT, at=layer.site_id)
    before = {"title_fr": layer.title_fr, "title_en": layer.title_en}
    after = {"title_fr": title_fr, "title_en": title_en}
    if after == before:
        return layer
    layer.title_fr, layer.title_en = title_fr, title_en
    layer.changed_at = timezone.now()
    layer.save(update_fields=["title_fr", "title_en", "changed_at"])
    data = {"before": before, "after": after}
    LayerEvent.append(layer, "layer_renamed", by=by, data=data)
    return layer


def lineage_of(layer: Layer) -> list[Layer]:
    """A layer behind all that it builds on; refuses a circle, naming it."""
    rows = {each.slug: each for each in Layer.objects.select_related("extends")}
    rows[layer.slug] = layer
    named = {
        slug: merging.Layer(slug, row.extends.slug if row.extends else None, row.said)
        for slug, row in rows.items()
    }
    try:
        return [rows[each.slug] for each in merging.lineage(layer.slug, named)]
    except merging.Cyclic as circle:
        raise LayerCyclic(
            _("“%(layer)s” would build on itself: %(circle)s.")
            % {"layer": layer, "circle": " → ".join(circle.slugs)},
            advice=_("Let one of them build on another layer, or on none."),
            layers=list(circle.slugs),
        ) from circle


def layers_under(layer: Layer) -> list[Layer]:
    """All that may lie under a layer where it is used, and what it builds on.

    A complement that no environment has yet may come to lie over any base.
    """
    found = lineage_of(layer)[:-1]
    if layer.kind != LayerKind.BASE:
        stacks = [_under_in(each, layer) for each in Environment.objects.all()]
        if not any(stacks):
            bases = Layer.objects.filter(kind=LayerKind.BASE)
            stacks = [lineage_of(base) for base in bases.order_by("slug")]
        found = [*(each for stack in stacks for each in stack), *found]
    return list({each.pk: each for each in found}.values())


def _under_in(environment: Environment, layer: Layer) -> list[Layer]:
    """What lies under a layer of a site or a complement; nothing where it is none."""
    under = lineage_of(environment.base)
    if layer.kind == LayerKind.SITE:
        return under
    under += Layer.objects.filter(kind=LayerKind.SITE).order_by("slug")
    for bundle in environment.bundled.select_related("layer__extends"):
        own = lineage_of(bundle.layer)
        if layer in own:
            return under
        under += own
    return []


def merged(
    environment: Environment, site: Site | None, typed: Layer | None = None
) -> LayerContent:
    """What an environment says at a site: base, the site’s layer, complements.

    A layer that is `typed` stands for the one that is kept.
    """
    layers = lineage_of(environment.base)
    if site is not None:
        for own in Layer.objects.filter(site=site).select_related("extends"):
            layers += lineage_of(own)
    bundled = environment.bundled.select_related("layer__extends")
    for bundle in bundled:
        layers += lineage_of(bundle.layer)
    if typed is not None:
        layers = [typed if each.pk == typed.pk else each for each in layers]
    return merge(layers)


def merge(layers: Sequence[Layer]) -> LayerContent:
    """The contents of layers as one, the lowest first; refuses what does not fit."""
    try:
        return merging.merge(layer.said for layer in layers)
    except Malformed as unfit:
        raise layer_unfit(unfit) from unfit


def layer_unfit(unfit: Malformed) -> LayerUnfit:
    return LayerUnfit(
        _("This cannot be asked of a machine: %(where)s %(why)s.")
        % {"where": unfit.where, "why": unfit.why},
        where=unfit.where,
        why=unfit.why,
    )


def refuse_slug(slug: str, taken: bool) -> None:
    if slug != slugify(slug) or "_" in slug or "--" in slug or not slug:
        raise LayerUnfit(
            _("The short name has small letters, digits and single dashes only."),
            where="slug",
        )
    if taken:
        raise SlugTaken(_("Another one is called “%(slug)s”.") % {"slug": slug})


def _written(content: LayerContent) -> dict[str, Any]:
    """As it is kept, if it could also be read again."""
    try:
        return LayerContent.from_json(content.to_json()).to_json()
    except Malformed as unfit:
        raise layer_unfit(unfit) from unfit


def _named(facts: LayerFacts) -> Mapping[str, Any]:
    return {
        "title_fr": facts.title_fr,
        "title_en": facts.title_en,
        "extends": facts.extends,
    }


def _refuse_misplaced(facts: LayerFacts) -> None:
    if (facts.kind is LayerKind.SITE) != (facts.site is not None):
        raise LayerMisplaced(_("A site’s layer names its site, and no other does."))
    if facts.extends is not None and facts.extends.kind != facts.kind:
        raise LayerMisplaced(_("A layer builds on one of its own kind."))
    if facts.kind is LayerKind.SITE:
        known = Layer.objects.filter(site=facts.site).exclude(slug=facts.slug)
        if known.exists():
            raise LayerMisplaced(
                _("%(site)s has a layer already.") % {"site": facts.site}
            )
