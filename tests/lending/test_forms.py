"""Forms of lending: every mistake at its field, in words of ours, all at once."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from http import HTTPStatus

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

import lending.forms
from backoffice.core.errors import DomainError
from lending import actions
from lending.forms.act import PlainForm
from lending.models import Beneficiary, EquipmentRequest, HandOver
from tests.lending.packs import make_bench
from tests.lending.world import Partners
from tests.unchanged import rows

FORMS = [
    kind
    for module in pkgutil.walk_packages(lending.forms.__path__, "lending.forms.")
    for _name, kind in inspect.getmembers(
        importlib.import_module(module.name), inspect.isclass
    )
    if issubclass(kind, forms.Form) and kind.__module__ == module.name
]


def described(shown: str, name: str) -> str:
    """What a screen reader says of a field besides its label."""
    control = re.search(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', shown)
    assert control is not None, name
    assert 'aria-invalid="true"' in control[0]
    ids = re.search(r'aria-describedby="([^"]+)"', control[0])
    assert ids is not None, name
    (error,) = [each for each in ids[1].split() if each.endswith("_error")]
    found = re.search(rf'id="{error}">(.*?)</div>', shown, re.DOTALL)
    assert found is not None, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_every_form_of_lending_speaks_in_our_words() -> None:
    assert len(FORMS) > 60
    assert [kind for kind in FORMS if not issubclass(kind, PlainForm)] == []


def test_every_refusal_that_a_form_places_is_one() -> None:
    known, heirs = set(), [DomainError]
    while heirs:
        error = heirs.pop()
        known.add(error.code)
        heirs += error.__subclasses__()
    placed = {code for kind in FORMS for code in getattr(kind, "REFUSED_AT", {})}
    assert len(placed) > 40
    assert placed - known == set()


class Everything(PlainForm):
    """One field of each kind, and one with words of its own."""

    line = forms.CharField(max_length=3)
    mail = forms.EmailField()
    count = forms.IntegerField(min_value=1, max_value=3)
    least = forms.IntegerField(min_value=1)
    price = forms.DecimalField(max_digits=4, decimal_places=2)
    day = forms.DateField()
    at = forms.DateTimeField()
    one = forms.ChoiceField(choices=[("a", "A")])
    many = forms.MultipleChoiceField(choices=[("a", "A")])
    sure = forms.BooleanField()
    paper = forms.FileField()
    address = forms.URLField(assume_scheme="https")
    own = forms.CharField(error_messages={"required": "Say so."})


def test_what_is_wrong_is_said_plainly() -> None:
    wrong = Everything(
        {
            "line": "abcd",
            "mail": "x",
            "count": "9",
            "least": "0",
            "price": "1.234",
            "day": "31/02",
            "at": "x",
            "one": "b",
            "many": "b",
            "address": "http://",
        }
    )
    assert {name: list(said) for name, said in wrong.errors.items()} == {
        "line": ["At most 3 characters fit; this has 4."],
        "mail": ["This is no e-mail address: it looks like name@example.org."],
        "count": ["Write 3 or less."],
        "least": ["Write 1 or more."],
        "price": ["Write at most 2 digits after the comma."],
        "day": ["This is no day: it looks like 31/12/2030."],
        "at": ["This is no day with its time: choose both."],
        "one": ["Choose one of the list."],
        "many": ["Choose one of the list."],
        "sure": ["Tick this first."],
        "paper": ["Choose a file."],
        "address": ["This is no address: it looks like https://example.org."],
        "own": ["Say so."],
    }


def test_a_file_of_a_person_says_all_its_mistakes_at_once(
    client: Client, partners: Partners
) -> None:
    client.force_login(partners.admin)
    typed = {"birth_year": "1700", "channel": "phone", "informed": "on"}
    typed |= {"notice_language": "fr", "public": "not_stated", "language": "fr"}
    answer = client.post("/people/new/", typed)
    shown = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert described(shown, "first_name") == "This is needed: fill it in."
    assert described(shown, "birth_year") == "Nobody was born in 1700."
    assert "a telephone number" in described(shown, "contact")
    assert not Beneficiary.objects.exists()


def test_a_past_day_and_a_missing_reason_are_said_together(
    client: Client, partners: Partners
) -> None:
    client.force_login(partners.admin)
    asked = actions.begin_request(structure=partners.structure, by=partners.admin)
    typed = {"urgency": "2", "wanted_on": "1970-01-01"}
    answer = client.post(f"/portal/requests/{asked.uuid}/when/", typed)
    shown = answer.content.decode()
    assert described(shown, "urgency_reason") == "Say why it presses."
    assert described(shown, "wanted_on").startswith("This day is past.")
    assert EquipmentRequest.objects.get().wanted_on is None


def test_both_days_of_an_appointment_are_said_at_their_fields(
    client: Client, db: None
) -> None:
    bench = make_bench()
    pack = bench.placed(bench.closed())
    client.force_login(bench.coordinator)
    typed = {
        "pack": pack.uuid,
        "mode": "loan",
        "due_on": "1970-01-01",
        "planned_at": "1970-01-01T10:00",
        "structure": bench.partners.structure.uuid,
    }
    before = rows()
    shown = client.post(reverse("lending:handover-plan"), typed).content.decode()
    assert "is past" in described(shown, "due_on")
    assert "within a year" in described(shown, "planned_at")
    assert rows() == before
    assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        ("2027-03-28T02:30", "Cette heure n’existe pas", "This hour does not exist"),
        ("2027-10-31T02:30", "Cette heure vient deux fois", "This hour comes twice"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_said_at_its_field(
    client: Client, db: None, at: str, french: str, english: str
) -> None:
    bench = make_bench()
    client.force_login(bench.coordinator)
    typed = {"pack": bench.placed(bench.closed()).uuid, "mode": "gift"}
    typed |= {"structure": bench.partners.structure.uuid, "planned_at": at}
    before = rows()
    for language, words in (("fr", french), ("en", english)):
        client.cookies["django_language"] = language
        answer = client.post(reverse("lending:handover-plan"), typed)
        assert answer.status_code == 400
        assert words in described(answer.content.decode(), "planned_at")
    assert rows() == before
