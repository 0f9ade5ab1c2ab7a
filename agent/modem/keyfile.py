"""The connection as NetworkManager keeps it: for this card alone, and never abroad."""

from __future__ import annotations

import configparser
import contextlib
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from agent import durable
from agent.collect.around import Around
from agent.connected import Addresses, Asks
from agent.modem.parse.iccid import SAME, Iccid, NotAnIccid, iccid
from agent.modem.ports import Unavailable

FOLDER = Path("etc/NetworkManager/system-connections")
FILE = "rebond-internet.nmconnection"
NAME = "Internet (Rebond)"
NMCLI_SECONDS = 20.0
GROUP = b"[gsm]\n"
HEAD = b"[connection]\n"
BY_HAND = b"autoconnect=false\n"
# So that the same card always is the same connection.
SPACE = uuid.UUID("6e0f4b5e-6d0b-4c41-9d6f-0c0e4c1b8a3e")
PIN_NOT_REQUIRED = "4"
# NetworkManager knows what is refused, and ModemManager is told what is left.
WAYS = ("eap", "pap", "chap", "mschap", "mschapv2")
TAKEN: Final = {Asks.NONE: (), Asks.PAP: ("pap",), Asks.CHAP: ("chap",)}
WITHOUT: Final = {Addresses.IPV4: "ipv6.method", Addresses.IPV6: "ipv4.method"}


class Line(NamedTuple):
    """What a connection needs. `pin` only where the card has taken it."""

    card: Iccid
    apn: str
    user: str = ""
    password: str = ""
    pin: str = ""
    auth: Asks = Asks.ANY
    ip_type: Addresses = Addresses.BOTH
    home_only: bool = True
    metered: bool = True
    name: str = NAME

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.uuid5(SPACE, self.card.digits[:SAME])

    @property
    def refused(self) -> tuple[str, ...]:
        """The ways to say who one is that this operator does not ask for."""
        if self.auth not in TAKEN:
            return ()
        return tuple(way for way in WAYS if way not in TAKEN[self.auth])

    @property
    def disabled(self) -> str:
        """The method of the addresses that this operator does not give, or none."""
        return WITHOUT.get(self.ip_type, "")


def keyfile(line: Line, around: Around) -> bytes:
    """What NetworkManager's own tool writes for it; nothing of the system is asked.

    The secrets are put in afterwards: what a program is told, everybody can read.
    Raises Unavailable where the tool is missing or does not like what it gets.
    """
    ran = around.run(_command(line), NMCLI_SECONDS)
    if ran.exit_code != 0 or GROUP not in ran.stdout:
        said = ran.stderr.decode(errors="replace").strip()
        raise Unavailable(f"nmcli: {said or ran.detail or ran.why or ran.exit_code}")
    secrets = [("password", line.password), ("pin", line.pin)]
    lines = [f"{name}={_escaped(value)}\n" for name, value in secrets if value]
    return ran.stdout.replace(GROUP, GROUP + "".join(lines).encode(), 1)


def _command(line: Line) -> tuple[str, ...]:
    user = ("gsm.username", line.user) if line.user else ()
    locked = () if line.pin else ("gsm.pin-flags", PIN_NOT_REQUIRED)
    return (
        *("nmcli", "--offline", "connection", "add", "type", "gsm"),
        *("con-name", line.name, "ifname", "*", "autoconnect", "yes"),
        *("connection.uuid", str(line.uuid)),
        *("connection.metered", "yes" if line.metered else "no"),
        *("gsm.apn", line.apn, *user),
        *("gsm.sim-id", line.card.digits),
        *("gsm.home-only", "yes" if line.home_only else "no"),
        *locked,
        *(word for way in line.refused for word in (f"ppp.refuse-{way}", "yes")),
        *((line.disabled, "disabled") if line.disabled else ()),
    )


def _escaped(value: str) -> str:
    r"""A value as GKeyFile reads it: blanks and backslashes keep their meaning."""
    plain = value.replace("\\", "\\\\")
    blanks = len(plain) - len(plain.lstrip(" "))
    return "\\s" * blanks + plain[blanks:]


_READ: Final = {"s": " ", "t": "\t", "n": "\n", "r": "\r"}


class Kept:
    """What a file of a connection says; nothing where it cannot be read as one."""

    def __init__(self, path: Path) -> None:
        self._said = configparser.RawConfigParser(delimiters=("=",), strict=False)
        try:
            self._said.read_string(path.read_text() if path.is_file() else "")
        except (configparser.Error, UnicodeDecodeError):
            self._said.clear()

    def get(self, part: str, name: str) -> str:
        r"""A value without the escapes that GKeyFile writes: `\s` is a blank."""
        value = self._said.get(part, name, fallback="")
        return re.sub(r"\\(.)", lambda found: _READ.get(found[1], found[1]), value)

    def card(self, same: Iccid) -> Iccid | None:
        """The card as it stands there, where it is the same one.

        A modem may say one character more than is printed on it, and what NetworkManager
        compares is what the modem says.
        """
        with contextlib.suppress(NotAnIccid):
            found = iccid(self.get("gsm", "sim-id"))
            return found if found.is_same(same) else None
        return None


def as_an_environment_says(line: Line, around: Around) -> Line:
    """The line, called and bounded as the environment on this machine has it.

    What an environment brought is looked at again: under another name, or at home
    alone where that was not asked for, it would no longer be as it was installed.
    """
    kept = Kept(around.root / FOLDER / FILE)
    if not kept.card(line.card) or kept.get("connection", "id") in ("", NAME):
        return line
    return line._replace(
        name=kept.get("connection", "id"),
        home_only=kept.get("gsm", "home-only") == "true",
        metered=kept.get("connection", "metered") == "1",
    )


def install(content: bytes, around: Around) -> Path:
    """Put it where NetworkManager looks, readable by root alone, whole or not at all."""
    path = around.root / FOLDER / FILE
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    durable.write(path, content)
    return path


@contextlib.contextmanager
def by_hand(content: bytes, around: Around) -> Iterator[Path]:
    """The same in its place as long as this lasts, but that it does not dial by itself.

    NetworkManager dials as soon as it reads it, and hangs up when it is told to dial: a
    modem that is hung up upon while it dials does not answer for half a minute.
    """
    try:
        yield install(content.replace(HEAD, HEAD + BY_HAND, 1), around)
    finally:
        install(content, around)


def remove(around: Around) -> bool:
    """Take it away, as a machine that comes back has to; whether there was one."""
    path = around.root / FOLDER / FILE
    is_there = path.exists()
    if is_there:
        durable.remove(path)
    return is_there
