"""Errors outside any view: words on a page, problem details in the API."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from rest_framework import exceptions

from backoffice.core.errors import NotPermitted, SamePerson
from backoffice.core.http import DomainErrorMiddleware, problem_details
from backoffice.core.roles import Role
from backoffice.core.views import errors
from tests.world import person

pytestmark = pytest.mark.django_db


def test_an_unknown_api_address_is_a_problem_not_a_page(client: Client) -> None:
    answer = client.get("/api/agent/v1/nowhere/")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_unknown_page_is_a_page(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def test_a_failure_in_the_api_says_nothing_of_its_inside() -> None:
    answer = errors.server_error(RequestFactory().post("/api/agent/v1/reports/"))
    assert answer.status_code == 500
    assert b"server_error" in answer.content


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (SamePerson("no"), 409, "same_person"),
        (NotPermitted("no"), 403, "not_permitted"),
        (Http404(), 404, "not_found"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.Throttled(wait=3), 429, "throttled"),
        (OperationalError("deadlock"), 503, "unavailable"),
        (exceptions.ValidationError({"serial": ["too long"]}), 400, "invalid"),
    ],
)
def test_every_refusal_has_a_stable_code(
    raised: Exception, status: int, code: str
) -> None:
    answer = problem_details(raised, {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (status, code)


def test_who_is_told_that_the_database_is_busy_is_told_for_how_long() -> None:
    answer = problem_details(OperationalError("deadlock"), {})
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_refusal_asks_for_no_second_try() -> None:
    answer = problem_details(SamePerson("no"), {})
    assert answer is not None
    assert "Retry-After" not in answer.headers


def locked(tmp_path: Path) -> sqlite3.Error:
    """What SQLite says where another process is writing for too long."""
    one, other = (sqlite3.connect(tmp_path / "x", timeout=0) for _turn in range(2))
    with closing(one), closing(other):
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as refused:
            other.execute("BEGIN IMMEDIATE")
    return refused.value


class Postgres(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def on_a_page(cause: Exception | None) -> HttpResponse | None:
    exc = OperationalError("busy")
    exc.__cause__ = cause
    door = DomainErrorMiddleware(lambda request: HttpResponse())
    return door.process_exception(RequestFactory().post("/"), exc)


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03", "57014"])
def test_a_page_that_waited_too_long_for_others_says_try_again(sqlstate: str) -> None:
    answer = on_a_page(Postgres(sqlstate))
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Try again in a moment" in answer.content.decode()


def test_a_page_on_a_locked_file_says_so_in_french(tmp_path: Path) -> None:
    with translation.override("fr"):
        answer = on_a_page(locked(tmp_path))
    assert answer is not None
    assert answer.status_code == 503
    assert "Réessayez dans un instant" in answer.content.decode()


@pytest.mark.parametrize(
    "cause", [None, Postgres(None), Postgres("08006"), sqlite3.OperationalError("disk")]
)
def test_another_failure_of_the_database_is_none_of_waiting(
    cause: Exception | None,
) -> None:
    assert on_a_page(cause) is None


def test_field_errors_are_listed_flat() -> None:
    raised = exceptions.ValidationError({"drives": {"1": {"serial": ["Too long."]}}})
    answer = problem_details(raised, {})
    assert answer is not None
    assert answer.data["errors"] == [
        {"field": "drives.1.serial", "code": "invalid", "message": "Too long."}
    ]


def test_what_nobody_expected_is_left_to_the_server() -> None:
    assert problem_details(KeyError("x"), {}) is None


@pytest.mark.parametrize("body", ["[" * 100_000, "{", b"\xff"])
def test_what_is_no_json_is_a_bad_request(client: Client, body: str | bytes) -> None:
    client.force_login(person(Role.WORKSHOP_LEAD))
    address = "/api/v1/devices/"
    answer = client.post(address, data=body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_half_a_character_is_an_error_of_its_field(client: Client) -> None:
    client.force_login(person(Role.WORKSHOP_LEAD))
    body = '{"kind": "\\ud800"}'
    answer = client.post("/api/v1/devices/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "kind" in {error["field"] for error in answer.json()["errors"]}
