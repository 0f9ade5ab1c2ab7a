"""Recipes of packs: written, published anew, put out of use. Packs keep theirs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from inventory.models import DeviceKind
from lending.actions.fitting import BEST_SCORE
from lending.errors import RecipeImpossible, TemplateKnown
from lending.models import (
    CountedKind,
    PackTemplate,
    TemplateEvent,
    TemplateLine,
    TemplateVersion,
)
from lending.states import LineNature

MANAGE = "lending.manage_template"
MOST_LINES = 20
MOST_OF_ONE = 20
_LABELLED = frozenset({LineNature.MAIN, LineNature.DEVICE})
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


@dataclasses.dataclass(frozen=True)
class RecipeLine:
    """One line as it is written; what does not concern its nature is not looked at.

    `kinds`, `score`, `memory_gib`, `camera`: a machine or a labelled thing. `modem`,
    `data_mb`: a connection. `profile`: the slug of a learning environment.
    `counted_kind`, `quantity`: a counted thing.
    """

    nature: LineNature
    label: str
    kinds: tuple[DeviceKind, ...] = ()
    score: int = 0
    memory_gib: int = 0
    camera: bool = False
    modem: bool = False
    data_mb: int = 0
    profile: str = ""
    counted_kind: CountedKind | None = None
    quantity: int = 1
    is_optional: bool = False

    @property
    def criteria(self) -> dict[str, object]:
        """What the line asks for beyond its nature; what it does not ask is left out."""
        asked: dict[str, object] = {}
        if self.nature in _LABELLED:
            asked = {
                "kinds": [kind.value for kind in self.kinds],
                "score": self.score,
                "memory_gib": self.memory_gib,
                "camera": self.camera,
            }
        elif self.nature is LineNature.CONNECTION:
            asked = {"modem": self.modem, "data_mb": self.data_mb}
        elif self.nature is LineNature.ENVIRONMENT:
            asked = {"profile": self.profile}
        return {name: wanted for name, wanted in asked.items() if wanted}


@transaction.atomic(durable=True)
def write_template(
    *, name: str, lines: Sequence[RecipeLine], by: Actor
) -> TemplateVersion:
    """Write a recipe under a new name: its first version."""
    permit(by, MANAGE)
    try:
        with transaction.atomic(savepoint=True):
            template = PackTemplate.objects.create(name=name.strip())
    except IntegrityError as taken:
        raise TemplateKnown(
            _("There is already a template named “%(name)s”.") % {"name": name.strip()},
            advice=_("Publish a new version of it, or choose another name."),
        ) from taken
    return _publish(template, lines, by=by)


@transaction.atomic(durable=True)
def publish_version(
    *, template: PackTemplate, lines: Sequence[RecipeLine], by: Actor
) -> TemplateVersion:
    """Say anew what a template asks for; packs made so far keep their version."""
    permit(by, MANAGE)
    return _publish(PackTemplate.objects.lock(template.pk), lines, by=by)


@transaction.atomic(durable=True)
def retire_template(*, template: PackTemplate, by: Actor) -> PackTemplate:
    """Make no more packs of it; those being made go on."""
    return _use(template, False, "retired", by=by)


@transaction.atomic(durable=True)
def restore_template(*, template: PackTemplate, by: Actor) -> PackTemplate:
    """Make packs of it again."""
    return _use(template, True, "restored", by=by)


def counted_kinds() -> QuerySet[CountedKind]:
    """What a counted line may ask for; the same at every site."""
    return CountedKind.objects.order_by("name")


def _use(template: PackTemplate, in_use: bool, verb: str, *, by: Actor) -> PackTemplate:
    permit(by, MANAGE)
    template = PackTemplate.objects.lock(template.pk)
    if template.is_active != in_use:
        template.is_active = in_use
        template.save(update_fields=["is_active"])
    TemplateEvent.append(template, verb, by=by)
    return template


def _publish(
    template: PackTemplate, lines: Sequence[RecipeLine], *, by: Actor
) -> TemplateVersion:
    require_transaction()
    _refuse_impossible(lines)
    last = template.versions.order_by("-number").first()
    version = TemplateVersion.objects.create(
        template=template,
        number=last.number + 1 if last else 1,
        published_at=timezone.now(),
    )
    TemplateLine.objects.bulk_create(
        _line(version, position, line) for position, line in enumerate(lines, start=1)
    )
    data = {"version": version.number, "lines": len(lines)}
    TemplateEvent.append(template, "version_published", by=by, data=data)
    return version


def _line(version: TemplateVersion, position: int, line: RecipeLine) -> TemplateLine:
    counted = line.nature is LineNature.COUNTED
    return TemplateLine(
        version=version,
        position=position,
        nature=line.nature,
        label=line.label.strip(),
        criteria=line.criteria,
        counted_kind=line.counted_kind if counted else None,
        quantity=line.quantity if counted else 1,
        is_optional=line.is_optional,
    )


def _refuse_impossible(lines: Sequence[RecipeLine]) -> None:
    natures = [line.nature for line in lines]
    if not 1 <= len(lines) <= MOST_LINES:
        raise RecipeImpossible(
            _("A template has 1 to %(most)s lines.") % {"most": MOST_LINES}
        )
    for once in (LineNature.MAIN, LineNature.ENVIRONMENT):
        if natures.count(once) > 1:
            raise RecipeImpossible(
                _("There is one line “%(nature)s” at most.") % {"nature": once.label}
            )
    if LineNature.ENVIRONMENT in natures and LineNature.MAIN not in natures:
        raise RecipeImpossible(
            _("A learning environment needs a machine to be on."),
            advice=_("Add the line of the machine, or take the environment out."),
        )
    for line in lines:
        if fault := _fault(line):
            raise RecipeImpossible(
                _("“%(line)s”: %(fault)s") % {"line": line.label, "fault": fault}
            )


def _fault(line: RecipeLine) -> str:
    """What is wrong with one line; empty where nothing is."""
    if not line.label.strip():
        return _("say what it is.")
    match line.nature:
        case LineNature.MAIN | LineNature.DEVICE if not line.kinds:
            return _("choose one kind of thing at least.")
        case LineNature.MAIN | LineNature.DEVICE if not (
            0 <= line.score <= BEST_SCORE and 0 <= line.memory_gib <= 1024
        ):
            return _("no machine reaches that.")
        case LineNature.COUNTED if line.counted_kind is None:
            return _("choose what is counted.")
        case LineNature.COUNTED if not 1 <= line.quantity <= MOST_OF_ONE:
            return _("from 1 to %(most)s of one thing.") % {"most": MOST_OF_ONE}
        case LineNature.ENVIRONMENT if not _SLUG.fullmatch(line.profile[:60]):
            return _("write the short name of the environment, as in linux-emploi.")
    return ""
