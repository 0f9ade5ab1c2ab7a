"""Keys and fingers as the kernel hears them: /dev/input, read without a library."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import select
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.collect.around import Around, entries, said

# struct input_event of linux/input.h: two longs of time, type, code, value.
EVENT = struct.Struct("llHHi")
KEY, REL, ABS = 1, 2, 3
RELEASED, PRESSED, REPEATED = 0, 1, 2
LONG_BITS = struct.calcsize("l") * 8


@dataclasses.dataclass(frozen=True)
class Input:
    """One input device, and what it says it can send."""

    name: str
    path: Path
    keys: frozenset[int]
    relative: frozenset[int]
    absolute: frozenset[int]
    properties: frozenset[int]


@dataclasses.dataclass(frozen=True)
class Event:
    """One thing that happened on one device."""

    device: Input
    kind: int
    code: int
    value: int


def inputs(around: Around) -> list[Input]:
    """Every input device, in the kernel's order."""
    folders = entries(around.sys / "class/input")
    return [
        _input(folder, around.root / "dev/input" / folder.name)
        for folder in folders
        if re.fullmatch(r"event\d+", folder.name)
    ]


def _input(folder: Path, path: Path) -> Input:
    device = folder / "device"
    return Input(
        name=said(device / "name"),
        path=path,
        keys=bits(said(device / "capabilities/key")),
        relative=bits(said(device / "capabilities/rel")),
        absolute=bits(said(device / "capabilities/abs")),
        properties=bits(said(device / "properties")),
    )


def bits(words: str) -> frozenset[int]:
    """The numbers of the bits that are set in words of hexadecimal, highest first."""
    if not re.fullmatch(r"[0-9a-fA-F ]*", words):
        return frozenset()
    longs = [int(word, 16) for word in reversed(words.split())]
    whole = sum(value << (place * LONG_BITS) for place, value in enumerate(longs))
    return frozenset(n for n in range(whole.bit_length()) if whole >> n & 1)


class Ears:
    """Several devices at once. One that is pulled out falls silent."""

    def __init__(self, opened: dict[int, Input]) -> None:
        self._opened = opened

    def listen(self, seconds: float) -> list[Event]:
        """What happened within `seconds`, as soon as something did."""
        ready, _, _ = select.select(list(self._opened), [], [], seconds)
        return [event for descriptor in ready for event in self._read(descriptor)]

    def _read(self, descriptor: int) -> Iterator[Event]:
        try:
            chunk = os.read(descriptor, EVENT.size * 64)
        except OSError:
            chunk = b""
        if not chunk:
            self._opened.pop(descriptor)
            return
        whole = len(chunk) - len(chunk) % EVENT.size
        for _, _, kind, code, value in EVENT.iter_unpack(chunk[:whole]):
            yield Event(self._opened[descriptor], kind, code, value)


@contextlib.contextmanager
def ears(devices: Sequence[Input]) -> Iterator[Ears]:
    """Listen to devices. OSError where one may not be opened."""
    opened: dict[int, Input] = {}
    with contextlib.ExitStack() as stack:
        for device in devices:
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(device.path, flags)
            stack.callback(os.close, descriptor)
            opened[descriptor] = device
        yield Ears(opened)
