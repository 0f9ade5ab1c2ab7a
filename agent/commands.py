"""What each command does: enrol, report, show."""

from __future__ import annotations

import argparse
import functools
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from agent import __version__, durable, identity, tell, wire
from agent.client import Client, Refused
from agent.collect import Around, look
from agent.collect.machine import machine
from agent.identity import Identity, NotEnrolled, Server
from agent.report import compose
from agent.sending import Sender
from agent.session import Session
from agent.spool import Spool
from agent.tell import Exit
from agent.transport import NotUnderstood, OverHttp, Unreachable
from agent.words import Words

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Unusable(Exception):
    """What was typed cannot be used; the sentence says why."""


def run(asked: argparse.Namespace, words: Words) -> Exit:
    """Do what was asked and say what came of it."""
    commands = {"enrol": enrol, "report": report, "show": show}
    try:
        return commands[asked.command](asked, words)
    except NotEnrolled:
        tell.warn(
            words(
                "This machine is not enrolled yet. Ask for a join code, then: "
                "python -m agent enrol CODE --server ADDRESS"
            )
        )
        return Exit.NOT_ENROLLED
    except Unusable as exc:
        tell.warn(str(exc))
        return Exit.USAGE
    except (OSError, wire.Malformed) as exc:
        tell.warn(
            words("This machine’s own disk or rights are in the way: {why}", why=exc)
        )
        return Exit.LOCAL


def enrol(asked: argparse.Namespace, words: Words) -> Exit:
    """Make this machine known; the same code after a lost answer ends the same way."""
    code = wire.join_code(asked.code)
    if not code:
        raise Unusable(
            words(
                "This does not look like a join code: it has eight letters and "
                "digits, like K7QM-3XPA."
            )
        )
    server = _server(asked, words)
    durable.make_folder(asked.state)
    private_key = identity.begin(asked.state, code, server.address)
    transport = OverHttp(server)
    try:
        reply = _join(Client(server.address, transport), code, private_key)
    except (Refused, Unreachable, NotUnderstood) as exc:
        return tell.of_no_enrolment(exc, words)
    known = Identity(
        server=server,
        agent_id=reply.agent_id,
        token=reply.token,
        private_key=private_key,
    )
    identity.save(asked.state, known)
    print(
        words(
            "This machine is enrolled at {server}. Next: python -m agent report",
            server=server.address,
        )
    )
    behind = reply.server_time - Around().now()
    tell.of_clock(round(behind.total_seconds()), words)
    if transport.dates_unchecked:
        tell.of_dates_unchecked(words)
    return Exit.DONE


def _join(client: Client, code: str, private_key: bytes) -> wire.EnrolReply:
    """Ask the time first: a join code is told to no one but a server of ours."""
    client.time()
    return client.enrol(
        wire.EnrolRequest.signed(
            identity.signer(private_key),
            code=code,
            public_key=identity.public_key(private_key),
            machine=machine(Around()).what,
            agent_version=__version__,
        )
    )


def report(asked: argparse.Namespace, words: Words) -> Exit:
    """Look, keep on disk, then send everything that waits."""
    known = identity.load(asked.state)
    around = Around()
    findings = look(around)
    spool = _spool(asked.state, known)
    spool.add(lambda link: compose(findings, around, link))
    transport = OverHttp(known.server)
    client = Client(known.server.address, transport)
    session = Session(client, known, functools.partial(identity.keep, asked.state))
    outcome = Sender(spool, session.report, time.sleep).send()
    if transport.dates_unchecked:
        tell.of_dates_unchecked(words)
    return tell.of_sending(outcome, len(spool.waiting()), words)


def show(asked: argparse.Namespace, words: Words) -> Exit:
    """Show what is seen; nothing is sent."""
    from agent.show import Standing, print_machine

    try:
        known = identity.load(asked.state)
        waiting = len(_spool(asked.state, known).waiting())
        standing = Standing(known.server.address, waiting)
    except NotEnrolled:
        standing = Standing(server="", waiting=0)
    except PermissionError:
        standing = Standing()
    print_machine(look(Around()), standing, words, sys.stdout)
    return Exit.DONE


def _spool(state: Path, known: Identity) -> Spool:
    return Spool(state / "spool", known.agent_id, known.seal)


def _server(asked: argparse.Namespace, words: Words) -> Server:
    """The server as typed, if it can be one and may be spoken to like that."""
    address = str(asked.server).rstrip("/")
    host = _host(address)
    if not host:
        raise Unusable(
            words(
                "This does not look like the address of a server: {address}",
                address=address,
            )
        )
    is_open = not address.startswith("https:") and host not in LOOPBACK
    if is_open and not asked.plain_http:
        raise Unusable(
            words(
                "Without encryption anyone on the network could read this machine’s "
                "credential. Use https, or allow it with --plain-http."
            )
        )
    return Server(address=address, ca_pem=_authority(asked.ca, words))


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


def _authority(path: Path | None, words: Words) -> bytes:
    """The authority to trust, proved to be one before it is kept."""
    if path is None:
        return b""
    try:
        pem = path.read_bytes()
        OverHttp(Server(address="", ca_pem=pem)).trust()
    except (OSError, ValueError) as exc:
        sentence = "The file of the authority cannot be used: {why}"
        raise Unusable(words(sentence, why=exc)) from exc
    return pem
