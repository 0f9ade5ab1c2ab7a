"""Rows that need not wait for the disk, and that nothing else loses by them."""

from __future__ import annotations

import pytest
from django.db import connection

from backoffice.core.transactions import unsynced

ASKED = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
HURRIES = {"sqlite": 1, "postgresql": "off"}


def setting() -> object:
    with connection.cursor() as cursor:
        cursor.execute(ASKED[connection.vendor])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_only_what_is_inside_does_not_wait():
    usual = setting()
    with unsynced():
        assert setting() == HURRIES[connection.vendor]
    assert setting() == usual


@pytest.mark.django_db(transaction=True)
def test_a_failure_inside_waits_for_the_disk_again():
    usual = setting()
    with pytest.raises(LookupError), unsynced():
        raise LookupError
    assert setting() == usual


@pytest.mark.django_db
def test_inside_a_transaction_nothing_changes():
    usual = setting()
    with unsynced():
        assert setting() == usual
