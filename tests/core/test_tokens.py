"""Personal tokens: shown once, kept hashed, limited in scope and time, revocable."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.core import actions
from backoffice.core.errors import NotPermitted, TokenRevoked, TokenTooLong
from backoffice.core.models import AccountEvent, ApiToken, User
from backoffice.core.models.token import TokenScope, hash_secret
from backoffice.core.roles import Role
from tests.world import person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.door")]
DOOR = "/api/v1/door/"
PROBLEM = "application/problem+json"


@pytest.fixture
def technician() -> User:
    return person(Role.TECHNICIAN)


def make(by: User, scope: TokenScope = TokenScope.READ) -> tuple[ApiToken, str]:
    return actions.create_token(name="display", scope=scope, days=30, by=by)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_token_is_kept_hashed_and_recognised_by_its_first_characters(
    technician: User,
) -> None:
    token, secret = make(technician)
    kept = str(ApiToken.objects.values().get())
    assert secret not in kept
    assert token.token_sha256 == hash_secret(secret)
    assert secret.startswith(token.prefix)
    assert len(secret) - len(token.prefix) > 32


def test_the_journal_knows_the_token_by_its_public_id_only(technician: User) -> None:
    token, secret = make(technician)
    event = technician.events.get()
    assert event.data == {"token": str(token.uuid), "scope": "read", "days": 30}
    assert secret[4:] not in str(event.data)


def test_a_token_opens_the_api(technician: User, client: Client) -> None:
    token, secret = make(technician)
    assert client.get(DOOR, headers=bearer(secret)).status_code == 200
    token.refresh_from_db()
    assert token.last_used_on == timezone.localdate()


def test_a_token_to_read_cannot_act(technician: User, client: Client) -> None:
    _token, secret = make(technician)
    answer = client.post(DOOR, headers=bearer(secret))
    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert answer.json()["code"] == "permission_denied"


def test_a_token_to_act_acts_without_a_csrf_token(technician: User) -> None:
    _token, secret = make(technician, TokenScope.WRITE)
    answer = Client(enforce_csrf_checks=True).post(DOOR, headers=bearer(secret))
    assert answer.status_code == 201


def test_a_session_acts_only_with_a_csrf_token(technician: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(technician)
    answer = strict.post(DOOR)
    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)


def test_a_token_may_no_more_than_its_owner(client: Client) -> None:
    _token, secret = make(person(Role.AUDITOR), TokenScope.WRITE)
    assert client.get(DOOR, headers=bearer(secret)).status_code == 200
    assert client.post(DOOR, headers=bearer(secret)).status_code == 403


@pytest.mark.parametrize("secret", ["", "rbd_unknown", "rbd_" + "x" * 4000, "é\x7f"])
def test_an_unknown_token_is_refused_in_words(client: Client, secret: str) -> None:
    answer = client.get(DOOR, headers=bearer(secret))
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["title"] == "This token is unknown, expired or revoked."


def test_an_expired_token_is_refused(technician: User, client: Client) -> None:
    token, secret = make(technician)
    token.expires_at = timezone.now() - dt.timedelta(seconds=1)
    token.save(update_fields=["expires_at"])
    assert client.get(DOOR, headers=bearer(secret)).status_code == 401


def test_a_revoked_token_is_refused_at_once(technician: User, client: Client) -> None:
    token, secret = make(technician)
    actions.revoke_token(token=token, by=technician)
    answer = client.get(DOOR, headers=bearer(secret))
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)


def test_a_token_is_revoked_once(technician: User) -> None:
    token, _secret = make(technician)
    actions.revoke_token(token=token, by=technician)
    events = AccountEvent.objects.count()
    with pytest.raises(TokenRevoked):
        actions.revoke_token(token=token, by=technician)
    assert AccountEvent.objects.count() == events


def test_nobody_revokes_the_token_of_another(technician: User) -> None:
    token, secret = make(technician)
    with pytest.raises(NotPermitted):
        actions.revoke_token(token=token, by=person(Role.ADMINISTRATOR))
    assert ApiToken.objects.by_secret(secret) == token


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_token_lasts_a_year_at_most(technician: User, days: int) -> None:
    with pytest.raises(TokenTooLong):
        actions.create_token(name="x", scope=TokenScope.READ, days=days, by=technician)
    assert not ApiToken.objects.exists()
    assert not AccountEvent.objects.exists()


def test_the_api_speaks_the_language_it_is_asked_in(client: Client) -> None:
    french = client.get(DOOR, headers={"accept-language": "fr"})
    english = client.get(DOOR, headers={"accept-language": "en"})
    assert (french.status_code, english.status_code) == (401, 401)
    assert french["Content-Language"] == "fr"
    assert french.json()["title"] != english.json()["title"]


# ------------------------------------------------------------------ pages


def test_a_new_key_is_shown_once_on_its_page(technician: User, client: Client) -> None:
    client.force_login(technician)
    wanted = {"name": "Stock display", "scope": "read", "days": "90"}
    page = client.post("/me/keys/", wanted)
    token = ApiToken.objects.get()
    secret = page.context["secret"]
    assert hash_secret(secret) == token.token_sha256
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert secret not in client.get("/me/keys/").content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"days": "3650"},
        {"days": "x"},
        {"scope": "king"},
        {"name": ""},
        {"name": "\x00"},
    ],
)
def test_a_key_that_cannot_be_is_refused_in_words(
    technician: User, client: Client, bad: dict[str, str]
) -> None:
    client.force_login(technician)
    wanted = {"name": "Stock display", "scope": "read", "days": "90", **bad}
    assert client.post("/me/keys/", wanted).status_code == 400
    assert not ApiToken.objects.exists()


def test_a_key_is_revoked_on_its_page(technician: User, client: Client) -> None:
    token, secret = make(technician)
    client.force_login(technician)
    page = client.post(f"/me/keys/{token.uuid}/revoke/", follow=True)
    assert b"opens nothing any more" in page.content
    assert ApiToken.objects.by_secret(secret) is None


def test_the_keys_of_another_are_not_there(technician: User, client: Client) -> None:
    token, secret = make(technician)
    client.force_login(person(Role.ADMINISTRATOR))
    client.force_login(person(Role.WORKSHOP_LEAD))
    for address in (token.uuid, uuid.uuid4()):
        assert client.post(f"/me/keys/{address}/revoke/").status_code == 404
    assert ApiToken.objects.by_secret(secret) == token
