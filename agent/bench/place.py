"""Where a machine keeps its identity on a stick that goes from machine to machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from agent.collect.around import Around, said
from agent.collect.network import network

DMI = ("product_uuid", "product_serial", "board_serial")


def own_folder(stick: Path, around: Around) -> Path:
    """This machine's folder on the stick: the same at every start, another's never.

    Named after what does not change with a drive or with the bench: the firmware's
    numbers and the built-in network cards.
    """
    firmware = [said(around.sys / "class/dmi/id" / name) for name in DMI]
    marks = "\n".join([*firmware, *sorted(_cards(around))])
    return stick / "machines" / hashlib.sha256(marks.encode()).hexdigest()[:16]


def _cards(around: Around) -> Iterator[str]:
    """Addresses of the cards inside: one on USB may belong to the bench."""
    for card in network(around).what:
        device = around.sys / "class/net" / card.name / "device"
        if card.mac and "/usb" not in str(device.resolve()):
            yield card.mac
