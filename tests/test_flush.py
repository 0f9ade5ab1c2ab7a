"""A test that commits leaves nothing behind but what the migrations wrote."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection

from backoffice.core.roles import Role
from inventory.models import DeviceEvent
from tests.world import make_world


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["before", "after"])
def test_a_committing_test_starts_with_roles_and_without_a_journal(turn: str) -> None:
    assert {group.name for group in Group.objects.all()} == {
        role.value for role in Role
    }
    assert not DeviceEvent.objects.exists()
    make_world().receive()
    assert DeviceEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["before", "after"])
def test_the_guards_stand_again_after_a_committing_test(turn: str) -> None:
    make_world().receive()
    table = DeviceEvent._meta.db_table
    with (
        pytest.raises(DatabaseError, match="never changed"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")
