"""Before a machine on the bench: its screen is read by telephone, its keys are French."""

from __future__ import annotations

import re
import time

import zxingcpp
from PIL import Image

from tests.machine.vm import Hung, Machine

LOOK = 4.0  # seconds between two looks: each costs the machine some of its own time
# Where a French keyboard has what an American one has elsewhere.
AZERTY = {"a": "q", "q": "a", "z": "w", "w": "z", "m": "semicolon"}


def read(machine: Machine) -> str:
    """What a telephone reads on the screen; empty where there is no code."""
    picture = machine.folder / "screen.png"
    machine.tell(f"screendump {picture} -f png")
    found = zxingcpp.read_barcodes(Image.open(picture))
    return found[0].text if found else ""


def wait_for_code(machine: Machine, pattern: str, within: float) -> str:
    """The address on the screen, once it is such a one. Raises Hung."""
    deadline = time.monotonic() + within
    while not re.fullmatch(pattern, shown := read(machine)):
        if time.monotonic() > deadline or machine.is_off:
            raise Hung(f"{shown!r} on the screen, and {pattern!r} was waited for")
        time.sleep(LOOK)
    return shown


def type_in(machine: Machine, text: str) -> None:
    for letter in text.lower():
        key = f"shift-{letter}" if letter.isdigit() else AZERTY.get(letter, letter)
        machine.tell(f"sendkey {key}")
    machine.tell("sendkey ret")
