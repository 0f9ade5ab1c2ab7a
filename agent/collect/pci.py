"""What sits on PCI and USB: numbers from sysfs, names from pci.ids where it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from agent import facts
from agent.collect.around import Around, entries, said
from agent.parse.pciids import Ids

PLACES = ("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids")
LIMIT_BYTES = 8 * 2**20
SLOT = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
USB_PORT = re.compile(r"\d+-\d+(\.\d+)*")


class Names(NamedTuple):
    """The names of what sits on PCI; `why` says why there are none."""

    ids: Ids = Ids()
    why: facts.Why | None = None


class Fitted(NamedTuple):
    """One device. `kind` is the PCI class, six digits; "" on USB."""

    place: str
    kind: str
    id: str
    make: str
    model: str
    driver: str


def names(around: Around) -> Names:
    """Debian keeps the file with pciutils, others with hwdata."""
    for place in PLACES:
        try:
            with (around.root / place).open("rb") as file:
                return Names(Ids(file.read(LIMIT_BYTES)))
        except OSError:
            continue
    return Names(why=facts.Why.TOOL_MISSING)


def slots(around: Around, told: Names, kinds: Iterable[str]) -> list[Fitted]:
    """What is of these kinds on PCI, in order; a name is long to look up."""
    wanted = tuple(kinds)
    return [
        on_pci(folder.resolve(), told)
        for folder in entries(around.sys / "bus/pci/devices")
        if said(folder / "class").removeprefix("0x").startswith(wanted)
    ]


def on_pci(folder: Path, told: Names) -> Fitted:
    vendor, device = (
        said(folder / name).removeprefix("0x") for name in ("vendor", "device")
    )
    make, model = told.ids.named(vendor, device)
    return Fitted(
        place=folder.name,
        kind=said(folder / "class").removeprefix("0x"),
        id=_id(vendor, device),
        make=make,
        model=model,
        driver=driver(folder),
    )


def on_usb(folder: Path) -> Fitted:
    """A USB device says its own names."""
    return Fitted(
        place=folder.name,
        kind="",
        id=_id(said(folder / "idVendor"), said(folder / "idProduct")),
        make=said(folder / "manufacturer"),
        model=said(folder / "product"),
        driver=driver(folder),
    )


def behind(device: Path, told: Names) -> Fitted | None:
    """The nearest device on PCI or USB that a path of /sys/devices leads through."""
    for folder in (device, *device.parents):
        if USB_PORT.fullmatch(folder.name):
            return on_usb(folder)
        if SLOT.fullmatch(folder.name):
            return on_pci(folder, told)
    return None


def driver(folder: Path) -> str:
    link = folder / "driver"
    return link.resolve().name if link.exists() else ""


def _id(vendor: str, device: str) -> str:
    return f"{vendor}:{device}".lower() if vendor and device else ""
