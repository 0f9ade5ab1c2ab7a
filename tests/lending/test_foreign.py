"""Nobody of another structure sees, finds, names or changes what a structure has.

Every route of tests/routes, with every method it answers, as every role: partners
are members of another structure served by the same site, staff works at another site.
What belongs to the structure is not found. Everything else may answer, and never says
a word of it: not in lists, searches, exports, counts, forms nor refusals, whatever is
typed or posted. A parameter of lending or a choice of a form that is not known here
fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db.models import ForeignKey, Model, Q
from django.http import HttpResponse

from backoffice.core.models import Site
from backoffice.core.roles import Role
from tests.lending.scene import PARTNER_ROLES, Lent
from tests.routes import ROUTES
from tests.routes.scene import PARAMETERS, Scene
from tests.test_every_route import (
    DENIED,
    READING,
    Asker,
    address_of,
    declared,
    parameters_of,
    somebody,
    taken_back,
    watched,
)
from tests.world import make_world

# Parts of lending's addresses that name nothing of a structure: words of the address
# itself, and what belongs to the association as a whole.
OF_NOBODY = {"invitation", "question", "purpose", "step", "answer", "part", "slip"}
OF_NOBODY |= {"programme", "template", "plan", "pack_line", "webhook", "delivery"}
OF_NOBODY |= {"country", "saved", "calendar", "kind", "decision", "capability"}
OF_NOBODY |= {"apn"}
# Signed links: whoever holds one may read what it names.
DOORS = {"lending:join", "lending:slip", "lending:calendar"}
# What an address asks a list to show, together: another structure's.
ASKED = (("q",), ("search", "structure", "person", "request", "referent", "pack"))
# Choices of forms that are not of a structure.
OPEN_CHOICES = {
    "apn",
    "lot",
    "place",
    "plan",
    "programme",
    "site",
    "template",
    "version",
}


def roles(*always: Role) -> list[Any]:
    """Every role: these each time, the others where there is time."""
    return [r if r in always else pytest.param(r, marks=pytest.mark.slow) for r in Role]


@dataclass
class Stranger:
    """Somebody of elsewhere, with a browser that forgets what each call changed."""

    asker: Asker
    lent: Lent

    @cached_property
    def kept(self) -> list[Any]:
        return held(self.lent)

    def ask(
        self,
        method: str,
        address: str,
        data: Mapping[str, str] | None = None,
        *,
        whole: bool = True,
    ) -> tuple[HttpResponse, list[str]]:
        """The answer, and what is wrong with it.

        `whole` False: of a refusal, without the page around it.
        """
        _before = self.kept
        given: dict[str, Any] = {"data": data or {}}
        if not whole:
            given["headers"] = {"hx-request": "true"}
        if address.startswith("/api/") and method not in READING:
            given["content_type"] = "application/json"
        self.asker.forget()
        call = getattr(self.asker.client, method.lower())
        with taken_back(), watched() as written:
            answer = call(address, **given)
            faults = [f"says {secret}" for secret in self.said(answer, address, data)]
            if written and held(self.lent) != self.kept:
                faults.append(f"changes what is not theirs: {written[-1][:80]}")
        if answer.status_code >= 500:
            faults.append(f"fails with {answer.status_code}")
        return answer, [f"{method} {address} {data or ''}: {it}" for it in faults]

    def said(
        self, answer: HttpResponse, address: str, data: Mapping[str, str] | None
    ) -> Iterator[str]:
        """The structure's words in an answer, but for those that were typed."""
        typed = [address, *(data or {}).values()]
        body = b"" if answer.streaming else answer.content
        text = unescape(body.decode(errors="ignore"))
        for secret in self.lent.secrets:
            if secret in text and not any(secret in each for each in typed):
                yield secret


def held(lent: Lent) -> list[Any]:
    """Every row that is the structure's, or names something that is."""
    mine = things_of(lent)
    found: list[Any] = []
    for model in apps.get_app_config("lending").get_models():
        wanted = Q(pk__in=mine.get(model, set()))
        for column in model._meta.get_fields():
            if isinstance(column, ForeignKey) and column.related_model in mine:
                wanted |= Q(**{f"{column.name}__in": mine[column.related_model]})
        rows = model._base_manager.filter(wanted).distinct().order_by("pk")
        found.append(list(rows.values()))
    return found


def things_of(lent: Lent) -> dict[Any, set[int]]:
    """Model to primary keys of what the structure has."""
    things: list[Model] = [lent.structure, lent.person, lent.request, lent.draft]
    things += [lent.pack, lent.handover, lent.loan, lent.membership, lent.invited]
    found: dict[Any, set[int]] = {}
    for thing in things:
        found.setdefault(type(thing), set()).add(thing.pk)
    return found


