"""Try a line for real: up, an address, a name, the server's own page. Bytes counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from agent.collect.around import Around, number
from agent.connected import LinkTest
from agent.identity import Server
from agent.modem import nm
from agent.modem.nm import Route
from agent.modem.through import OverCard, host_of, resolve
from agent.transport import NotUnderstood, Unreachable

Told = Callable[[str], None]
FINE = range(200, 300)


class Tried(NamedTuple):
    """How far it went, and the reason in a program's own words where it broke off."""

    link: LinkTest
    why: str = ""


def test(
    around: Around, uuid: str, path: Path, page: str, server: Server, told: Told
) -> Tried:
    """Bring the connection up, go over it, and take it down again."""
    started = time.monotonic()
    told("dial")
    why = nm.up(around, uuid, path)
    try:
        if why:
            return Tried(LinkTest(ms=_ms(started)), why)
        return over(around, nm.route(around, uuid), page, server, told)
    finally:
        nm.down(around, uuid)


def over(around: Around, route: Route, page: str, server: Server, told: Told) -> Tried:
    """Go over a network card that is up: each step only where the one before held."""
    started, before = time.monotonic(), _counted(around, route.card)
    link = LinkTest(interface=route.card, up=True, address=bool(route.addresses))

    def so_far(why: str = "", **more: object) -> Tried:
        count = _counted(around, route.card) - before
        return Tried(link.but(bytes=max(0, count), ms=_ms(started), **more), why)

    if not route.addresses or not route.card:
        return so_far(address=False)
    told("names")
    address = _address(page, route)
    if not address:
        return so_far(names=False)
    told("page")
    reach = OverCard(server, route.card, address)
    try:
        answer = reach.page(page)
    except (Unreachable, NotUnderstood) as exc:
        return so_far(str(exc), names=True, page=False)
    finally:
        reach.hang_up()
    is_fine = answer.status in FINE
    return so_far(names=True, page=is_fine, status=answer.status)


def _address(page: str, route: Route) -> str:
    """The server's address by the line's own name servers; as it is where it is one."""
    host = host_of(page)
    if host.replace(".", "").isdigit() or ":" in host:
        return host
    return next(iter(resolve(host, route.card, route.servers)), "")


def _counted(around: Around, card: str) -> int:
    folder = around.sys / "class/net" / card / "statistics"
    return sum(number(folder / name) or 0 for name in ("rx_bytes", "tx_bytes"))


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
