"""The pack's line, from the modem to the server's page: what a job `connect` does."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from agent.collect.around import Around
from agent.connected import (
    MAX_MODEMS,
    Connection,
    Connectivity,
    Driver,
    LinkTest,
    PinEnd,
)
from agent.identity import Server
from agent.kinds import Malformed
from agent.modem import commands, finding, keyfile, linktest, managed
from agent.modem.finding import Open
from agent.modem.ledger import Came, Ledger
from agent.modem.line import Line, greets
from agent.modem.parse.iccid import Iccid
from agent.modem.pin import TRIES, Given, unlock
from agent.modem.ports import SerialPort, Unavailable
from agent.modem.seen import Seen
from agent.modem.verdict import judge, sentence
from agent.wire import TIME_PATH
from agent.words import Words

REGISTERS_SECONDS = 90.0
TURN_SECONDS = 2.0
MAY_GO_ON = (PinEnd.NOT_NEEDED, PinEnd.ACCEPTED)


class Ground(NamedTuple):
    """What a try stands on. `told` hears each step as it begins."""

    around: Around
    state: Path
    server: Server
    words: Words
    told: Callable[[str], None]
    open_port: Open = SerialPort
    port: str = ""


class Way(NamedTuple):
    """How far the try went, before it is judged."""

    seen: tuple[Seen, ...] = ()
    matches: bool | None = None
    pin: PinEnd = PinEnd.UNKNOWN
    installed: bool = False
    link: LinkTest | None = None
    why: str = ""

    @property
    def first(self) -> Seen | None:
        return self.seen[0] if self.seen else None


def try_line(ground: Ground, asked: Connectivity | None) -> Connection:
    """Look, unlock where that is safe, write the connection down, go over it.

    Without `asked` the server knows no card for this machine: it is only looked.
    """
    ground.told("look")
    found = finding.look(
        ground.around, ground.open_port, ground.port, may_hold=asked is not None
    )
    way = Way(_first_the_expected(found, asked))
    if asked and way.first and way.first.has_card:
        way = _with_card(ground, asked, way, way.first)
    verdict = judge(way, is_asked=asked is not None)
    return Connection(
        expected=asked.iccid if asked else None,
        matches=way.matches,
        modems=tuple(each.told() for each in way.seen[:MAX_MODEMS]),
        pin=way.pin,
        installed=way.installed,
        link=way.link,
        verdict=verdict,
        sentence=sentence(verdict, way, ground.words),
    )


def _first_the_expected(
    found: tuple[Seen, ...], asked: Connectivity | None
) -> tuple[Seen, ...]:
    """The modem with the pack's card, else one with a card, before all others."""

    def rank(seen: Seen) -> tuple[bool, bool]:
        is_it = asked and seen.card and seen.card.is_same(Iccid(asked.iccid))
        return not is_it, not seen.has_card

    return tuple(sorted(found, key=rank))


def _with_card(ground: Ground, asked: Connectivity, way: Way, seen: Seen) -> Way:
    """Nothing is said to a card that is not the pack's, and nothing installed for it."""
    if seen.card is None:
        return way._replace(pin=PinEnd.CARD_UNREAD)
    given = Given(Iccid(asked.iccid), asked.pin or "")
    matches = seen.card.is_same(given.card)
    way = way._replace(matches=matches)
    if not matches:
        return way._replace(pin=PinEnd.OTHER_CARD)
    try:
        ledger = Ledger(ground.state)
        pin = _unlock(ground, seen, given, ledger)
    except (OSError, Malformed) as exc:
        return way._replace(pin=PinEnd.UNKNOWN, why=str(exc))
    except Unavailable as exc:
        return way._replace(pin=PinEnd.UNANSWERED, why=str(exc))
    is_proven = ledger.came(given.card, given.pin) is Came.ACCEPTED
    if pin is PinEnd.ACCEPTED:
        seen = _registered(ground, seen)
        way = way._replace(seen=(seen, *way.seen[1:]))
    way = way._replace(pin=pin)
    # NetworkManager says a PIN that was taken before, where nobody was wrong since
    is_whole = seen.tries.pin == TRIES
    opens_itself = pin is PinEnd.TRIED_BEFORE and is_proven and is_whole
    if pin not in MAY_GO_ON and not opens_itself:
        return way
    return _installed(ground, asked, way, given.pin if is_proven else "")


def _unlock(ground: Ground, seen: Seen, given: Given, ledger: Ledger) -> PinEnd:
    def enter(pin: str) -> bool | None:
        if seen.driver is Driver.MODEMMANAGER:
            return managed.enter(seen.sim, pin)
        return commands.enter(line, pin)

    if seen.lock == "sim-pin":
        ground.told("pin")
    if seen.driver is Driver.MODEMMANAGER or seen.lock != "sim-pin":
        return unlock(seen, given, ledger, enter)
    with Line(ground.open_port(seen.at)) as line:
        if not greets(line):
            raise Unavailable(finding.NOT_A_MODEM)
        return unlock(seen, given, ledger, enter)


def _registered(ground: Ground, seen: Seen) -> Seen:
    """The modem once it found its network, or as it is when that takes too long."""
    ground.told("register")
    deadline = time.monotonic() + REGISTERS_SECONDS
    while True:
        now = _again(ground, seen)
        is_waiting = now.lock == "none" and not now.is_registered
        is_dialled = seen.driver is Driver.MODEMMANAGER  # it registers when dialling
        if is_dialled or not is_waiting or time.monotonic() >= deadline:
            return now
        time.sleep(TURN_SECONDS)


def _again(ground: Ground, seen: Seen) -> Seen:
    try:
        if seen.driver is Driver.MODEMMANAGER:
            return managed.look(ground.around, seen.at)[0]
    except Unavailable:
        return seen
    now = finding.at_port(seen.at, seen.id, ground.open_port)
    return seen if now.trouble else now


def _installed(ground: Ground, asked: Connectivity, way: Way, pin: str) -> Way:
    """Write the connection down; go over it where something dials."""
    seen = way.first
    if seen is None or seen.card is None:
        return way
    line = keyfile.Line(
        card=seen.card,
        apn=asked.apn,
        user=asked.username,
        password=asked.password,
        pin=pin,
        auth=asked.auth,
        ip_type=asked.ip_type,
        home_only=asked.home_only,
        metered=asked.metered,
    )
    line = keyfile.as_an_environment_says(line, ground.around)
    ground.told("install")
    try:
        content = keyfile.keyfile(line, ground.around)
        keyfile.install(content, ground.around)
        way = way._replace(installed=True)
        if seen.driver is not Driver.MODEMMANAGER:
            return way
        with keyfile.by_hand(content, ground.around) as path:
            tried = linktest.test(
                ground.around,
                str(line.uuid),
                path,
                asked.page or _own_page(ground.server),
                ground.server,
                ground.told,
            )
    except (Unavailable, OSError) as exc:
        return way._replace(why=str(exc))
    return way._replace(
        seen=(_again(ground, seen), *way.seen[1:]), link=tried.link, why=tried.why
    )


def _own_page(server: Server) -> str:
    """Where it names none: its clock, which every server of ours tells everybody."""
    nonce = secrets.token_urlsafe(24)
    return f"{server.address.rstrip('/')}{TIME_PATH}?nonce={nonce}"
