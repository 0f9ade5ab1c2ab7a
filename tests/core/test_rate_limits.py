"""Guessing ends soon, whatever process is asked: the counts are in the shared cache."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from backoffice.core.models import User
from backoffice.core.roles import Role
from tests.world import PASSWORD, person

pytestmark = pytest.mark.django_db
TOO_MANY = b"Too many attempts"


@pytest.fixture
def user() -> User:
    return person(Role.TECHNICIAN)


def attempt(email: str, password: str = "wrong", ip: str = "192.0.2.1") -> Any:
    """One attempt, from a browser that has never been here."""
    typed = {"login": email, "password": password}
    return Client(REMOTE_ADDR=ip).post("/account/login/", typed)


def test_a_wrong_password_is_said_in_plain_words(user: User) -> None:
    page = attempt(user.email)
    assert page.status_code == 200
    assert b"The address or the password is not right." in page.content


def test_an_unknown_address_is_answered_like_a_wrong_password(user: User) -> None:
    unknown, wrong = attempt("nobody@exemple.test"), attempt(user.email)
    assert b"The address or the password is not right." in unknown.content
    assert unknown.status_code == wrong.status_code


def test_the_eleventh_failed_attempt_from_one_place_is_refused(user: User) -> None:
    for number in range(10):
        assert TOO_MANY not in attempt(f"guess{number}@exemple.test").content
    page = attempt(user.email, PASSWORD)
    assert TOO_MANY in page.content
    assert "sessionid" not in page.cookies
    assert attempt(user.email, PASSWORD, ip="192.0.2.2").status_code == 302


def test_the_sixth_failed_attempt_on_one_account_is_refused_from_anywhere(
    user: User,
) -> None:
    for number in range(5):
        assert TOO_MANY not in attempt(user.email, ip=f"192.0.2.{number}").content
    page = attempt(user.email, PASSWORD, ip="198.51.100.7")
    assert TOO_MANY in page.content
    assert "sessionid" not in page.cookies


def test_a_person_who_types_well_is_not_counted(user: User) -> None:
    for _time in range(11):
        assert attempt(user.email, PASSWORD).status_code == 302


def test_no_more_than_thirty_attempts_a_minute_from_one_place(user: User) -> None:
    for _time in range(30):
        attempt(user.email, PASSWORD)
    page = attempt(user.email, PASSWORD)
    assert page.status_code == 429
    assert TOO_MANY in page.content


def test_a_mailbox_is_not_flooded_with_links(user: User) -> None:
    for _time in range(5):
        Client().post("/account/password/reset/", {"email": user.email})
    page = Client().post("/account/password/reset/", {"email": user.email})
    assert page.status_code == 429
    assert len(mail.outbox) == 5


def test_the_counts_are_in_the_database_s_cache(user: User) -> None:
    attempt(user.email)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_cache")
        (rows,) = cursor.fetchone()
    assert rows >= 2
