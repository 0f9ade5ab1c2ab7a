"""Modems are told from everything else on USB by /sys alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.connected import Driver
from agent.modem import finding
from agent.modem.ports import Port, Unavailable, Wire, sticks
from tests.agent.modem.grounds import Tools
from tests.agent.trees import around, grow

USB = "sys/bus/usb/devices"


def device(place: str, ids: str, faces: dict[int, str], **more: str) -> dict[str, str]:
    """A USB device; each interface has its class and what stands below it."""
    vendor, product = ids.split(":")
    folder = f"{USB}/{place}"
    tree = {f"{folder}/idVendor": vendor, f"{folder}/idProduct": product, **{
        f"{folder}/{name}": said for name, said in more.items()
    }}  # fmt: skip
    for number, below in faces.items():
        kind, _, name = below.partition(" ")
        face = f"{folder}/{place}:1.{number}"
        tree[f"{face}/bInterfaceNumber"] = f"{number:02x}"
        for file, said in zip(
            ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"),
            kind.split("/"),
            strict=True,
        ):
            tree[f"{face}/{file}"] = said
        if name:
            tree[f"{face}/{name}/uevent"] = ""
    return tree


QUECTEL = device(
    "1-2",
    "2c7c:0125",
    {
        0: "ff/ff/ff ttyUSB0",
        1: "ff/00/00 ttyUSB1",
        2: "ff/00/00 ttyUSB2",
        3: "ff/00/00 ttyUSB3",
        4: "ff/ff/ff net/wwan0",
    },
    manufacturer="Quectel",
    product="EC25",
)
ACM = device("1-3", "12d1:1001", {0: "02/02/01 tty/ttyACM0", 1: "0a/00/00"})
HILINK = device(
    "1-4", "12d1:14dc", {0: "02/06/00 net/enx0c5b8f279a64"}, product="HUAWEI_MOBILE"
)
SCANNER = device("1-5", "0c2e:0aaa", {0: "02/02/01 tty/ttyACM1"}, product="Scanner")
ARDUINO = device("1-6", "2341:0043", {0: "02/02/01 tty/ttyACM2"})
UPS = device("1-7", "0403:6001", {0: "ff/ff/ff ttyUSB7"})
GNSS = device("1-8", "1546:01a8", {0: "02/02/01 tty/ttyACM3"})
WAITING = device("1-9", "05c6:9008", {0: "ff/ff/ff ttyUSB8"})


def test_the_port_of_commands_comes_first_and_diagnosis_never(tmp_path):
    (stick,) = sticks(around(grow(tmp_path, QUECTEL)))
    assert (stick.id, stick.make, stick.model) == ("2c7c:0125", "Quectel", "EC25")
    assert stick.ports == (Port("/dev/ttyUSB2", 2), Port("/dev/ttyUSB3", 3))
    assert stick.networks == ("wwan0",)


def test_a_port_that_says_it_takes_commands_is_believed(tmp_path):
    (stick,) = sticks(around(grow(tmp_path, ACM)))
    assert stick.ports == (Port("/dev/ttyACM0", 0, is_of_commands=True),)


@pytest.mark.parametrize("other", [SCANNER, ARDUINO, UPS, GNSS, WAITING])
def test_what_is_no_modem_is_not_even_looked_at(tmp_path, other):
    here = around(grow(tmp_path, other), Tools())
    assert sticks(here) == ()
    assert finding.look(here, _never) == ()


def _never(path: str) -> Wire:
    raise AssertionError(f"{path} was opened")


def test_a_stick_without_a_port_is_read_from_its_label(tmp_path):
    here = around(grow(tmp_path, HILINK), Tools())
    (seen,) = finding.look(here, _never)
    assert (seen.driver, seen.id) == (Driver.LABELS, "12d1:14dc")
    assert (seen.model, seen.networks) == ("HUAWEI_MOBILE", ("enx0c5b8f279a64",))


def test_a_port_that_another_program_holds_is_told_and_the_next_one_tried(tmp_path):
    opened: list[str] = []

    def held(path: str) -> Wire:
        opened.append(path)
        raise Unavailable(f"{path}: busy")

    (seen,) = finding.look(around(grow(tmp_path, QUECTEL), Tools()), held)
    assert opened == ["/dev/ttyUSB2", "/dev/ttyUSB3"]
    assert (seen.trouble, seen.model) == ("/dev/ttyUSB3: busy", "EC25")


def test_a_machine_without_usb_has_none(tmp_path: Path):
    assert sticks(around(tmp_path)) == ()
