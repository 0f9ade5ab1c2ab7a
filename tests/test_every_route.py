"""Every route × anonymous, every role, no role × every method.

What each route needs is written in tests/routes. A denied call changes nothing:
every statement that the database is asked is looked at, and every table compared.

The methods that a route declares are asked as everybody. The others, HEAD and OPTIONS too,
are asked as nobody and as who may do everything; as each role too where there is time
(`slow`), which makes the product exhaustive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from tests.lending.scene import PARTNER_ROLES
from tests.routes import ROUTES
from tests.routes.needs import AGENT, ANYBODY, EVERYWHERE, SIGNED_IN, Route
from tests.routes.scene import PARAMETERS, UNKNOWN, Scene
from tests.world import make_world, person

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
READING = {"GET", "HEAD", "OPTIONS"}


def roles(*always: Role) -> list[Any]:
    """Every role: these each time, the others where there is time."""
    return [r if r in always else pytest.param(r, marks=pytest.mark.slow) for r in Role]


# Sessions, and the shared cache that counts attempts: not what anybody did.
NOBODY_S = ("django_session", "core_cache")
# The trace that reading a person's file leaves on purpose.
TRACE = 'INSERT INTO "lending_filereading"'
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE")
DENIED = {401, 403, 404, 405}


# ------------------------------------------------------------------ the URLconf


@cache
def routes() -> dict[str, tuple[str, set[str]]]:
    """Name of every route, its pattern, and the parameters of its address."""
    return dict(_walk(get_resolver(), "", "", set()))


def _walk(
    resolver: URLResolver, before: str, namespace: str, known: set[str]
) -> Iterator[tuple[str, tuple[str, set[str]]]]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        found = known | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, address, inside, found)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", (address, found)


def parameters_of(name: str) -> dict[str, str]:
    """Each part of a route's address, and the parameter it stands for."""
    _pattern, parts = routes()[name]
    return {part: ROUTES[name].named.get(part, part) for part in parts}


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    assert set(routes()) == set(ROUTES)


def test_every_route_has_a_name_of_its_own() -> None:
    patterns = [address for address, _found in routes().values()]
    assert len(patterns) == len(set(patterns))
    assert not [name for name in routes() if name.endswith("None")]


def test_every_parameter_of_an_address_is_known() -> None:
    met = {key for name in ROUTES for key in parameters_of(name).values()}
    assert met == set(PARAMETERS) == set(UNKNOWN)


def test_the_public_routes_are_these() -> None:
    """What anybody on the network may ask; a longer list is a decision."""
    public = {
        name
        for name, route in ROUTES.items()
        if ANYBODY in {route.get, route.post, route.put, route.patch, route.delete}
    }
    assert public == {
        "core:health",
        "set_language",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "inventory:verify",
        "inventory:verify-one",
        "lending:calendar",
        "lending:join",
        "lending:slip",
        "provisioning-api:enrol",
        "provisioning-api:scanner",
        "provisioning-api:time",
        "provisioning-api:authority",
        "provisioning-api:blob",
    }


# ------------------------------------------------------------------ who asks


