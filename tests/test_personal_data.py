"""What may never be stored about people, looked for in every table."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, Model

from backoffice.core import journal
from backoffice.core.models import User
from inventory.models import Donor
from tests.world import make_world

OURS = ("core", "inventory", "provisioning", "lending")
FORBIDDEN = (
    *("birth_date", "birthday", "nationality", "residence_permit", "passport"),
    *("social_security", "nir", "niss", "religion", "ethnic", "health_status"),
    *("disability", "diagnosis", "conviction", "judicial", "income", "salary"),
    *("iban", "bank_account", "credit_card", "gender", "marital"),
)


def columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.get_fields():
                if isinstance(field, Field):
                    yield model, field.name


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_table_has_a_column_for_it(word: str) -> None:
    named = [f"{m.__name__}.{name}" for m, name in columns() if word in name.split("_")]
    named += [f"{m.__name__}.{name}" for m, name in columns() if word == name]
    assert named == []


def test_nothing_keeps_the_credentials_of_other_services() -> None:
    """An account’s password is hashed; an access point’s, the same for all, encrypted."""
    named = {f"{m.__name__}.{name}" for m, name in columns() if "password" in name}
    assert named == {"User.password", "ApnProfile.password_encrypted"}


def test_a_donor_has_the_fields_that_a_receipt_needs_and_no_more() -> None:
    kept = {field.name for field in Donor._meta.fields} - {"id", "uuid"}
    assert kept == {
        *("kind", "name", "contact_name", "email", "phone", "address"),
        "registration",
    }


@pytest.mark.django_db
def test_the_journal_names_nobody() -> None:
    world = make_world()
    world.ready()
    donor = world.donation.donor
    names = {user.name for user in User.objects.all()} | {donor.name}
    emails = {user.email for user in User.objects.all()}
    told = "".join(
        json.dumps(data, ensure_ascii=False)
        for model in journal.journals()
        for data in model.objects.values_list("data", flat=True)
    )
    assert told
    assert [word for word in names | emails if word in told] == []


@pytest.mark.django_db
def test_a_name_can_be_erased_and_history_still_holds() -> None:
    world = make_world()
    world.ready()
    User.objects.filter(pk=world.technician.pk).update(
        name="", email="erased@exemple.test"
    )
    assert journal.verify().holds
