"""Environments: which base and which complements they are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from provisioning.actions.layers import EDIT, merged, refuse_slug
from provisioning.errors import LayerMisplaced
from provisioning.models import (
    Environment,
    EnvironmentBundle,
    EnvironmentEvent,
    Layer,
    LayerKind,
)


@dataclasses.dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """What an environment is called, for whom it is, and of which layers it is made."""

    title_fr: str
    base: Layer
    title_en: str = ""
    audience: str = ""
    bundles: Sequence[Layer] = ()


@transaction.atomic(durable=True)
def create_environment(*, slug: str, facts: EnvironmentFacts, by: Actor) -> Environment:
    """Begin an environment of layers that are there; nothing is published yet."""
    permit(by, EDIT)
    refuse_slug(slug, Environment.objects.filter(slug=slug).exists())
    _refuse_misplaced(facts)
    environment = Environment.objects.create(
        slug=slug,
        title_fr=facts.title_fr,
        title_en=facts.title_en,
        audience=facts.audience,
        base=facts.base,
        made_at=timezone.now(),
    )
    _bundle(environment, facts.bundles)
    merged(environment, None)
    data = {"slug": slug, "layers": _layers(facts)}
    EnvironmentEvent.append(environment, "environment_created", by=by, data=data)
    return environment


@transaction.atomic(durable=True)
def change_environment(
    *, environment: Environment, facts: EnvironmentFacts, by: Actor
) -> Environment:
    """Make an environment of other layers; what is published stays as it was."""
    permit(by, EDIT)
    environment = Environment.objects.lock(environment.pk)
    _refuse_misplaced(facts)
    environment.title_fr = facts.title_fr
    environment.title_en = facts.title_en
    environment.audience = facts.audience
    environment.base = facts.base
    environment.save()
    _bundle(environment, facts.bundles)
    merged(environment, None)
    data = {"layers": _layers(facts)}
    EnvironmentEvent.append(environment, "environment_changed", by=by, data=data)
    return environment


def _bundle(environment: Environment, bundles: Sequence[Layer]) -> None:
    """Let a held environment have these complements, in this order: a step."""
    require_transaction()
    EnvironmentBundle.objects.filter(environment=environment).delete()
    EnvironmentBundle.objects.bulk_create(
        EnvironmentBundle(environment=environment, layer=layer, position=place)
        for place, layer in enumerate(bundles)
    )


def _refuse_misplaced(facts: EnvironmentFacts) -> None:
    if facts.base.kind != LayerKind.BASE:
        raise LayerMisplaced(_("“%(layer)s” is no base.") % {"layer": facts.base})
    for layer in facts.bundles:
        if layer.kind != LayerKind.BUNDLE:
            raise LayerMisplaced(_("“%(layer)s” is no complement.") % {"layer": layer})
    if len({layer.pk for layer in facts.bundles}) != len(facts.bundles):
        raise LayerMisplaced(_("A complement is named twice."))


def _layers(facts: EnvironmentFacts) -> list[str]:
    return [facts.base.slug, *(layer.slug for layer in facts.bundles)]
