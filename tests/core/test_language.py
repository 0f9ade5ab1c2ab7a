"""French first, English as complete; each person reads their own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from backoffice.core.dates import date_format
from backoffice.core.models import User
from backoffice.core.roles import Role
from tests.world import PASSWORD, person

pytestmark = pytest.mark.django_db
FRENCH, ENGLISH = "Se connecter", "Sign in"


@pytest.fixture(autouse=True)
def _in_french(settings: Settings) -> None:
    """As installations are."""
    settings.LANGUAGE_CODE = "fr"


def entrance(client: Client, **headers: str) -> str:
    return client.get("/account/login/", headers=headers).content.decode()


def test_the_first_page_is_french_whatever_the_browser_prefers(client: Client) -> None:
    page = entrance(client, **{"accept-language": "en"})
    assert FRENCH in page
    assert '<html lang="fr"' in page


def test_anybody_may_switch_before_signing_in(client: Client) -> None:
    switched = client.post("/language/", {"language": "en", "next": "/account/login/"})
    assert switched.headers["Location"] == "/account/login/"
    assert ENGLISH in entrance(client)


@pytest.mark.parametrize("language", ["xx", "", "\x00", "e" * 4000])
def test_a_language_that_is_not_spoken_changes_nothing(
    client: Client, language: str
) -> None:
    assert client.post("/language/", {"language": language}).status_code == 302
    assert FRENCH in entrance(client)


def test_the_switch_leads_to_no_other_site(client: Client) -> None:
    away = {"language": "en", "next": "https://exemple.invalid/"}
    assert client.post("/language/", away).headers["Location"] == "/"


def test_signing_in_speaks_the_person_s_language(client: Client) -> None:
    user = person(Role.TECHNICIAN)
    User.objects.filter(pk=user.pk).update(language="en")
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert "My account" in client.get("/me/").content.decode()


def test_a_person_chooses_on_their_own_page(client: Client) -> None:
    user = person(Role.TECHNICIAN)
    client.force_login(user)
    client.post("/me/", {"name": "Farid", "language": "en"})
    user.refresh_from_db()
    assert (user.name, user.language) == ("Farid", "en")
    assert "My account" in client.get("/me/").content.decode()


def test_a_link_to_a_new_password_is_written_in_the_person_s_language(
    client: Client,
) -> None:
    user = person(Role.TECHNICIAN)
    client.cookies["django_language"] = "en"
    client.post("/account/password/reset/", {"email": user.email})
    assert "Choisir un autre mot de passe" in mail.outbox[0].subject


def test_nobody_is_written_to_who_has_no_account(client: Client) -> None:
    known = person(Role.TECHNICIAN)
    answers = {
        client.post("/account/password/reset/", {"email": email}).headers["Location"]
        for email in (known.email, "nobody@exemple.test")
    }
    assert answers == {"/account/password/reset/sent/"}
    assert [letter.to for letter in mail.outbox] == [[known.email]]


def test_the_link_names_the_address_people_know(
    client: Client, settings: Settings
) -> None:
    settings.BASE_URL = "https://rebond.exemple.test"
    user = person(Role.TECHNICIAN)
    client.post("/account/password/reset/", {"email": user.email})
    assert "https://rebond.exemple.test/account/password/reset/" in mail.outbox[0].body


def test_dates_in_english_put_the_day_first() -> None:
    third_of_november = dt.datetime(2026, 11, 3, 15, 4, tzinfo=dt.UTC)
    with translation.override("en"):
        shown = date_format(third_of_november, "SHORT_DATETIME_FORMAT")
    assert shown == "03/11/2026 15:04"
