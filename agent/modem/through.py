"""Reach the server through one network card, whatever other lines the machine has.

On a bench there is a cable as well, which would answer for a modem that does not work.
So names are asked of the modem's own name servers, and every packet leaves by its card.
"""

from __future__ import annotations

import secrets
import socket
import time
from typing import Any
from urllib.parse import urlsplit

from agent.identity import Server
from agent.modem.parse import dns
from agent.transport import Answer, OverHttp

DNS_PORT = 53
DNS_SECONDS = 5.0
DNS_TURNS = 2
MOST_BYTES = 4096


def resolve(name: str, card: str, servers: tuple[str, ...]) -> list[str]:
    """The addresses of a name, asked of these servers by this card alone."""
    kinds = (dns.A, dns.AAAA)
    asked = ((server, kind) for _turn in range(DNS_TURNS) for server in servers
             for kind in kinds)  # fmt: skip
    for server, kind in asked:
        if found := _ask(name, kind, card, server):
            return found
    return []


def _ask(name: str, kind: int, card: str, server: str) -> list[str]:
    number = secrets.randbelow(2**16)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    deadline = time.monotonic() + DNS_SECONDS
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            _bind(line, card)
            line.connect((server, DNS_PORT))
            line.send(dns.question(number, name, kind))
            while (left := deadline - time.monotonic()) > 0:
                line.settimeout(left)
                found = dns.addresses(number, line.recv(MOST_BYTES))
                if found is not None:
                    return found
    except (OSError, ValueError):
        return []
    return []


def _bind(line: socket.socket, card: str) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode() + b"\0")


class OverCard(OverHttp):
    """The transport that really connects, by one card and to one address."""

    def __init__(self, server: Server, card: str, address: str) -> None:
        super().__init__(server)
        self._card = card
        self._address = address

    def page(self, url: str) -> Answer:
        """The page as it comes; no redirection is followed."""
        return self("GET", url, {"Accept-Encoding": "identity"}, None)

    def _connections(self, url: str) -> Any:
        is_new = self._pool is None
        pool = super()._connections(url)
        if is_new:
            option = (
                socket.SOL_SOCKET,
                socket.SO_BINDTODEVICE,
                self._card.encode() + b"\0",
            )
            pool.conn_kw["socket_options"] = [option]
            pool.ConnectionCls = _to(pool.ConnectionCls, self._address)
        return pool


def _to(kind: Any, address: str) -> Any:
    """A kind of connection that goes to this address; its name stays what it is."""

    class To(kind):  # type: ignore[misc]  # urllib3 is not loaded before it is used
        def _new_conn(self) -> socket.socket:
            self._dns_host = address
            line: socket.socket = super()._new_conn()
            return line

    return To


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
