"""The command `connect`: look at the modems, or try the line that the pack brings."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable

from agent import identity, tell, wire
from agent.client import Client, Refused
from agent.collect.around import Around
from agent.identity import Identity
from agent.itself import check
from agent.modem import finding
from agent.modem.seen import Seen
from agent.modem.trying import Ground, try_line
from agent.report import compose_connection
from agent.session import Session
from agent.spool import Spool
from agent.tell import Exit
from agent.transport import NotUnderstood, OverHttp, Unreachable
from agent.words import Words, words_in

FINE = frozenset({wire.Verdict.WORKS})


def connect(asked: argparse.Namespace, words: Words) -> Exit:
    """Try the line, keep what came of it on the disk, then send it."""
    from agent.commands import send

    words = words_in(asked.language) if asked.language else words
    around = Around()
    if asked.look:
        show(finding.look(around, port=asked.port), words)
        return Exit.DONE
    known = check(asked.state, around)
    try:
        card = _card(asked, known)
    except (Unreachable, NotUnderstood, Refused) as exc:
        tell.warn(words("The server does not say which card is meant: {why}", why=exc))
        return Exit.WAITING
    ground = Ground(
        around=around,
        state=asked.state,
        server=known.server,
        words=words,
        told=_saying(words),
        port=asked.port,
    )
    came = try_line(ground, card)
    spool = Spool(asked.state / "spool", known.agent_id, known.seal)
    spool.add(lambda link: compose_connection(came, around, link))
    is_fine = came.verdict in FINE
    if not asked.keep:
        sent = send(asked.state, known, words)
        if sent is not Exit.DONE and is_fine:
            return sent
    if is_fine:
        print(came.sentence)
        return Exit.DONE
    tell.warn(came.sentence)
    return Exit.NOT_CONNECTED


def _card(asked: argparse.Namespace, known: Identity) -> wire.Connectivity | None:
    over = OverHttp(known.server)
    session = Session(
        Client(known.server.address, over),
        known,
        functools.partial(identity.keep, asked.state),
        functools.partial(identity.load, asked.state),
    )
    try:
        return session.connectivity()
    finally:
        over.hang_up()


def _saying(words: Words) -> Callable[[str], None]:
    steps = {
        "look": words("Looking at the modems…"),
        "pin": words("Unlocking the card…"),
        "register": words("Waiting for the network…"),
        "install": words("Writing the connection down…"),
        "dial": words("Connecting…"),
        "names": words("Looking for the server’s name…"),
        "page": words("Fetching the server’s page…"),
    }
    return lambda step: print(steps[step], flush=True)


def show(found: tuple[Seen, ...], words: Words) -> None:
    """Every modem with what it says, a line each."""
    if not found:
        print(words("No modem is seen: plug it in, or another one."))
    for seen in found:
        name = " ".join(word for word in (seen.make, seen.model) if word)
        print(name or seen.id or words("A modem"))
        for label, value in _facts(seen, words):
            if value:
                print(f"  {label}: {value}")


def _facts(seen: Seen, words: Words) -> list[tuple[str, str]]:
    card = seen.card
    warning = words("its check digit does not fit")
    number = f"{card.digits} ({warning})" if card and not card.is_luhn else ""
    left = "" if seen.tries.pin is None else str(seen.tries.pin)
    dbm = f"{seen.signal_dbm} dBm" if seen.signal_dbm is not None else ""
    percent = f"{seen.signal_percent}\u202f%" if seen.signal_percent is not None else ""
    return [
        (words("Asked by"), words.of(seen.driver)),
        ("USB", seen.id),
        ("IMEI", seen.imei),
        (words("Card"), number or (card.digits if card else "")),
        (words("Card not read"), seen.why or ""),
        (words("Waits for"), "" if seen.lock in ("none", "unknown") else seen.lock),
        (words("Tries left for the PIN"), left),
        (words("Own number"), seen.number),
        (words("Mobile network"), f"{seen.operator} {seen.technology}".strip()),
        (words("Standing"), words.of(seen.standing)),
        (words("Signal"), dbm or percent),
        (words("Trouble"), seen.trouble),
    ]
