"""The few values of a person: asked for by name, held to their form."""

from __future__ import annotations

import pytest

from agent.profile import read
from agent.profile.variables import VARIABLES, Unfilled, fill, wanted
from tests.agent.profile.profiles import body, step

GOOD = {
    "user.login": "marie",
    "user.name": "Marie D’Été",
    "user.password_hash": "$6$salt$" + "a" * 86,
    "machine.hostname": "pc-12",
    "contact.name": "Association Le Pont",
    "contact.phone": "+33 1 23 45 67 89",
    "structure.name": "Emmaüs & Cie".replace("&", "et"),
}


def test_a_description_says_which_values_it_wants():
    assert wanted(read(body())) == {"user.name", "user.login", "user.password_hash"}
    (text,) = read(body(step("text"))).steps
    assert wanted(text) == {"user.name"}


def test_values_are_put_in_wherever_they_are_named():
    said = fill("{{user.name}} ({{ user.login }}), {{user.name}}", GOOD)
    assert said == "Marie D’Été (marie), Marie D’Été"


@pytest.mark.parametrize("name", VARIABLES)
def test_every_value_is_taken_in_its_form_and_refused_where_missing(name):
    assert fill(f"{{{{{name}}}}}", GOOD) == GOOD[name]
    with pytest.raises(Unfilled, match=name):
        fill(f"{{{{{name}}}}}", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user.login", "root"),
        ("user.login", "systemd-network"),
        ("user.login", "marie; id"),
        ("user.login", "-marie"),
        ("user.name", "Marie\nroot::0:0"),
        ("user.name", "Marie:x"),
        ("user.name", "a" * 61),
        ("user.password_hash", "motdepasse"),
        ("user.password_hash", "$6$a:b"),
        ("machine.hostname", "pc_12"),
        ("machine.hostname", "pc-"),
        ("contact.name", "<script>"),
        ("contact.phone", "+33; id"),
        ("structure.name", 'a"b'),
        ("structure.name", "a\x00b"),
    ],
)
def test_a_value_out_of_its_form_is_never_put_in(name, value):
    with pytest.raises(Unfilled) as caught:
        fill(f"{{{{{name}}}}}", GOOD | {name: value})
    assert caught.value.name == name
    assert value not in str(caught.value)


def test_a_value_is_no_template_itself():
    assert fill("{{user.name}}", GOOD | {"user.name": "{{x}}"}) == "{{x}}"


def test_an_unknown_name_is_not_filled_in():
    with pytest.raises(Unfilled):
        fill("{{root.password}}", GOOD | {"root.password": "x"})
