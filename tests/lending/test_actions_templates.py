"""Recipes of packs: versions that are never altered, and recipes that cannot be."""

from __future__ import annotations

import dataclasses

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory.models import DeviceKind
from lending import actions
from lending.actions import RecipeLine
from lending.errors import RecipeImpossible, TemplateKnown, TemplateRetired
from lending.models import CountedKind, TemplateVersion
from lending.states import LineNature
from tests.lending.packs import LAPTOP, LINUX, SCREEN, SIM
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person

MOUSE = RecipeLine(LineNature.COUNTED, "Souris")


def write(
    partners: Partners, *lines: RecipeLine, name: str = "Emploi"
) -> TemplateVersion:
    return actions.write_template(name=name, lines=lines, by=partners.coordinator)


def test_a_template_keeps_its_lines_in_order(partners: Partners) -> None:
    version = write(partners, LAPTOP, SCREEN, LINUX)
    lines = list(version.lines.all())
    assert [line.label for line in lines] == ["Ordinateur", "Écran", "Bureau"]
    assert lines[0].criteria == {"kinds": ["laptop"]}
    assert lines[1].is_optional
    assert lines[2].criteria == {"profile": "linux-emploi"}
    assert version.template.events.get().verb == "version_published"


def test_a_new_version_leaves_the_old_one_as_it_was(partners: Partners) -> None:
    first = write(partners, LAPTOP)
    second = actions.publish_version(
        template=first.template, lines=[LAPTOP, SIM], by=partners.coordinator
    )
    assert (first.number, second.number) == (1, 2)
    assert first.lines.count() == 1


def test_a_name_is_taken_once(partners: Partners) -> None:
    write(partners, LAPTOP)
    with refused(TemplateKnown):
        write(partners, SIM, name=" Emploi ")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (LAPTOP, LAPTOP),
        (LINUX,),
        (dataclasses.replace(LAPTOP, kinds=()),),
        (dataclasses.replace(LAPTOP, label=" "),),
        (dataclasses.replace(LAPTOP, score=9),),
        (MOUSE,),
        (LAPTOP, dataclasses.replace(LINUX, profile="Linux emploi")),
        (SIM,) * 21,
    ],
)
def test_a_recipe_that_no_pack_could_be_made_from_is_refused(
    partners: Partners, lines: tuple[RecipeLine, ...]
) -> None:
    with refused(RecipeImpossible):
        write(partners, *lines)


def test_a_counted_line_wants_a_few_of_one_thing(partners: Partners) -> None:
    kind = CountedKind.objects.create(code="MOUSE", name="Souris")
    two = dataclasses.replace(MOUSE, counted_kind=kind, quantity=2)
    assert write(partners, two).lines.get().quantity == 2
    with refused(RecipeImpossible):
        write(partners, dataclasses.replace(two, quantity=0), name="Rien")


def test_no_pack_is_begun_of_a_retired_template(partners: Partners) -> None:
    version = write(partners, LAPTOP)
    packer = person(Role.TECHNICIAN, site=partners.site)
    actions.retire_template(template=version.template, by=partners.coordinator)
    version = TemplateVersion.objects.get(pk=version.pk)
    with refused(TemplateRetired):
        actions.begin_pack(version=version, site=partners.site, by=packer)
    actions.restore_template(template=version.template, by=partners.coordinator)
    version = TemplateVersion.objects.get(pk=version.pk)
    actions.begin_pack(version=version, site=partners.site, by=packer)


def test_only_who_may_writes_templates(partners: Partners) -> None:
    packer = person(Role.TECHNICIAN, site=partners.site)
    with refused(NotPermitted):
        actions.write_template(name="Emploi", lines=[LAPTOP], by=packer)


def test_a_line_asks_for_kinds_that_exist(partners: Partners) -> None:
    either = dataclasses.replace(LAPTOP, kinds=(DeviceKind.LAPTOP, DeviceKind.MINI))
    version = write(partners, either)
    assert version.lines.get().criteria == {"kinds": ["laptop", "mini"]}
