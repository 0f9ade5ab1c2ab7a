"""Which machine a machine is: compared by its marks, never by one serial alone."""

from __future__ import annotations

import dataclasses

import pytest

from agent import wire
from provisioning import identity
from provisioning.identity import Marks, Outcome
from tests.provisioning.hardware import FILLER, Box, box, card
from tests.provisioning.machines import FakeMachine, drive


def marks(of: Box) -> Marks:
    told = of.told()
    return identity.marks_of(FakeMachine().report(**told))


def outcome(now: Box, *known: Box) -> list[Outcome]:
    return identity.recognise(marks(now), [marks(each) for each in known])


def with_board_of(one: Box, other: Box) -> Box:
    """The board brings its UUID, its serial and the card on it; the case keeps its own."""
    machine = dataclasses.replace(other.machine, serial=one.machine.serial)
    return one.with_(machine=machine, cards=other.cards)


def test_a_machine_is_itself() -> None:
    assert outcome(box(1), box(1)) == [Outcome.SAME]


def test_the_next_one_of_the_series_is_another() -> None:
    assert outcome(box(2), box(1)) == [Outcome.NEW]


def test_a_changed_network_card_is_the_same_machine() -> None:
    changed = box(1).with_(cards=(card("00:1b:21:aa:bb:cc"),))
    assert outcome(changed, box(1)) == [Outcome.SAME]


def test_a_changed_drive_is_the_same_machine() -> None:
    changed = box(1).with_(drives=(drive(serial="S3Z9NB0K123"),))
    assert outcome(changed, box(1)) == [Outcome.SAME]


def test_of_a_changed_board_a_person_is_asked() -> None:
    assert outcome(with_board_of(box(1), box(9)), box(1)) == [Outcome.ASK]
    all_of_it = box(9).with_(drives=box(1).drives)
    assert outcome(all_of_it, box(1)) == [Outcome.ASK]


def test_a_drive_that_turns_up_in_another_machine_never_brings_its_identity() -> None:
    moved = box(2).with_(drives=box(1).drives)
    assert outcome(moved, box(1)) == [Outcome.ASK]


def test_where_a_drive_travelled_between_two_known_machines_a_person_is_asked() -> None:
    moved = box(2).with_(drives=box(1).drives)
    assert outcome(moved, box(1), box(2)) == [Outcome.ASK, Outcome.ASK]


def test_where_twins_swapped_their_boards_a_person_is_asked_about_both() -> None:
    swapped = box(1).with_(machine=box(2).machine, cards=box(2).cards)
    assert outcome(swapped, box(1), box(2)) == [Outcome.ASK, Outcome.ASK]


def test_two_machines_with_default_string_have_nothing_in_common() -> None:
    one, other = box(1).with_(machine=FILLER), box(2).with_(machine=FILLER)
    assert outcome(one, other) == [Outcome.NEW]


def test_default_strings_are_no_marks() -> None:
    assert identity.marks_of(FakeMachine().report(machine=FILLER)) == {}


def test_of_a_machine_without_lasting_marks_a_person_is_asked() -> None:
    nameless = box(1).with_(machine=FILLER)
    assert outcome(nameless, nameless) == [Outcome.ASK]


def test_one_serial_alone_proves_nothing() -> None:
    only = Box(wire.Machine(serial="PF000001"), (), ())
    assert outcome(only, only) == [Outcome.ASK]
    assert outcome(only.with_(cards=box(1).cards), box(1)) == [Outcome.ASK]


def test_one_serial_against_everything_else_is_another_machine() -> None:
    liar = box(2).with_(
        machine=dataclasses.replace(box(2).machine, serial=box(1).machine.serial)
    )
    assert outcome(liar, box(1)) == [Outcome.NEW]


def test_a_uuid_in_the_other_byte_order_is_the_same_uuid() -> None:
    here = box(1).machine
    turned = dataclasses.replace(here, uuid=here.known_uuids[1])
    assert outcome(box(1).with_(machine=turned), box(1)) == [Outcome.SAME]


def test_the_network_adapter_that_all_benches_share_is_no_mark() -> None:
    shared = card("00:e0:4c:68:00:01", name="usb0", removable=True)
    one, other = box(1).with_(cards=(shared,)), box(2).with_(cards=(shared,))
    assert identity.MarkKind.MAC not in marks(one)
    assert outcome(one, other) == [Outcome.NEW]


@pytest.mark.parametrize(
    "mac", ["", "02:00:00:00:00:01", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "<b>"]
)
def test_an_address_that_no_maker_gave_is_no_mark(mac: str) -> None:
    assert identity.MarkKind.MAC not in marks(box(1).with_(cards=(card(mac),)))


def test_a_drive_on_a_cable_is_no_mark() -> None:
    stick = drive(serial="4C530001", bus=wire.Bus.USB, boot_medium=True)
    bridge = drive(serial="WD-X", behind=wire.Behind.USB_BRIDGE)
    lent = box(1).with_(drives=(stick, bridge))
    assert identity.MarkKind.DRIVE not in marks(lent)


def test_a_mark_that_many_machines_carry_is_a_filler_nobody_listed() -> None:
    batch = "4c4c4544-0042-3510-8054-b7c04f4e3332"
    machines = [
        box(n).with_(machine=dataclasses.replace(box(n).machine, uuid=batch))
        for n in range(40)
    ]
    found = outcome(machines[7], *machines)
    assert found[7] is Outcome.SAME
    assert found.count(Outcome.NEW) == 39


def test_what_cannot_be_seen_today_stays_as_it_was() -> None:
    known = identity.renewed(marks(box(1)), marks(Box(FILLER, box(3).cards, ())))
    assert known[identity.MarkKind.UUID] == marks(box(1))[identity.MarkKind.UUID]
    assert known[identity.MarkKind.MAC] == {"3c:97:0e:10:20:03"}


@pytest.mark.parametrize("number", [2, 40])
def test_marks_survive_being_kept(number: int) -> None:
    seen = marks(box(number))
    assert identity.from_json(identity.to_json(seen)) == seen