def references(lent: Lent) -> dict[str, str]:
    """What a form or an address may name, and what the structure has of it."""
    return {
        "structure": str(lent.structure.uuid),
        "person": str(lent.person.uuid),
        "beneficiary": str(lent.person.uuid),
        "kept": str(lent.person.uuid),
        "other": str(lent.person.uuid),
        "absorbed": str(lent.person.uuid),
        "request": str(lent.request.uuid),
        "source": str(lent.structure.uuid),
        "target": str(lent.structure.uuid),
        "referent": str(lent.partners.admin.uuid),
        "pack": lent.pack.tag,
        "code": lent.pack.tag,
        "q": lent.person.first_name,
        "search": lent.request.number,
    }


@pytest.fixture
def scene(db: None) -> Scene:
    made = Scene(make_world())
    for parameter in PARAMETERS.values():
        parameter.of(made)
    return made


def stranger(scene: Scene, role: Role) -> Stranger:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    user = somebody(role, elsewhere)
    if role in PARTNER_ROLES:
        scene.lent.join(user, scene.lent.foreign)
    return Stranger(Asker(user, scene, reaches=False), scene.lent)


def is_theirs(name: str) -> bool:
    """Whether the address names something that belongs to a structure or a site."""
    return any(PARAMETERS[key].of_site for key in parameters_of(name).values())


def faults_of_routes(who: Stranger, scene: Scene) -> Iterator[str]:
    """Every route with every method it answers: not found, or without a word."""
    values = {key: parameter.of(scene) for key, parameter in PARAMETERS.items()}
    for name in ROUTES.keys() - DOORS:
        route = ROUTES[name]
        for method in sorted(declared(route)):
            address = address_of(name, values)
            allowed = who.asker.holds(route.need(method))
            whole = allowed and not is_theirs(name)
            answer, found = who.ask(method, address, whole=whole)
            yield from found
            if is_theirs(name) and answer.status_code not in (
                {404} if allowed else DENIED
            ):
                yield f"{method} {address} ({name}) answers {answer.status_code}"


def pages_of(who: Stranger, scene: Scene) -> Iterator[tuple[str, HttpResponse]]:
    """What this person may open, that names nothing of anybody."""
    values = {key: parameter.of(scene) for key, parameter in PARAMETERS.items()}
    for name, route in ROUTES.items():
        ours = name.startswith("lending") and name not in DOORS
        if ours and route.get and not is_theirs(name):
            address = address_of(name, values)
            answer, _found = who.ask("GET", address)
            if answer.status_code == 200:
                yield address, answer


def faults_of_questions(who: Stranger, scene: Scene) -> Iterator[str]:
    """Lists that are asked for what is another structure's."""
    named = references(scene.lent)
    for address, _answer in pages_of(who, scene):
        for asked in ASKED:
            wanted = {key: named[key] for key in asked}
            yield from who.ask("GET", address, wanted)[1]


def forms_in(answer: HttpResponse) -> Iterator[forms.BaseForm]:
    for context in getattr(answer, "context", None) or ():
        for layer in context.dicts:
            yield from (
                each for each in layer.values() if isinstance(each, forms.BaseForm)
            )


def faults_of_forms(who: Stranger, scene: Scene) -> Iterator[str]:
    """Every form, answered with what is another structure's."""
    named = references(scene.lent)
    for address, answer in pages_of(who, scene):
        for form in {id(each): each for each in forms_in(answer)}.values():
            choices = {
                name
                for name, field in form.fields.items()
                if isinstance(field, forms.ModelChoiceField)
            }
            for name in choices - set(named) - OPEN_CHOICES:
                yield f"{address}: whose is the choice “{name}”?"
            if form.prefix:
                choices = {f"{form.prefix}-{each}" for each in choices}
            posted = {
                key: named[key.rpartition("-")[2]] for key in choices & set(named)
            }
            yield from who.ask("POST", address, posted)[1]


@pytest.mark.parametrize("role", roles(Role.PARTNER_MEMBER))
def test_what_is_of_another_structure_is_not_found(scene: Scene, role: Role) -> None:
    assert list(faults_of_routes(stranger(scene, role), scene)) == []


@pytest.mark.parametrize("role", roles(Role.PARTNER_MEMBER))
def test_no_list_says_what_another_structure_has(scene: Scene, role: Role) -> None:
    assert list(faults_of_questions(stranger(scene, role), scene)) == []


@pytest.mark.parametrize("role", roles(Role.PARTNER_MEMBER))
def test_no_form_takes_what_another_structure_has(scene: Scene, role: Role) -> None:
    assert list(faults_of_forms(stranger(scene, role), scene)) == []


def test_every_parameter_of_lending_says_whose_it_is() -> None:
    """A part of an address is a structure's, or it is named above as nobody's."""
    met = {
        key
        for name in ROUTES
        if name.startswith("lending:")
        for key in parameters_of(name).values()
    }
    assert [
        key for key in met if not PARAMETERS[key].of_site and key not in OF_NOBODY
    ] == []
