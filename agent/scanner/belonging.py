"""Which station a scanner belongs to: its credential, made here, of its owner’s alone."""

from __future__ import annotations

import argparse
import hashlib
import secrets
from pathlib import Path

from agent import durable, wire
from agent.collect.around import Around
from agent.fields import Digest, Line, Token
from agent.identity import Server
from agent.joining import address_of, given_by, pinned_by, told_by
from agent.message import Message
from agent.scanner.carrying import Calls
from agent.scans import JoinScanner
from agent.tell import Unusable
from agent.transport import OverHttp
from agent.words import Words

BELONGS = "station.json"
JOINING = "joining.json"


class Belongs(Message):
    """The station that this scanner is at. `attempt_sha256`: the code that led there."""

    server: Server
    station: Line
    token: Token
    attempt_sha256: Digest


class Joining(Message):
    """A code that is being used. Told again, it goes with the same credential."""

    attempt_sha256: Digest
    token: Token


def folder_of(state: Path, station: str) -> Path:
    """What one station’s scanner keeps: each named station has a folder of its own."""
    name = hashlib.sha256(station.casefold().encode()).hexdigest()[:16]
    return state / "scanner" / name


def belonging(asked: argparse.Namespace, folder: Path, words: Words) -> Belongs:
    """The station that was joined before, or by the code that was given now.

    A code that was used already, as in a line that is started at every boot, is not
    used again. Raises Refused, Unreachable or NotUnderstood where joining fails.
    """
    known = _known(folder)
    if not asked.code:
        if known is None:
            raise Unusable(
                words(
                    "This scanner belongs to no station yet. Make a code on the page of "
                    "the station, then add --code."
                )
            )
        return _of_this_server(known, asked, words)
    told = told_by(asked, Around(), words)
    code = wire.join_code(told.code)
    if not code:
        raise Unusable(
            words(
                "This does not look like a join code: it has eight letters and "
                "digits, like K7QM-3XPA."
            )
        )
    address = address_of(told, words)
    attempt = hashlib.sha256(f"{code}\n{address}".encode()).hexdigest()
    if known and known.attempt_sha256 == attempt:
        return known
    given = given_by(told, words)
    token = _token(folder, attempt)
    server = Server(address=address, ca_pem=given or pinned_by(told, address))
    joined = Calls(address, OverHttp(server)).join(
        JoinScanner(code=code, station=asked.station, token=token)
    )
    belongs = Belongs(
        server=server, station=joined.station, token=token, attempt_sha256=attempt
    )
    durable.write(folder / BELONGS, belongs.to_bytes())
    durable.remove(folder / JOINING)
    return belongs


def _known(folder: Path) -> Belongs | None:
    try:
        return Belongs.from_bytes((folder / BELONGS).read_bytes())
    except FileNotFoundError:
        return None


def _of_this_server(known: Belongs, asked: argparse.Namespace, words: Words) -> Belongs:
    """Codes read for one server are never sent to another."""
    if asked.server and asked.server.rstrip("/") != known.server.address:
        raise Unusable(
            words(
                "This scanner belongs to {server}. To change that, make a code on the "
                "page of the station there, then add --code.",
                server=known.server.address,
            )
        )
    return known


def _token(folder: Path, attempt: str) -> str:
    """The credential of this attempt: the same again if its answer got lost."""
    try:
        begun = Joining.from_bytes((folder / JOINING).read_bytes())
    except (FileNotFoundError, wire.Malformed):
        begun = None
    if begun and begun.attempt_sha256 == attempt:
        return begun.token
    token = f"rbs_{secrets.token_urlsafe(32)}"
    joining = Joining(attempt_sha256=attempt, token=token)
    durable.write(folder / JOINING, joining.to_bytes())
    return token
