"""What was typed before a session ended stands in its form after signing in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from backoffice.core.models import User
from backoffice.core.refill import refill
from backoffice.core.roles import Role
from backoffice.core.typed import WORKED_HERE
from lending.models import Programme
from tests.world import person

pytestmark = pytest.mark.django_db

NEW = "/programmes/new/"
TYPED = {"name": "Ordinateurs d’été", "description": "Pour <tous>"}


@pytest.fixture
def coordinator() -> User:
    return person(Role.COORDINATOR)


@pytest.fixture
def browser(client: Client, coordinator: User) -> Client:
    """Somebody who worked here, in a browser whose session has ended."""
    client.force_login(coordinator)
    client.get("/me/")
    Session.objects.all().delete()
    return client


def test_a_form_is_filled_in_again_after_signing_in(
    browser: Client, coordinator: User
) -> None:
    answer = browser.post(NEW, TYPED, headers={"Referer": f"http://testserver{NEW}"})
    assert answer.headers["Location"].startswith(reverse("account_login"))
    browser.force_login(coordinator)
    shown = browser.get(NEW).content.decode()
    assert 'value="Ordinateurs d’été"' in shown
    assert "nothing is lost" in shown
    assert not Programme.objects.exists()
    assert "d’été" not in browser.get(NEW).content.decode()


def test_it_holds_where_the_browser_was_closed_meanwhile(
    browser: Client, coordinator: User
) -> None:
    del browser.cookies["sessionid"]
    browser.post(NEW, TYPED)
    browser.force_login(coordinator)
    assert "Ordinateurs d’été" in browser.get(NEW).content.decode()


def test_an_address_of_a_button_leads_to_the_page_above_it(
    browser: Client, coordinator: User
) -> None:
    button = f"/requests/{uuid4()}/message/"
    browser.post(button, {"text": "Bonjour à vous"})
    browser.force_login(coordinator)
    answer = browser.get(button)
    assert answer.headers["Location"] == button.removesuffix("message/")


def test_nobody_else_is_shown_it(browser: Client) -> None:
    browser.post(NEW, TYPED)
    browser.force_login(person(Role.WORKSHOP_LEAD))
    assert "d’été" not in browser.get(NEW).content.decode()


@pytest.mark.parametrize(
    "name",
    ["password1", "code", "otp_code", "signature", "csrfmiddlewaretoken", "api-token"],
)
def test_no_secret_is_kept(browser: Client, name: str) -> None:
    browser.post(NEW, {name: "never to be kept"})
    assert "typed" not in browser.session


def test_a_stranger_leaves_nothing(client: Client) -> None:
    client.cookies[WORKED_HERE] = "1:forged"
    client.post(NEW, TYPED)
    assert not Session.objects.exists()


def test_another_site_s_page_is_never_led_to(browser: Client) -> None:
    answer = browser.post(NEW, TYPED, headers={"Referer": "https://evil.test/x/"})
    assert "evil" not in answer.headers["Location"]


PAGE = """<div id="messages"></div>
<form action="/filter/"><input name="text" value=""></form>
<details><summary>Say</summary>
<form method="post" action="/say/">
<input type="hidden" name="version" value="9">
<input type="hidden" name="revision" value="4">
<input name="text" value="a&amp;b" class="x">
<textarea name="note">
</textarea>
<select name="size"><option value="1" selected>1</option><option value="2">2</option></select>
<input type="checkbox" name="goals" value="a" checked><input type="checkbox" name="goals" value="b">
<button name="go" value="1"></button>
</form></details>"""


def again(**typed: str) -> str:
    sent = QueryDict(mutable=True)
    sent.update(typed)
    return refill(
        PAGE, at="/page/", action="/say/", typed=sent, notice=lambda left: f"!{left}!"
    )


def test_each_kind_of_field_is_set_and_no_hidden_value() -> None:
    shown = again(
        text='"<é>"', note="x < y", size="2", goals="b", version="3", revision="3"
    )
    assert '<details open><summary>Say</summary>\n![]!<form method="post"' in shown
    assert 'name="version" value="9"' in shown
    assert 'name="revision" value="3"' in shown
    assert '<input name="text" value="&quot;&lt;é&gt;&quot;" class="x">' in shown
    assert '<textarea name="note">\nx &lt; y</textarea>' in shown
    assert '<option value="1">1</option><option value="2" selected>2' in shown
    assert 'value="a"><input type="checkbox" name="goals" value="b" checked>' in shown
    assert '<form action="/filter/"><input name="text" value=""></form>' in shown


def test_words_without_a_field_are_shown() -> None:
    assert "!['two words']!" in again(text="a&b", size="1", goals="a", gone="two words")


def test_a_form_as_it_was_is_left_alone() -> None:
    assert again(text="a&b", size="1", goals="a", version="3", revision="4") == PAGE
