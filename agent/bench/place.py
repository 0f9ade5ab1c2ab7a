"""Where a machine keeps its identity on a stick that goes from machine to machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from agent.collect.around import Around, said
from agent.collect.network import network
from agent.placeholders import known, known_uuid

SERIALS = ("product_serial", "board_serial")


def own_folder(stick: Path, around: Around) -> Path | None:
    """This machine's folder on the stick: the same at every start, another's never.

    Named after what does not change with a drive or with the bench: the firmware's
    numbers and the built-in network cards. Placeholders name nobody: None where
    nothing tells this machine from another.
    """
    dmi = around.sys / "class/dmi/id"
    numbers = [
        known_uuid(said(dmi / "product_uuid")),
        *(known(said(dmi / name)) for name in SERIALS),
    ]
    cards = sorted(_cards(around))
    if not any(numbers) and not cards:
        return None
    marks = "\n".join([*numbers, *cards])
    return stick / "machines" / hashlib.sha256(marks.encode()).hexdigest()[:16]


def _cards(around: Around) -> Iterator[str]:
    """Addresses of the cards inside: one on USB may belong to the bench."""
    for card in network(around).what:
        device = around.sys / "class/net" / card.name / "device"
        if card.mac and "/usb" not in str(device.resolve()):
            yield card.mac
