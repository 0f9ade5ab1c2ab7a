"""Somebody with every right on the database tries to rewrite history."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from backoffice.core import chain, checkpoints, journal
from backoffice.core.actions import sign_checkpoint
from inventory import actions
from inventory.models import Device, DeviceEvent, DriveEvent
from tests.world import World, make_world

pytestmark = pytest.mark.django_db

TABLE = "inventory_deviceevent"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    """A device with some history that a checkpoint has seen."""
    device = world.ready()
    sign_checkpoint()
    return device


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def drop_triggers(table: str = TABLE) -> None:
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    for verb in ("update", "delete"):
        sql(f'DROP TRIGGER "{table}_no_{verb}"{on}')


def found() -> list[str]:
    """What is broken, in words, without the dropped triggers."""
    breaks = journal.verify().breaks
    return [str(b) for b in breaks if not b.subject.startswith("trigger")]


def key(device: Device) -> str:
    return f"device:{device.uuid}"


def recompute(device: Device) -> None:
    """Forge a whole chain: every hash right again, from the first event on."""
    previous = chain.GENESIS
    events = DeviceEvent.objects.select_related("subject").filter(subject=device)
    for place, event in enumerate(events.order_by("sequence"), start=1):
        event.sequence, event.previous_hash = place, previous
        previous = event.computed_hash()
        sql(
            f"UPDATE {TABLE} SET sequence = %s, previous_hash = %s, hash = %s "
            "WHERE id = %s",
            *(place, event.previous_hash, previous, event.pk),
        )


def test_history_holds_when_nobody_touched_it(device: Device) -> None:
    verdict = journal.verify()
    assert verdict.holds
    assert verdict.events == 13


@pytest.mark.parametrize(
    "statement", [f"UPDATE {TABLE} SET verb = 'x'", f"DELETE FROM {TABLE}"]
)
def test_the_database_refuses_to_change_history(device: Device, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        sql(statement)
    assert journal.verify().holds


def test_dropped_triggers_are_named(device: Device) -> None:
    drop_triggers()
    named = {b.subject for b in journal.verify().breaks}
    assert named == {f"trigger {TABLE}_no_update", f"trigger {TABLE}_no_delete"}


def test_an_altered_event_is_found_and_named(device: Device) -> None:
    drop_triggers()
    sql(f"UPDATE {TABLE} SET verb = 'found' WHERE subject_id = %s AND sequence = 2",
        device.pk)  # fmt: skip
    assert found() == [f"{key(device)} #2: was altered"]


def test_another_actor_put_on_an_event_is_found(device: Device, world: World) -> None:
    drop_triggers()
    sql(
        f"UPDATE {TABLE} SET actor_uuid = %s WHERE subject_id = %s AND sequence = 1",
        world.officer.uuid.hex if connection.vendor == "sqlite" else world.officer.uuid,
        device.pk,
    )
    assert found() == [f"{key(device)} #1: was altered"]


def test_a_removed_event_is_found_and_named(device: Device) -> None:
    drop_triggers()
    sql(f"DELETE FROM {TABLE} WHERE subject_id = %s AND sequence = 3", device.pk)
    assert f"{key(device)} #3: an event is missing" in found()


def test_a_chain_cut_off_at_its_end_is_found(device: Device) -> None:
    drop_triggers()
    last = device.events.count()
    sql(f"DELETE FROM {TABLE} WHERE subject_id = %s AND sequence = %s", device.pk, last)
    assert found() == [f"{key(device)} #{last}: was cut off after a checkpoint saw it"]


def test_a_chain_recomputed_whole_is_found(device: Device) -> None:
    drop_triggers()
    last = device.events.count()
    sql(f"UPDATE {TABLE} SET verb = 'found' WHERE subject_id = %s AND sequence = 2",
        device.pk)  # fmt: skip
    recompute(device)
    assert found() == [f"{key(device)} #{last}: is not the event that a checkpoint saw"]


def test_no_later_checkpoint_vouches_for_a_rewritten_chain(device: Device) -> None:
    drop_triggers()
    last = device.events.count()
    sql(f"DELETE FROM {TABLE} WHERE subject_id = %s AND sequence = %s", device.pk, last)
    broken = found()
    assert sign_checkpoint() is None
    assert found() == broken


def test_an_emptied_table_is_found_chain_by_chain(device: Device) -> None:
    drop_triggers()
    if connection.vendor == "postgresql":
        sql(f'DROP TRIGGER "{TABLE}_no_truncate" ON "{TABLE}"')
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql(f"TRUNCATE {TABLE} CASCADE")
    else:
        sql(f"DELETE FROM {TABLE}")
    last = checkpoints.newest_head(key(device))
    assert last is not None
    assert found() == [
        f"{key(device)} #{last.sequence}: a checkpoint saw this chain, and it is gone"
    ]


def test_one_line_says_whether_history_holds(
    device: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_journal")
    assert capsys.readouterr().out.startswith("History holds: ")


def test_the_command_fails_and_names_the_break(
    device: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    drop_triggers()
    sql(f"DELETE FROM {TABLE} WHERE subject_id = %s AND sequence = 1", device.pk)
    with pytest.raises(SystemExit):
        call_command("verify_journal")
    assert f"{key(device)} #1" in capsys.readouterr().out


def checkpoint_file(number: int) -> Path:
    return checkpoints.folder() / f"checkpoint-{number:06d}.txt"


def test_an_edited_checkpoint_is_found(device: Device) -> None:
    path = checkpoint_file(1)
    path.write_text(path.read_text().replace(f"{key(device)} ", "device:nobody "))
    assert "checkpoint 1: its heads were altered" in found()


def test_a_checkpoint_signed_by_another_key_is_found(device: Device) -> None:
    (checkpoints.folder() / "key.pem").unlink()
    assert "checkpoint 1: its signature does not hold" in found()


def test_a_removed_checkpoint_is_found(device: Device) -> None:
    checkpoint_file(1).unlink()
    assert "checkpoint 1: its file is missing" in found()


def test_a_truncated_checkpoint_is_found(device: Device) -> None:
    checkpoint_file(1).write_text("{}")
    assert any(line.startswith("checkpoint 1:") for line in found())


def test_a_checkpoint_lists_only_what_moved(device: Device, world: World) -> None:
    actions.move_to_place(device=device, place=world.room, by=world.technician)
    signed = sign_checkpoint()
    assert signed is not None
    newest = checkpoints.read_all()[-1]
    assert [head.key for head in newest.heads] == [key(device)]
    assert journal.verify().holds


def test_no_checkpoint_is_written_where_nothing_moved(device: Device) -> None:
    assert sign_checkpoint() is None
    assert len(checkpoints.read_all()) == 1


def test_one_chain_is_found_in_a_checkpoint_by_bisection(device: Device) -> None:
    current = [
        checkpoints.Head(f"device:{n:08d}", n + 1, f"{n:064x}") for n in range(1000)
    ]
    with checkpoints.drafted(current, journal.still_holds) as draft:
        checkpoints.write(timezone.now() + dt.timedelta(days=1), draft)
    for n in (0, 1, 499, 998, 999):
        assert checkpoints.newest_head(f"device:{n:08d}") == current[n]
    assert checkpoints.newest_head("device:00001000") is None
    assert checkpoints.newest_head("a") is None


def test_events_of_drives_are_guarded_too(device: Device) -> None:
    drop_triggers("inventory_driveevent")
    drive = device.drives.get()
    sql("DELETE FROM inventory_driveevent WHERE subject_id = %s", drive.pk)
    assert not DriveEvent.objects.filter(subject=drive).exists()
    assert any(line.startswith(f"drive:{drive.uuid}") for line in found())


def test_no_event_no_effect(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    device = world.receive()

    def fails(*_args: object, **_kwargs: object) -> None:
        raise OSError("the journal cannot be written")

    monkeypatch.setattr(DeviceEvent, "append", fails)
    with pytest.raises(OSError, match="journal"):
        actions.triage_device(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.status == "received"


def test_rows_of_the_journal_have_no_update_in_python(device: Device) -> None:
    with pytest.raises(TypeError):
        DeviceEvent.objects.update(verb="x")
    with pytest.raises(TypeError):
        DeviceEvent.objects.all().delete()
