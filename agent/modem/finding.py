"""Every modem of a machine, asked in the way that is safe for it.

ModemManager first: it holds the ports. A port of its own is spoken to only where
ModemManager does not have the modem, or lets go of it because something is missing.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from agent.collect.around import Around
from agent.connected import Driver
from agent.modem import commands, managed
from agent.modem.line import Line, greets
from agent.modem.parse.card import Tries
from agent.modem.parse.mmcli import Managed
from agent.modem.ports import SerialPort, Stick, Unavailable, Wire, sticks
from agent.modem.seen import Seen

Open = Callable[[str], Wire]

BACK_SECONDS = 60.0  # ModemManager asks a modem anew for as long
TURN_SECONDS = 2.0
HELD = "ModemManager has this port"
NOT_A_MODEM = "nothing answers AT on its ports"


def look(around: Around, open_port: Open = SerialPort, port: str = "", *,
         may_hold: bool = False) -> tuple[Seen, ...]:  # fmt: skip
    """What is seen of every modem. `port`: one that a person names, and no other.

    With `may_hold` ModemManager is made to let go of a modem whose card it cannot name.
    """
    if port:
        return (_named(around, port, open_port),)
    found: list[Seen] = []
    places: list[str] = []
    for path in managed.modems(around) or ():
        with contextlib.suppress(Unavailable):  # pulled out meanwhile
            seen, told = managed.look(around, path)
            places.append(told.device)
            if may_hold and _misses(seen):
                seen = _asked_directly(around, seen, told, open_port)
            found.append(seen)
    others = (each for each in sticks(around) if not _is_at(each, places))
    return (*found, *(_alone(each, open_port) for each in others))


def _named(around: Around, port: str, open_port: Open) -> Seen:
    """The port that a person names, where ModemManager does not have it.

    That it holds a port keeps nobody out who is root.
    """
    for path in managed.modems(around) or ():
        with contextlib.suppress(Unavailable):
            seen, told = managed.look(around, path)
            if port.rpartition("/")[2] in told.at_ports:
                return Seen(driver=Driver.AT, at=port, id=seen.id, trouble=HELD)
    return at_port(port, "", open_port)


def at_port(path: str, usb: str, open_port: Open = SerialPort) -> Seen:
    """Ask on one port; where that fails, say why instead of raising."""
    try:
        with Line(open_port(path)) as line:
            if greets(line):
                return commands.look(line, at=path, usb=usb)
            trouble = NOT_A_MODEM
    except Unavailable as exc:
        trouble = str(exc)
    return Seen(driver=Driver.AT, at=path, id=usb, trouble=trouble)


def _alone(stick: Stick, open_port: Open) -> Seen:
    """A modem that ModemManager does not have: by its ports, else by its label."""
    seen = Seen(driver=Driver.LABELS)
    for port in stick.ports:
        seen = at_port(port.path, stick.id, open_port)
        if not seen.trouble:
            return seen._replace(networks=stick.networks)
    return seen._replace(
        id=stick.id, make=stick.make, model=stick.model, networks=stick.networks
    )


def _is_at(stick: Stick, places: list[str]) -> bool:
    """ModemManager names the USB device, or an interface of it, by its folder."""
    parts = {part.partition(":")[0] for place in places for part in place.split("/")}
    return stick.place in parts


def _misses(seen: Seen) -> bool:
    """Whether the card is there and its number, or the tries left, are not told."""
    if seen.lock in ("absent", "sim-error"):
        return False
    return seen.card is None or (seen.lock == "sim-pin" and seen.tries.pin is None)


def _asked_directly(around: Around, seen: Seen, told: Managed, open_port: Open) -> Seen:
    """The same with what the modem's own port says; as it was where it says nothing."""
    direct = seen
    try:
        with managed.held_back(seen.at):
            for name in told.at_ports:
                direct = at_port(f"/dev/{name}", seen.id, open_port)
                if not direct.trouble:
                    break
        back = _back(around, told.device)
    except Unavailable:
        return seen
    if direct.trouble:
        return back
    return back._replace(
        card=back.card or direct.card,
        why=None if back.card or direct.card else direct.why,
        tries=back.tries if back.tries != Tries() else direct.tries,
    )


def _back(around: Around, device: str) -> Seen:
    """The modem as ModemManager has it again, under a new path."""
    deadline = time.monotonic() + BACK_SECONDS
    while time.monotonic() < deadline:
        for path in managed.modems(around) or ():
            with contextlib.suppress(Unavailable):  # it comes and goes meanwhile
                seen, told = managed.look(around, path)
                if told.device == device:
                    return seen
        time.sleep(TURN_SECONDS)
    raise Unavailable("ModemManager does not take the modem up again")
