"""The machine's own network interfaces: their kind and their MAC, nothing more."""

from __future__ import annotations

from pathlib import Path

from agent import wire
from agent.collect.around import Around, Seen, at_most, entries, said

ETHERNET = "1"  # ARPHRD_ETHER


def network(around: Around) -> Seen[tuple[wire.Interface, ...]]:
    folder = around.sys / "class/net"
    if not folder.is_dir():
        unseen = wire.Unseen(subject=wire.Subject.NETWORK, why=wire.Why.NOT_OFFERED)
        return Seen((), (unseen,))
    # bridges, tunnels and the loopback have no device behind them
    own = [each for each in entries(folder) if (each / "device").exists()]
    found = [
        wire.Interface(name=each.name, link=_link(each), mac=_mac(each)) for each in own
    ]
    return at_most(64, found, wire.Subject.NETWORK)


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
    mac = said(interface / "address").lower()
    return mac if mac.strip("0:") else ""
