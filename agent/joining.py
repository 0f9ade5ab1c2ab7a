"""`python -m agent enrol`: find the server, decide whom to trust, join."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from urllib.parse import urlsplit

from agent import (
    __version__,
    config,
    discovery,
    durable,
    identity,
    marks,
    pinned,
    tell,
    wire,
)
from agent.client import Client, Refused
from agent.collect import Around
from agent.collect.machine import machine
from agent.config import Told
from agent.identity import Identity, Server
from agent.tell import Exit, Unusable
from agent.transport import NotUnderstood, OverHttp, Unreachable
from agent.words import Words

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def enrol(asked: argparse.Namespace, words: Words) -> Exit:
    """Make this machine known; the same code after a lost answer ends the same way."""
    around = Around()
    told = told_by(asked, around, words)
    code = wire.join_code(told.code)
    if not code:
        raise Unusable(
            words(
                "This does not look like a join code: it has eight letters and "
                "digits, like K7QM-3XPA."
            )
        )
    address = address_of(told, words)
    given = given_by(told, words)
    durable.make_folder(asked.state)
    private_key = identity.begin(asked.state, code, address)
    try:
        server = Server(address=address, ca_pem=given or pinned_by(told, address))
        over = OverHttp(server)
        reply = _join(Client(address, over), code, private_key, around)
    except (Refused, Unreachable, NotUnderstood) as exc:
        return tell.of_no_enrolment(exc, words)
    known = Identity(
        server=server,
        agent_id=reply.agent_id,
        token=reply.token,
        private_key=private_key,
        token_since=reply.server_time,
        server_key=reply.server_key,
        marks=marks.look(around),
    )
    identity.save(asked.state, known)
    behind = reply.server_time - around.now()
    tell.of_enrolment(address, round(behind.total_seconds()), reply.pending, words)
    if over.dates_unchecked:
        tell.of_dates_unchecked(words)
    return Exit.DONE


def _join(
    client: Client, code: str, private_key: bytes, around: Around
) -> wire.EnrolReply:
    """Ask the time first: a join code is told to no one but a server of ours."""
    client.time()
    return client.enrol(
        wire.EnrolRequest.signed(
            identity.signer(private_key),
            code=code,
            public_key=identity.public_key(private_key),
            machine=machine(around).what,
            agent_version=__version__,
        )
    )


def told_by(asked: argparse.Namespace, around: Around, words: Words) -> Told:
    """What was typed, then what a link says, then the file, then an announcement."""
    link = config.of_link(asked.code)
    try:
        file = config.of_file(asked.config)
    except config.BadConfig as exc:
        raise Unusable(
            words("The configuration cannot be used: {why}", why=exc)
        ) from exc
    told = Told(
        server=str(asked.server or link.server or file.server).rstrip("/"),
        pin=(asked.pin or link.pin or file.pin).lower(),
        ca=asked.ca or file.ca,
        plain_http=asked.plain_http or file.plain_http,
        code=link.code,
    )
    if told.pin and not config.is_pin(told.pin):
        raise Unusable(
            words("A pin has 64 hexadecimal digits, the SHA-256 of a public key.")
        )
    return told if told.server else _announced(told, around, words)


def _announced(told: Told, around: Around, words: Words) -> Told:
    """A server that announces itself is used where a pin proves it, else shown."""
    found = discovery.announced(around.run)
    if told.pin and len(found) == 1:
        return dataclasses.replace(told, server=found[0])
    if found:
        raise Unusable(
            words(
                "Announced on this network, by whomever: {addresses}. If one of "
                "them is yours, name it with --server.",
                addresses=", ".join(found),
            )
        )
    raise Unusable(
        words("No server is named. Add --server ADDRESS, or scan its QR code.")
    )


def address_of(told: Told, words: Words) -> str:
    """The server's address, if it can be one and may be spoken to like that."""
    host = _host(told.server)
    if not host:
        raise Unusable(
            words(
                "This does not look like the address of a server: {address}",
                address=told.server,
            )
        )
    is_open = not told.server.startswith("https:") and host not in LOOPBACK
    if is_open and not told.plain_http:
        raise Unusable(
            words(
                "Without encryption anyone on the network could read this machine’s "
                "credential. Use https, or allow it with --plain-http."
            )
        )
    return told.server


def _host(address: str) -> str:
    """The host of an http or https address without anything behind it, else ""."""
    try:
        parts = urlsplit(address)
        is_plain = not (parts.path or parts.query or parts.fragment or parts.username)
        is_number = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https")
    return parts.hostname or "" if is_web and is_plain and is_number else ""


def given_by(told: Told, words: Words) -> bytes:
    """The authority of the file, proved to be one before it is kept."""
    path: Path | None = told.ca
    if path is None:
        return b""
    try:
        pem = path.read_bytes()
        OverHttp(Server(address="", ca_pem=pem)).trust()
    except (OSError, ValueError) as exc:
        sentence = "The file of the authority cannot be used: {why}"
        raise Unusable(words(sentence, why=exc)) from exc
    return pem


def pinned_by(told: Told, address: str) -> bytes:
    if not told.pin or not address.startswith("https:"):
        return b""
    return pinned.authority(address, told.pin, wire.AUTHORITY_PATH)
