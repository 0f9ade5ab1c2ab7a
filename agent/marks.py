"""The marks by which a machine knows that it is still itself.

An identity that was copied with a disk, or a disk that was put into another
machine, is told by the majority of the marks that both sides know. Placeholders
are no marks, and one mark alone proves nothing.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Annotated

from agent.collect.around import Around, entries, said
from agent.fields import Line
from agent.kinds import AtMost
from agent.message import Message
from agent.placeholders import known, known_uuid

Several = Annotated[tuple[Line, ...], AtMost(64)]

# Names of interfaces and block devices that are no hardware of the machine's own.
NOT_ITS_OWN = re.compile(
    r"(?:lo|veth|docker|br-|virbr|tun|tap|wg|bond|dummy|"
    r"loop|ram|zram|dm-|md|sr|fd|nbd).*"
)
LOCAL = 0x02  # a MAC address with this bit was made up by software


class Marks(Message):
    """What tells this hardware from other hardware. Empty where it is not known."""

    uuid: Line = ""
    board_serial: Line = ""
    macs: Several = ()
    drives: Several = ()

    def kinds(self) -> tuple[frozenset[str], ...]:
        single = ({self.uuid} - {""}, {self.board_serial} - {""})
        return tuple(map(frozenset, (*single, self.macs, self.drives)))


def is_another(then: Marks, now: Marks) -> bool:
    """Whether most kinds of marks that are known of both have nothing in common."""
    pairs = [
        (before, after)
        for before, after in zip(then.kinds(), now.kinds(), strict=True)
        if before and after
    ]
    differing = sum(not before & after for before, after in pairs)
    return differing > 1 and differing > len(pairs) - differing


def renewed(then: Marks, now: Marks) -> Marks:
    """The marks of today; what cannot be seen today stays as it was."""
    seen = {name: value for name, value in vars(now).items() if value}
    return dataclasses.replace(then, **seen)


def look(around: Around) -> Marks:
    """Read the marks, from sysfs alone: no program is started."""
    dmi = around.sys / "class/dmi/id"
    return Marks(
        uuid=known_uuid(said(dmi / "product_uuid")),
        board_serial=known(said(dmi / "board_serial")),
        macs=_macs(around.sys / "class/net")[:64],
        drives=_drives(around.sys / "block")[:64],
    )


def _macs(folder: Path) -> tuple[str, ...]:
    """The addresses that built-in cards came with; one on USB goes from hand to hand."""
    found = {
        said(card / "address").lower()
        for card in entries(folder)
        if not NOT_ITS_OWN.fullmatch(card.name)
        and (card / "device").exists()
        and "/usb" not in str((card / "device").resolve())
    }
    return tuple(sorted(mac for mac in found if _is_a_card_s(mac)))


def _is_a_card_s(mac: str) -> bool:
    if not re.fullmatch(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", mac):
        return False
    is_filler = len(set(mac) - {":"}) == 1
    return not is_filler and not int(mac[:2], 16) & LOCAL


def _drives(folder: Path) -> tuple[str, ...]:
    """The serial numbers of drives that are built in."""
    found = {
        known(_serial(drive / "device"))
        for drive in entries(folder)
        if not NOT_ITS_OWN.fullmatch(drive.name)
        and said(drive / "removable") != "1"
        and "/usb" not in str(drive.resolve())
    }
    return tuple(sorted(found - {""}))


def _serial(device: Path) -> str:
    """Of NVMe and eMMC in `serial`, of SCSI and ATA in page 80 after four bytes."""
    if serial := said(device / "serial"):
        return serial
    try:
        page = (device / "vpd_pg80").read_bytes()[:260]
    except OSError:
        return ""
    return page[4:].decode("ascii", errors="replace").strip("\x00 ")
