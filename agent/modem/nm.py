"""NetworkManager, as far as one connection is concerned: up, where it leads, down."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from agent.collect.around import Around

UP_SECONDS = 120.0
ASK_SECONDS = 20.0
WAIT = ("--wait", "90")
ESCAPED = re.compile(r"\\(.)")
FIELDS = "GENERAL.IP-IFACE,IP4.ADDRESS,IP4.DNS,IP6.ADDRESS,IP6.DNS"


class Route(NamedTuple):
    """Where a connection leads: its network card, its addresses, its name servers."""

    card: str = ""
    addresses: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()


def up(around: Around, uuid: str, path: Path) -> str:
    """Bring the connection of this file up; "" or why it does not come."""
    loaded = around.run(("nmcli", "connection", "load", str(path)), ASK_SECONDS)
    if loaded.exit_code != 0:
        return _said(loaded.stderr) or loaded.detail or str(loaded.why or "")
    ran = around.run(("nmcli", *WAIT, "connection", "up", "uuid", uuid), UP_SECONDS)
    return "" if ran.exit_code == 0 else _said(ran.stderr) or str(ran.why or "nmcli")


def down(around: Around, uuid: str) -> None:
    """So that nothing else of the bench goes over a card that somebody pays for."""
    around.run(("nmcli", "connection", "down", "uuid", uuid), ASK_SECONDS)


def route(around: Around, uuid: str) -> Route:
    shown = ("nmcli", "-t", "-f", "GENERAL.DEVICES", "connection", "show", "uuid", uuid)
    devices = fields(around.run(shown, ASK_SECONDS).stdout)
    device = next((value for name, value in devices if value), "")
    return of_device(around, device) if device else Route()


def of_device(around: Around, device: str) -> Route:
    ran = around.run(
        ("nmcli", "-t", "-f", FIELDS, "device", "show", device), ASK_SECONDS
    )
    found = fields(ran.stdout)
    return Route(
        card=next((value for name, value in found if name == "GENERAL.IP-IFACE"), ""),
        addresses=_under(found, "ADDRESS"),
        servers=_under(found, "DNS"),
    )


def fields(raw: bytes) -> list[tuple[str, str]]:
    """`nmcli -t`: a name, a colon, a value in which colons are escaped."""
    lines = raw.decode(errors="replace").splitlines()
    parts = [line.partition(":") for line in lines]
    return [(name, ESCAPED.sub(r"\1", value)) for name, _, value in parts]


def _under(found: list[tuple[str, str]], word: str) -> tuple[str, ...]:
    wanted = re.compile(rf"IP[46]\.{word}\[\d+\]")
    return tuple(value for name, value in found if value and wanted.fullmatch(name))


def _said(raw: bytes) -> str:
    return raw.decode(errors="replace").strip().removeprefix("Error: ")[:200]
