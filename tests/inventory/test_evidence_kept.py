"""What an erasure rests on is kept to the byte, and its row stays as it was written."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from inventory.actions.kept_evidence import keep_evidence
from inventory.models import Erasure, Evidence
from tests.world import make_world

pytestmark = pytest.mark.django_db
LOG = b"nwipe: 0 errors\n"


def raw(sql: str, *values: int | bytes) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def kept() -> str:
    with transaction.atomic():
        return keep_evidence(LOG, "text/plain")


def test_evidence_is_found_by_its_hash_to_the_byte() -> None:
    sha256 = kept()
    found = Evidence.objects.named(sha256)
    assert sha256 == hashlib.sha256(LOG).hexdigest()
    assert found is not None
    assert (bytes(found.body), found.size_bytes) == (LOG, len(LOG))


def test_the_same_bytes_are_kept_once() -> None:
    assert kept() == kept()
    assert Evidence.objects.count() == 1


def test_the_database_changes_and_removes_no_evidence() -> None:
    kept()
    with pytest.raises(DatabaseError, match="never changed"):
        raw("UPDATE inventory_evidence SET body = %s", b"0 errors")
    with pytest.raises(DatabaseError, match="never changed"):
        raw("DELETE FROM inventory_evidence")
    assert bytes(Evidence.objects.get().body) == LOG


@pytest.mark.parametrize(
    "change",
    [
        "details = '{}'",
        "evidence_sha256 = ''",
        "source = 'agent'",
        "operator_id = NULL",
    ],
)
def test_the_database_keeps_what_an_erasure_rests_on(change: str) -> None:
    world = make_world()
    erasure = world.erase(world.receive().drives.get())
    with pytest.raises(DatabaseError, match="stays"):
        raw(f"UPDATE inventory_erasure SET {change} WHERE id = %s", erasure.pk)
    with pytest.raises(DatabaseError, match="stays"):
        raw("DELETE FROM inventory_erasure WHERE id = %s", erasure.pk)


def test_the_database_refuses_a_success_without_bytes() -> None:
    world = make_world()
    erasure = world.erase(world.receive().drives.get())
    erasure.pk, erasure.bytes_erased, erasure.size_bytes = None, None, None
    with pytest.raises(DatabaseError, match="covered"), transaction.atomic():
        erasure.save(force_insert=True)
    assert Erasure.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"source": "agent"},
        {"source": "import"},
        {"operator": None},
        {"technique": ""},
    ],
)
def test_an_erasure_without_anybody_or_anything_behind_it_is_refused(
    said: dict[str, object],
) -> None:
    world = make_world()
    known = world.erase(world.receive().drives.get())
    facts = {
        f.attname: getattr(known, f.attname) for f in Erasure._meta.concrete_fields
    }
    for name in ("id", "uuid", "operator_id"):
        facts.pop(name)
    wanted = {**facts, "operator": known.operator, **said}
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.create(**wanted)
    assert Erasure.objects.count() == 1
