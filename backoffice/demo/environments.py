"""The demo's learning environments: the four ready ones, and a version on trial."""

from __future__ import annotations

from backoffice.demo.workshop import MINUTE, Workshop
from provisioning import actions
from provisioning.models import Environment, Layer
from provisioning.starter.loading import load

# What is new in the version that somebody tries today.
TRIED = "vlc"


def tell(workshop: Workshop) -> None:
    """Load them, publish the French ones, and let one be tried further on."""
    by = workshop.lead
    made = load(by=by)
    for each in made:
        if not each.slug.endswith("-en"):
            workshop.story.later(5 * MINUTE)
            version = actions.publish_version(
                environment=each, notes="Première version", by=by
            )
            actions.promote_version(version=version, by=by)
    _try_further(workshop, made[0])


def _try_further(workshop: Workshop, environment: Environment) -> None:
    layer = Layer.objects.get(slug=environment.slug)
    content = layer.said.but(packages=(*layer.said.packages, TRIED))
    workshop.story.later(5 * MINUTE)
    actions.change_layer(
        layer=layer, revision=layer.revision, content=content, by=workshop.lead
    )
    actions.publish_version(
        environment=environment, notes="Un lecteur de vidéos", by=workshop.lead
    )
