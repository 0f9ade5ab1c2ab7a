from __future__ import annotations

import pytest

from agent.checks.desk import Skipped
from agent.checks.usb_ports import Ports, judge, usb_ports
from agent.vocabulary import Result
from tests.agent.trees import around, grow

BUS = "sys/bus/usb/devices"
BUILT_IN = {f"{BUS}/usb1/speed": "480", f"{BUS}/1-6/speed": "480"}
HUB = {f"{BUS}/1-6:1.0/bInterfaceClass": "0e"}


def stick(place: str, speed: str = "480") -> dict[str, str]:
    return {
        f"{BUS}/{place}/speed": speed,
        f"{BUS}/{place}:1.0/bInterfaceClass": "08",
    }


def plug(root, *places: str, wanted: int = 3, before=()) -> Ports:
    """Put a stick into one place after the other, as the kernel shows it."""
    grow(root, BUILT_IN | HUB)
    ports = Ports(wanted, frozenset({"1-6", *before}))
    for place in places:
        grow(root, stick(place))
        ports.look(around(root))
    return ports


def test_each_place_counts_once(tmp_path, sit):
    ports = plug(tmp_path, "1-1", "1-2", "1-1", "1-4.1")
    found = judge(ports, sit().desk)
    assert found.result is Result.PASS
    assert found.numbers == {"ports": 3, "seen": 3, "fast": 0}


def test_what_is_built_in_is_no_port(tmp_path, sit):
    found = judge(plug(tmp_path), sit().desk)
    assert (found.result, found.reason) == (Result.FAIL, "No port answered.")


def test_the_systems_own_stick_holds_a_port_that_works(tmp_path):
    grow(tmp_path, stick("2-3", speed="5000"))
    ports = plug(tmp_path, "1-1", before=("2-3",))
    assert ports.speeds == {"2-3": 5000, "1-1": 480}


def test_a_mouse_that_was_there_before_counts_where_the_port_is_outside(tmp_path):
    grow(tmp_path, {f"{BUS}/1-5/removable": "removable"})
    assert "1-5" in plug(tmp_path, "1-1", before=("1-5",)).speeds


def test_some_dead_ports_are_a_warning_with_their_number(sit, tmp_path):
    grow(tmp_path, BUILT_IN | stick("1-1"))
    seat = sit("4")
    seat.press("1")
    found = usb_ports(seat.desk)
    assert (found.result, found.reason) == (Result.WARN, "Ports that answered: 1 of 4.")


def test_the_test_ends_by_itself_when_every_port_was_seen(sit, tmp_path):
    grow(tmp_path, BUILT_IN | stick("1-1") | stick("1-2", speed="5000"))
    seat = sit("é")
    assert usb_ports(seat.desk).numbers == {"ports": 2, "seen": 2, "fast": 1}
    assert "Ports seen: 2 of 2" in seat.shown


def test_a_person_may_skip_it_in_the_middle(sit, tmp_path):
    grow(tmp_path, BUILT_IN)
    seat = sit("3")
    seat.press("s")
    with pytest.raises(Skipped):
        usb_ports(seat.desk)


def test_a_machine_without_usb_is_not_tested(sit):
    found = usb_ports(sit().desk)
    assert (found.result, found.numbers) == (Result.NOT_TESTED, {"ports": 0})
