"""Administrators sign in with a second factor; nothing opens without it."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from backoffice.core import actions
from backoffice.core.models import User
from backoffice.core.models.token import TokenScope
from backoffice.core.roles import Role
from tests.world import PASSWORD, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.door")]
DOOR = "/api/v1/door/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now(secret: str) -> str:
    """What the app on the telephone shows."""
    counter = next(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counter)))


def sign_in(client: Client, user: User) -> str:
    """Where the right password leads, for somebody who reads English."""
    User.objects.filter(pk=user.pk).update(language="en")
    answer = client.post(
        "/account/login/", {"login": user.email, "password": PASSWORD}, follow=True
    )
    return str(answer.redirect_chain[-1][0])


@pytest.fixture
def administrator() -> User:
    return person(Role.ADMINISTRATOR)


def test_an_administrator_without_one_is_led_to_set_it_up(
    administrator: User, client: Client
) -> None:
    assert sign_in(client, administrator) == "/account/2fa/app/"


@pytest.mark.parametrize("address", ["/", "/accounts/", "/me/", "/me/keys/", "/sites/"])
def test_nothing_else_opens_before(
    administrator: User, client: Client, address: str
) -> None:
    client.force_login(administrator)
    for answer in (client.get(address), client.post(address)):
        assert answer.headers["Location"] == "/account/2fa/app/"


def test_the_api_does_not_open_either(administrator: User, client: Client) -> None:
    client.force_login(administrator)
    answer = client.get(DOOR)
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_from_before_the_role_does_not_open_it(client: Client) -> None:
    user = person(Role.TECHNICIAN)
    _token, secret = actions.create_token(
        name="x", scope=TokenScope.READ, days=1, by=user
    )
    headers = {"authorization": f"Bearer {secret}"}
    assert client.get(DOOR, headers=headers).status_code == 200
    actions.give_role(
        account=user, role=Role.ADMINISTRATOR, by=person(Role.ADMINISTRATOR)
    )
    answer = client.get(DOOR, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
    TOTP.activate(user, SECRET)
    assert client.get(DOOR, headers=headers).status_code == 200


def test_signing_out_and_health_stay_open(administrator: User, client: Client) -> None:
    client.force_login(administrator)
    assert client.get("/health/").status_code == 200
    assert client.post("/account/logout/").headers["Location"] == "/"


def test_the_square_code_is_set_up_with_the_code_of_the_app(
    administrator: User, client: Client
) -> None:
    sign_in(client, administrator)
    page = client.get("/account/2fa/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    found = re.search(r"\b[A-Z2-7]{32}\b", page)
    assert found
    code = code_now(found.group())
    answer = client.post("/account/2fa/app/", {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/2fa/codes/"
    assert len(answer.context["unused_codes"]) == 10
    assert client.get("/accounts/").status_code == 200


def test_a_wrong_code_sets_nothing_up(administrator: User, client: Client) -> None:
    sign_in(client, administrator)
    page = client.post("/account/2fa/app/", {"code": "000000"})
    assert b"not the one of this moment" in page.content
    assert not Authenticator.objects.exists()


def test_the_password_alone_does_not_sign_in(
    administrator: User, client: Client
) -> None:
    TOTP.activate(administrator, SECRET)
    assert sign_in(client, administrator) == "/account/2fa/sign-in/"
    assert client.get("/accounts/").headers["Location"].startswith("/account/login/")
    client.post("/account/2fa/sign-in/", {"code": code_now(SECRET)})
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    "typed", [{}, {"code": ""}, {"code": "\x00"}, {"code": "9" * 4000}]
)
def test_a_code_that_is_none_is_refused_in_words(
    administrator: User, client: Client, typed: dict[str, str]
) -> None:
    TOTP.activate(administrator, SECRET)
    sign_in(client, administrator)
    page = client.post("/account/2fa/sign-in/", typed)
    assert page.status_code == 200
    assert b"Second step" in page.content
    assert client.get("/me/").status_code == 302


def test_guessing_codes_ends_soon(administrator: User, client: Client) -> None:
    TOTP.activate(administrator, SECRET)
    sign_in(client, administrator)
    for _guess in range(10):
        client.post("/account/2fa/sign-in/", {"code": "000000"})
    page = client.post("/account/2fa/sign-in/", {"code": code_now(SECRET)})
    assert b"Too many attempts" in page.content
    assert client.get("/me/").status_code == 302


def test_whoever_removes_the_app_meets_the_closed_door_again(
    administrator: User, client: Client
) -> None:
    TOTP.activate(administrator, SECRET)
    sign_in(client, administrator)
    client.post("/account/2fa/sign-in/", {"code": code_now(SECRET)})
    client.post("/account/2fa/app/remove/")
    assert client.get("/accounts/").headers["Location"] == "/account/2fa/app/"


def test_a_technician_works_without_one(client: Client) -> None:
    user = person(Role.TECHNICIAN)
    assert sign_in(client, user) == "/"
    assert client.get("/me/").status_code == 200
    assert client.get("/account/2fa/").status_code == 200