@dataclass
class Asker:
    """A browser of one person (or of nobody), that forgets what each call changed."""

    user: User | None
    scene: Scene
    client: Client = field(default_factory=Client)
    # Whether the person's roles reach the site of everything in the scene.
    reaches: bool = True

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False
        if self.user is not None:
            self.client.force_login(self.user)
        self.cookies = self.client.cookies.output()

    def holds(self, need: str) -> bool:
        if need in {"", AGENT}:
            return False
        if need == ANYBODY or self.user is None:
            return need == ANYBODY
        if need in EVERYWHERE:
            return self.user.site_ids(need) is None
        either = [each.split() for each in need.split("|")]
        return need == SIGNED_IN or any(
            all(map(self.user.has_perm, both)) for both in either
        )

    def forget(self) -> None:
        """Back to how the browser was at first: nobody was signed out meanwhile."""
        self.client.cookies = SimpleCookie(self.cookies.replace("Set-Cookie: ", ""))

    def ask(
        self, method: str, address: str, *, whole: bool = True
    ) -> tuple[int, str, list[str]]:
        """(status, where it leads, what the database was asked to change).

        `whole` False: of a refusal, without the page around it (it is drawn often).
        """
        self.forget()
        given: dict[str, Any] = {} if whole else {"headers": {"hx-request": "true"}}
        if address.startswith("/api/") and method not in READING:
            given |= {"data": "{}", "content_type": "application/json"}
        with taken_back(), watched() as written:
            answer = self.client.generic(method, address, **given)
        return answer.status_code, answer.headers.get("Location", ""), written


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever a call did is undone, without its acts noticing that they are inside."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every statement that writes, but to sessions and to the shared cache."""
    written: list[str] = []

    def look(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        words = sql.lstrip().upper()
        if words.startswith(WRITES) and not any(
            f'"{table.upper()}"' in words for table in NOBODY_S
        ):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written


def everything() -> dict[str, str]:
    """A digest of every row of every table, but of sessions."""
    return {
        model._meta.db_table: _digest(model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if model._meta.db_table not in NOBODY_S
    }


def _digest(rows: QuerySet[Any]) -> str:
    return hashlib.sha256(repr(list(rows.values_list())).encode()).hexdigest()


# ------------------------------------------------------------------ what is expected


def address_of(name: str, values: Mapping[str, Any]) -> str:
    wanted = parameters_of(name)
    return reverse(name, kwargs={part: values[key] for part, key in wanted.items()})


def expected(asker: Asker, route: Route, method: str, *, of_site: bool) -> str:
    """What must come of it: "allowed", or how it is refused."""
    need = route.need(method)
    if not need:
        return "own method" if route.foreign else "no such method"
    if asker.user is None and need != ANYBODY:
        return "signed out"
    hidden = route.personal or (of_site and not asker.reaches)
    if not asker.holds(need):
        return "denied" if hidden else "not permitted"
    return "not found" if hidden else "allowed"


def fault(
    verdict: str, route: Route, method: str, answer: tuple[int, str, list[str]]
) -> str:
    """What is wrong with an answer; "" where nothing is."""
    status, leads_to, written = answer
    if status >= 500:
        return "fails"
    if verdict == "allowed":
        written = [sql for sql in written if method in READING and TRACE not in sql]
    if written:
        return f"writes {written[0][:80]}"
    signs_in = status == 302 and leads_to.startswith("/account/login/")
    right = {
        "signed out": signs_in or status == 401,
        "no such method": signs_in or status in DENIED,
        "own method": True,
        "not permitted": status in {401, 403},
        # Two reasons: whichever is looked at first.
        "denied": status in {401, 403, 404},
        "not found": status == 404,
        "allowed": (status not in DENIED and not signs_in)
        or (route.foreign and status in {302, 404, 405}),
    }[verdict]
    # Hardly anything describes itself; what does, does so to whoever may ask it.
    right = right or (method == "OPTIONS" and status in DENIED)
    return "" if right else f"answers {status} {leads_to} to “{verdict}”"


def of_site(name: str) -> bool:
    """Whether the address names something that belongs to a site."""
    return any(PARAMETERS[key].of_site for key in parameters_of(name).values())


def declared(route: Route) -> set[str]:
    """What its line names: HEAD and OPTIONS follow from it."""
    return {method for method in METHODS if getattr(route, method.lower(), "")}


def undeclared(route: Route) -> set[str]:
    return set(METHODS) - declared(route)


def every(route: Route) -> set[str]:
    return set(METHODS)


def faults(
    asker: Asker,
    names: Iterable[str] = tuple(ROUTES),
    methods: Callable[[Route], Collection[str]] = declared,
) -> str:
    """These routes with these methods, as one person; a line for each wrong answer."""
    scene = asker.scene
    values = {key: parameter.of(scene) for key, parameter in PARAMETERS.items()}
    found = []
    for name in names:
        route, address = ROUTES[name], address_of(name, values)
        for method in sorted(methods(route)):
            verdict = expected(asker, route, method, of_site=of_site(name))
            answer = asker.ask(method, address, whole=verdict == "allowed")
            wrong = fault(verdict, route, method, answer)
            if wrong:
                found.append(f"{method} {address} ({name}): {wrong}")
    return "\n".join(found)


def somebody(role: Role, site: Site | None) -> User:
    """A person with a role, and with the second factor that administrators need."""
    user = person(role, site=site)
    if role == Role.ADMINISTRATOR:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


@pytest.fixture
def scene(db: None) -> Scene:
    """One of everything, made before anybody asks."""
    made = Scene(make_world())
    for parameter in PARAMETERS.values():
        parameter.of(made)
    return made


# ------------------------------------------------------------------ the matrix


def nothing_wrong(
    asker: Asker,
    methods: Callable[[Route], Collection[str]],
    names: Iterable[str] = tuple(ROUTES),
) -> None:
    before = everything()
    assert faults(asker, names, methods) == ""
    assert everything() == before


def without_a_role() -> User:
    user = person(Role.TECHNICIAN)
    user.role_assignments.all().delete()
    found: User = User.objects.get(pk=user.pk)
    return found


def with_everything() -> User:
    """Whom nothing but the lack of a method stops."""
    user = User.objects.create_superuser("all@exemple.test", "x")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def test_nobody_who_is_not_signed_in(scene: Scene) -> None:
    nothing_wrong(Asker(None, scene), every)


@pytest.mark.slow
def test_undeclared_methods_with_every_permission(scene: Scene) -> None:
    user = with_everything()
    scene.lent.join(user)
    nothing_wrong(Asker(user, scene), undeclared)


def test_somebody_without_a_role(scene: Scene) -> None:
    nothing_wrong(Asker(without_a_role(), scene), declared)


@pytest.mark.slow
def test_undeclared_methods_without_a_role(scene: Scene) -> None:
    nothing_wrong(Asker(without_a_role(), scene), undeclared)


@pytest.mark.parametrize("role", roles(Role.TECHNICIAN, Role.PARTNER_MEMBER))
def test_a_role_everywhere(scene: Scene, role: Role) -> None:
    """A partner, in the structure whose things these are."""
    user = somebody(role, None)
    if role in PARTNER_ROLES:
        scene.lent.join(user)
    nothing_wrong(Asker(user, scene), declared)


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_undeclared_methods_of_a_role(scene: Scene, role: Role) -> None:
    """A partner, in the structure whose things these are."""
    user = somebody(role, None)
    if role in PARTNER_ROLES:
        scene.lent.join(user)
    nothing_wrong(Asker(user, scene), undeclared)


@pytest.mark.parametrize("role", roles(Role.COORDINATOR))
def test_a_role_at_another_site(scene: Scene, role: Role) -> None:
    """A partner, in another structure."""
    elsewhere = Site.objects.create(name="Les Tilleuls")
    user = somebody(role, elsewhere)
    if role in PARTNER_ROLES:
        scene.lent.join(user, scene.lent.foreign)
    asker = Asker(user, scene, reaches=False)
    limited = [
        name
        for name, route in ROUTES.items()
        if of_site(name) or EVERYWHERE & {route.get, route.post}
    ]
    nothing_wrong(asker, lambda _route: ("GET", "POST"), limited)


@pytest.mark.slow
def test_an_administrator_without_a_second_factor_meets_closed_doors(
    scene: Scene,
) -> None:
    asker = Asker(person(Role.ADMINISTRATOR), scene)
    values = {key: parameter.of(scene) for key, parameter in PARAMETERS.items()}
    opened = set()
    for name in ROUTES:
        for method in METHODS:
            address = address_of(name, values)
            status, leads_to, _written = asker.ask(method, address, whole=False)
            if status not in {403, 405} and leads_to != "/account/2fa/app/":
                opened.add(name)
    assert {name for name in opened if not name.startswith(("account_", "mfa_"))} == {
        "core:health",
        "set_language",
    }


def test_what_does_not_exist_is_not_found(scene: Scene) -> None:
    """Not by whoever may see everything either, and nothing breaks on it."""
    asker = Asker(with_everything(), scene)
    for name, route in ROUTES.items():
        if parameters_of(name) and not route.foreign:
            method = "GET" if route.get else "POST"
            status, _leads_to, _written = asker.ask(method, address_of(name, UNKNOWN))
            assert status == 404, name
