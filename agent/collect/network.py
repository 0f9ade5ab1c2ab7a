"""The machine's network interfaces: their kind, their card and its MAC.

All of it from sysfs, where an interface that is down has its address as well.
"""

from __future__ import annotations

from pathlib import Path

from agent import wire
from agent.collect.around import Around, Seen, at_most, entries, said
from agent.collect.pci import Names, behind, driver

ETHERNET = "1"  # ARPHRD_ETHER
PERMANENT = "0"  # NET_ADDR_PERM; others are random, lent by another or set by hand


def network(
    around: Around, told: Names | None = None
) -> Seen[tuple[wire.Interface, ...]]:
    folder = around.sys / "class/net"
    if not folder.is_dir():
        unseen = wire.Unseen(subject=wire.Subject.NETWORK, why=wire.Why.NOT_OFFERED)
        return Seen((), (unseen,))
    # bridges, tunnels and the loopback have no device behind them
    own = [each for each in entries(folder) if (each / "device").exists()]
    found = [_interface(each, told or Names()) for each in own]
    most = at_most(64, found, wire.Subject.NETWORK)
    hidden = [_hidden(each.name) for each in most.what if not each.mac]
    return Seen(most.what, (*most.unseen, *hidden))


def _interface(folder: Path, told: Names) -> wire.Interface:
    card = behind((folder / "device").resolve(), told)
    is_on_usb = card is not None and not card.kind
    return wire.Interface(
        name=folder.name,
        link=_link(folder),
        mac=_mac(folder),
        removable=is_on_usb if card else None,
        id=card.id if card else "",
        driver=driver(folder / "device"),
        make=card.make if card else "",
        model=card.model if card else "",
    )


def _link(interface: Path) -> wire.Link:
    uevent = said(interface / "uevent")
    if (interface / "wireless").is_dir() or (interface / "phy80211").exists():
        return wire.Link.WIFI
    if "DEVTYPE=wwan" in uevent or interface.name.startswith("ww"):
        return wire.Link.MOBILE
    if "DEVTYPE=bluetooth" in uevent:
        return wire.Link.BLUETOOTH
    is_ethernet = said(interface / "type") == ETHERNET
    return wire.Link.ETHERNET if is_ethernet else wire.Link.UNKNOWN


def _mac(interface: Path) -> str:
    """The card's own, which tells machines apart.

    The address in use may be random (Wi-Fi hides behind such ones) or a bond's; what
    the card was made with stands elsewhere then, or nowhere.
    """
    own = said(interface / "phy80211/macaddress")
    own = own or said(interface / "bonding_slave/perm_hwaddr")
    if not own and said(interface / "addr_assign_type") in ("", PERMANENT):
        own = said(interface / "address")
    return own.lower() if own.strip("0:") else ""


def _hidden(name: str) -> wire.Unseen:
    return wire.Unseen(
        subject=wire.Subject.NETWORK, why=wire.Why.HIDDEN, about=name, detail="mac"
    )
