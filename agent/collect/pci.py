"""What sits on PCI and USB: numbers from sysfs, names from lspci where it is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from agent import wire
from agent.collect.around import Around, entries, said
from agent.parse import lspci
from agent.parse.lspci import Named

LSPCI_SECONDS = 20.0
SLOT = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
USB_PORT = re.compile(r"\d+-\d+(\.\d+)*")


class Names(NamedTuple):
    """Names by slot; `why` says why there are none."""

    by_slot: Mapping[str, Named] = MappingProxyType({})
    why: wire.Why | None = None


class Fitted(NamedTuple):
    """One device. `kind` is the PCI class, six digits; "" on USB."""

    place: str
    kind: str
    id: str
    make: str
    model: str
    driver: str


def names(around: Around) -> Names:
    ran = around.run(lspci.ARGV, LSPCI_SECONDS)
    if ran.why:
        return Names(why=ran.why)
    return Names(lspci.parse(ran.stdout.decode(errors="replace")))


def slots(around: Around, told: Names) -> list[Fitted]:
    """Everything on PCI, in order."""
    folders = entries(around.sys / "bus/pci/devices")
    return [on_pci(folder.resolve(), told) for folder in folders]


def on_pci(folder: Path, told: Names) -> Fitted:
    named = told.by_slot.get(folder.name)
    return Fitted(
        place=folder.name,
        kind=said(folder / "class").removeprefix("0x"),
        id=_id(said(folder / "vendor"), said(folder / "device")),
        make=named.make if named else "",
        model=named.model if named else "",
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
    pair = [word.lower().removeprefix("0x") for word in (vendor, device)]
    return ":".join(pair) if all(pair) else ""
