"""Put the ready environments into the library: files, layers, and what they make up.

Loaded again, what is there already is left as people have made it since.
"""

from __future__ import annotations

from backoffice.core.actors import Actor
from provisioning import actions
from provisioning.actions import EnvironmentFacts, LayerFacts, ResourceFacts
from provisioning.environments.content import LayerContent
from provisioning.intake import take_in
from provisioning.kinds import ContentLanguage, Licence
from provisioning.models import Environment, Layer, LayerKind, Resource
from provisioning.starter import environments, resources
from provisioning.starter.environments import READY, Ready
from provisioning.starter.resources import SOURCE, File
from provisioning.store.incoming import Incoming

_COMMON_TITLE = ("Ce que toutes ont en commun", "What all have in common")
_IN_ENGLISH = ("{title}, en anglais", "{title}, in English")


def load(*, by: Actor) -> list[Environment]:
    """The ready environments, the French ones first. Raises FontsMissing."""
    hashes = {file.key: _kept(file, by) for file in resources.files()}
    common = _layer(
        LayerFacts(environments.COMMON, *_COMMON_TITLE, kind=LayerKind.BASE),
        environments.common(),
        by,
    )
    french = [(ready, _base(ready, common, hashes, by)) for ready in READY]
    made = [_environment(ready, base, by) for ready, base in french]
    return made + [_in_english(ready, base, hashes, by) for ready, base in french]


def _kept(file: File, by: Actor) -> str:
    """The hash of a file that the library has by now."""
    if not Resource.objects.filter(blob__sha256=file.sha256).exists():
        incoming = Incoming(f"starter-{file.sha256}")
        incoming.drop()
        incoming.append(0, [file.body], most=len(file.body))
        facts = ResourceFacts(
            title_fr=file.title[0],
            title_en=file.title[1],
            language=ContentLanguage(file.language),
            licence=Licence.BY_SA,
            source_url=SOURCE,
        )
        take_in(incoming, file.kind, facts, sha256=file.sha256, by=by)
    return file.sha256


def _base(ready: Ready, common: Layer, hashes: dict[str, str], by: Actor) -> Layer:
    facts = LayerFacts(ready.slug, *ready.title, kind=LayerKind.BASE, extends=common)
    return _layer(facts, environments.french(ready, hashes), by)


def _layer(facts: LayerFacts, content: environments.Content, by: Actor) -> Layer:
    known = Layer.objects.filter(slug=facts.slug).first()
    read = LayerContent.from_json(content)
    return known or actions.create_layer(facts=facts, content=read, by=by)


def _environment(ready: Ready, base: Layer, by: Actor) -> Environment:
    facts = EnvironmentFacts(*ready.title[:1], base, ready.title[1], ready.audience[0])
    return _made(ready.slug, facts, by)


def _in_english(
    ready: Ready, base: Layer, hashes: dict[str, str], by: Actor
) -> Environment:
    slug = f"{ready.slug}-en"
    titles = [
        words.format(title=title)
        for words, title in zip(_IN_ENGLISH, ready.title, strict=True)
    ]
    over = _layer(
        LayerFacts(slug, titles[0], titles[1]),
        environments.english(ready, hashes),
        by,
    )
    facts = EnvironmentFacts(titles[0], base, titles[1], ready.audience[1], (over,))
    return _made(slug, facts, by)


def _made(slug: str, facts: EnvironmentFacts, by: Actor) -> Environment:
    known = Environment.objects.filter(slug=slug).first()
    return known or actions.create_environment(slug=slug, facts=facts, by=by)
