"""Machines whose drives change places report at the same moment, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from inventory.actions.sightings import lock_where_seen, note_drives_seen
from inventory.models import Device, StorageDrive
from tests.inventory.test_drives_seen import AGENT, see, sight
from tests.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.fixture
def world() -> World:
    return make_world()


def at_once(*acts: Callable[[], object]) -> list[str]:
    start = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except OperationalError as busy:
            outcomes.append(str(busy))
        else:
            outcomes.append("done")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def inside(device: Device) -> set[StorageDrive]:
    return set(device.drives.all())


def test_two_machines_that_swap_their_drives_wait_for_each_other(world: World) -> None:
    one, other = world.receive(), world.receive()
    first, second = one.drives.get(), other.drives.get()
    for _round in range(ROUNDS):
        outcomes = at_once(
            partial(see, one, sight(serial=second.serial)),
            partial(see, other, sight(serial=first.serial)),
        )
        assert outcomes == ["done", "done"]
        assert (inside(one), inside(other)) == ({second}, {first})
        first, second = second, first


def test_drives_that_go_round_three_machines_arrive(world: World) -> None:
    devices = [world.receive() for _ in range(3)]
    drives = [device.drives.get() for device in devices]
    for _round in range(ROUNDS):
        drives = drives[1:] + drives[:1]
        serials = [drive.serial for drive in drives]
        outcomes = at_once(
            partial(see, devices[0], sight(serial=serials[0])),
            partial(see, devices[1], sight(serial=serials[1])),
            partial(see, devices[2], sight(serial=serials[2])),
        )
        assert outcomes == ["done"] * 3
        assert [inside(device) for device in devices] == [{d} for d in drives]


def test_the_same_two_drives_of_a_cupboard_are_awaited_in_one_order(
    world: World,
) -> None:
    """Seen in two machines, each naming them in an order of its own."""
    one, other = world.receive(drives=()), world.receive(drives=())
    serials = [world.receive().drives.get().serial for _ in range(2)]
    for _round in range(ROUNDS):
        outcomes = at_once(
            partial(see, one, *(sight(serial=serial) for serial in serials)),
            partial(see, other, *(sight(serial=serial) for serial in serials[::-1])),
        )
        assert outcomes == ["done", "done"]
        assert StorageDrive.objects.exclude(host=None).count() == 2


def test_nobody_waits_out_of_turn_for_a_device_that_was_not_foreseen(
    world: World,
) -> None:
    """A drive that moved between the look and the lock: the machine sends again."""
    one, other = world.receive(drives=()), world.receive()
    moved = other.drives.get()

    def unforeseen() -> None:
        with transaction.atomic():
            held = lock_where_seen(one.pk, [])
            seen = [sight(serial=moved.serial)]
            note_drives_seen(held, seen, at=timezone.now(), by=AGENT)

    with transaction.atomic():
        Device.objects.lock(other.pk)
        if connection.vendor == "postgresql":
            (outcome,) = at_once(unforeseen)
            assert "could not obtain lock" in outcome
            assert inside(other) == {moved}
    assert at_once(unforeseen) == ["done"]
    assert inside(one) == {moved}
