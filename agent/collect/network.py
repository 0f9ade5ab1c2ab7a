"""The machine's network interfaces: their kind, their card and its MAC.

All of it from sysfs, where an interface that is down has its address as well.
"""

from __future__ import annotations

from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, at_most, entries, said
from agent.collect.pci import Names, behind, driver

ETHERNET = "1"  # ARPHRD_ETHER
PERMANENT = "0"  # NET_ADDR_PERM; others are random, lent by another or set by hand


def network(
    around: Around, told: Names | None = None
) -> Seen[tuple[facts.Interface, ...]]:
    folder = around.sys / "class/net"
    if not folder.is_dir():
        unseen = facts.Unseen(subject=facts.Subject.NETWORK, why=facts.Why.NOT_OFFERED)
        return Seen((), (unseen,))
    # bridges, tunnels and the loopback have no device behind them
    own = [each for each in entries(folder) if (each / "device").exists()]
    found = [_interface(each, told or Names()) for each in own]
    most = at_most(64, found, facts.Subject.NETWORK)
    hidden = [_hidden(each.name) for each in most.what if not each.mac]
    return Seen(most.what, (*most.unseen, *hidden))


def _interface(folder: Path, told: Names) -> facts.Interface:
    card = behind((folder / "device").resolve(), told)
    is_on_usb = card is not None and not card.kind
    return facts.Interface(
        name=folder.name,
        link=_link(folder),
        mac=_mac(folder),
        removable=is_on_usb if card else None,
        id=card.id if card else "",
        driver=driver(folder / "device"),
        make=card.make if card else "",
        model=card.model if card else "",
    )


def _link(interface: Path) -> facts.Link:
    uevent = said(interface / "uevent")
    if (interface / "wireless").is_dir() or (interface / "phy80211").exists():
        return facts.Link.WIFI
    if "DEVTYPE=wwan" in uevent or interface.name.startswith("ww"):
        return facts.Link.MOBILE
    if "DEVTYPE=bluetooth" in uevent:
        return facts.Link.BLUETOOTH
    is_ethernet = said(interface / "type") == ETHERNET
    return facts.Link.ETHERNET if is_ethernet else facts.Link.UNKNOWN


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


def _hidden(name: str) -> facts.Unseen:
    return facts.Unseen(
        subject=facts.Subject.NETWORK, why=facts.Why.HIDDEN, about=name, detail="mac"
    )
