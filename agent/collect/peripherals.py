"""Graphics, sound, cameras, optical drives, modems: what is fitted, driver or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, at_most, entries, said
from agent.collect.pci import Names, behind, driver, on_usb, slots
from agent.facts import Peripheral, PeripheralKind, Subject

MOST = 64
# PCI base class and sub-class (PCI Code and ID Assignment).
OF_CLASS = {
    "03": PeripheralKind.GRAPHICS,
    "0401": PeripheralKind.AUDIO,
    "0403": PeripheralKind.AUDIO,
    "0703": PeripheralKind.MODEM,
    "0d40": PeripheralKind.MODEM,
    "0d41": PeripheralKind.MODEM,
}
# USB class and sub-class of an interface: video control, sound control, MBIM.
OF_USB = {
    ("0e", "01"): PeripheralKind.CAMERA,
    ("01", "01"): PeripheralKind.AUDIO,
    ("02", "0e"): PeripheralKind.MODEM,
}
MODEM_DRIVERS = frozenset(
    {"qmi_wwan", "cdc_mbim", "huawei_cdc_ncm", "option", "sierra", "sierra_net", "hso"}
)
OF_PCI = (Subject.GRAPHICS, Subject.AUDIO)
OF_PORTS = (Subject.CAMERAS, Subject.MODEMS)


def peripherals(around: Around, told: Names) -> Seen[tuple[Peripheral, ...]]:
    """`told` has the names of what sits on PCI."""
    found = [*_on_pci(around, told), *_on_usb(around), *_optical(around, told)]
    kept = at_most(MOST, list(dict.fromkeys(found)), Subject.UNKNOWN)
    return Seen(kept.what, (*kept.unseen, *_blind(around), *_nameless(told, kept.what)))


def _on_pci(around: Around, told: Names) -> Iterator[Peripheral]:
    for fitted in slots(around, told, OF_CLASS):
        kind = OF_CLASS.get(fitted.kind[:4]) or OF_CLASS.get(fitted.kind[:2])
        if kind:
            yield Peripheral(
                kind=kind,
                name=fitted.place,
                id=fitted.id,
                make=fitted.make,
                model=fitted.model,
                driver=fitted.driver,
            )


def _on_usb(around: Around) -> Iterator[Peripheral]:
    """By the interfaces of each device, which say what they are for."""
    for part in entries(around.sys / "bus/usb/devices"):
        kind = _usb_kind(part)
        if kind:
            fitted = on_usb(part.resolve().parent)
            yield Peripheral(
                kind=kind,
                name=fitted.place,
                id=fitted.id,
                make=fitted.make,
                model=fitted.model,
                driver=driver(part),
            )


def _usb_kind(part: Path) -> PeripheralKind | None:
    pair = (said(part / "bInterfaceClass"), said(part / "bInterfaceSubClass"))
    if driver(part) in MODEM_DRIVERS:
        return PeripheralKind.MODEM
    return OF_USB.get(pair)


def _optical(around: Around, told: Names) -> Iterator[Peripheral]:
    for folder in entries(around.sys / "block"):
        if folder.name.startswith("sr"):
            above = behind(folder.resolve(), told)
            yield Peripheral(
                kind=PeripheralKind.OPTICAL,
                name=folder.name,
                id=above.id if above and not above.kind else "",
                make=said(folder / "device/vendor"),
                model=said(folder / "device/model"),
                driver="sr",
            )


def _blind(around: Around) -> list[facts.Unseen]:
    """The subjects of a bus that this kernel does not show."""
    places = (
        ("bus/pci/devices", OF_PCI),
        ("bus/usb/devices", OF_PORTS),
        ("block", (Subject.OPTICAL,)),
    )
    return [
        facts.Unseen(subject=subject, why=facts.Why.NOT_OFFERED, about=place)
        for place, subjects in places
        if not (around.sys / place).is_dir()
        for subject in subjects
    ]


def _nameless(told: Names, found: tuple[Peripheral, ...]) -> list[facts.Unseen]:
    """Numbers without names, where there is no list of names."""
    is_nameless = any(each.id and not each.model for each in found)
    if told.why is None or not is_nameless:
        return []
    return [facts.Unseen(subject=Subject.GRAPHICS, why=told.why, about="pci.ids")]
