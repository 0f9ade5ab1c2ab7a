"""Environments as people publish them: a base, and what comes above it."""

from __future__ import annotations

from typing import Any

from agent import wire
from agent.profile import read
from backoffice.core.models import Site, User
from provisioning import actions
from provisioning.environments.content import LayerContent
from provisioning.models import (
    Channel,
    Environment,
    EnvironmentProfile,
    EnvironmentRun,
    EnvironmentVersion,
    Layer,
    LayerKind,
)
from tests.provisioning.assigned import assigned
from tests.provisioning.machines import FakeMachine
from tests.world import World

FRENCH = {"lang": "fr_FR.UTF-8", "keyboard": "fr", "timezone": "Europe/Paris"}
WELCOME: dict[str, Any] = {
    "region": FRENCH,
    "packages": ["vlc"],
    "home_title": {"fr": "Bienvenue", "en": "Welcome"},
}
# What the machine of a person needs to know of that person.
PERSONAL: dict[str, Any] = {
    **WELCOME,
    "account": {"login": "{{user.login}}", "full_name": "{{user.name}}"},
}


def layer(
    by: User,
    slug: str,
    kind: LayerKind = LayerKind.BUNDLE,
    *,
    extends: Layer | None = None,
    site: Site | None = None,
    **parts: Any,
) -> Layer:
    facts = actions.LayerFacts(
        slug=slug, title_fr=slug.capitalize(), kind=kind, extends=extends, site=site
    )
    content = LayerContent.from_json(parts)
    return actions.create_layer(facts=facts, content=content, by=by)


def environment(
    by: User, slug: str = "emploi-fr", *bundles: Layer, **parts: Any
) -> Environment:
    base = layer(by, f"{slug}-base", LayerKind.BASE, **(parts or WELCOME))
    facts = actions.EnvironmentFacts(title_fr="Emploi", base=base, bundles=bundles)
    return actions.create_environment(slug=slug, facts=facts, by=by)


def say(by: User, environment: Environment, **parts: Any) -> None:
    """Let the base of an environment say something else."""
    base = Layer.objects.get(pk=environment.base_id)
    content = LayerContent.from_json(parts)
    actions.change_layer(layer=base, revision=base.revision, content=content, by=by)


def published(by: User, slug: str = "emploi-fr", **parts: Any) -> EnvironmentVersion:
    """The first version of an environment, for every machine."""
    made = environment(by, slug, **parts)
    version = actions.publish_version(environment=made, by=by)
    return actions.promote_version(version=version, by=by)


def next_version(by: User, made: Environment, package: str) -> EnvironmentVersion:
    """Another one, with another program in it."""
    say(by, made, **WELCOME | {"packages": [package]})
    version = actions.publish_version(environment=made, by=by)
    return actions.promote_version(version=version, by=by)


def at_the_bench(world: World, environment: str = "emploi-fr") -> FakeMachine:
    """A packed machine that is to have an environment, and is bound to its device."""
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    machine = FakeMachine()
    machine.join(world, world.lead, device)
    assigned(world, device, environment)
    return machine


def done(
    profile: EnvironmentProfile,
    state: wire.StepState = wire.StepState.CHANGED,
    **said: Any,
) -> wire.Installed:
    """What a machine says of these bytes: every step in this state, unless said."""
    asked = read(bytes(profile.body))
    steps = tuple(
        wire.StepResult(id=step.id, kind=step.kind.value, state=state)
        for step in asked.steps
    )
    wanted: dict[str, Any] = {
        "slug": asked.slug,
        "version": asked.version,
        "sha256": profile.sha256,
        "aim": wire.Pass.INSTALL,
        "outcome": wire.Outcome.WHOLE,
        "steps": steps,
    }
    return wire.Installed(**wanted | said)


def tell(machine: FakeMachine, said: wire.Installed) -> EnvironmentRun:
    kept = machine.send(kind=wire.Kind.PROVISION, installed=said).report
    return EnvironmentRun.objects.get(report=kept)


def stable(version: EnvironmentVersion) -> EnvironmentProfile:
    return version.profiles.get(channel=Channel.STABLE, site=None)
