"""The line of the SIM card in the pack, as NetworkManager keeps it.

Its values come with the order, never with the description. A PIN is no matter of this
step: one that the card took stays in the file, and in the one that is written anew for
the same card.
"""

from __future__ import annotations

import configparser
import re
import stat
from typing import Final

from agent.collect.around import Around
from agent.connected import Addresses, Asks
from agent.modem import keyfile
from agent.modem.parse.iccid import NotAnIccid, iccid
from agent.modem.ports import Unavailable
from agent.profile.steps import NmGsmStep
from agent.provision.reasons import failed
from agent.provision.step import Found, Ground, Standing

_PATH: Final = f"/{keyfile.FOLDER}/{keyfile.FILE}"
_MODE: Final = 0o600
_ESCAPED: Final = {"s": " ", "t": "\t", "n": "\n", "r": "\r"}
_NMCLI: Final = "/usr/bin/nmcli"


class MobileLine:
    def check(self, step: NmGsmStep, ground: Ground) -> Found:
        line = _line(step, ground)
        said = _said(ground)
        wanted = {
            ("connection", "id"): line.name,
            ("connection", "uuid"): str(line.uuid),
            ("connection", "metered"): "1" if line.metered else "2",
            ("gsm", "apn"): line.apn,
            ("gsm", "username"): line.user,
            ("gsm", "password"): line.password,
            ("gsm", "sim-id"): line.card.digits,
            ("gsm", "home-only"): "true" if line.home_only else "",
            **_agreed(line),
        }
        evidence = {"apn": line.apn, "path": _PATH}
        wrong = [
            f"{part}.{name}"
            for (part, name), value in wanted.items()
            if _plain(said.get(part, name, fallback="")) != value
        ]
        if not wrong and _is_secret(ground):
            return Found(Standing.OK, evidence)
        was_done = bool(ground.kept.noted("done"))
        standing = Standing.DRIFT if was_done else Standing.MISSING
        why = f"the line is not as wanted: {' '.join(wrong) or 'mode'}"
        return Found(standing, evidence, why)

    def apply(self, step: NmGsmStep, ground: Ground) -> None:
        if not ground.at(_NMCLI).exists():
            raise failed("not_offered_here", "nmcli")
        around = Around(root=ground.root, run=ground.run)
        try:
            content = keyfile.keyfile(
                _with_its_pin(_line(step, ground), ground), around
            )
        except Unavailable as exc:
            raise failed("tool_failed", str(exc)) from exc
        at = ground.at(_PATH)
        at.parent.mkdir(parents=True, exist_ok=True)
        ground.write(at, content, _MODE)
        ground.kept.note("done", True)

    def undo(self, step: NmGsmStep, ground: Ground) -> str:
        return ""


def _line(step: NmGsmStep, ground: Ground) -> keyfile.Line:
    given = ground.connection
    try:
        card = iccid(given.get("iccid", ""))
    except NotAnIccid as exc:
        raise failed("no_connection_given") from exc
    return keyfile.Line(
        card=card,
        apn=given.get("apn", ""),
        user=given.get("username", ""),
        password=given.get("password", ""),
        auth=Asks(given.get("auth", Asks.ANY)),
        ip_type=Addresses(given.get("ip_type", Addresses.BOTH)),
        home_only=step.home_only,
        metered=step.metered,
        name=step.name,
    )


def _agreed(line: keyfile.Line) -> dict[tuple[str, str], str]:
    """Which addresses are asked for, and which ways to say who one is are refused."""
    methods = {
        (family, "method"): "disabled" if line.disabled.startswith(family) else "auto"
        for family in ("ipv4", "ipv6")
    }
    ways = {
        ("ppp", f"refuse-{way}"): "true" if way in line.refused else ""
        for way in keyfile.WAYS
    }
    return methods | ways


def _with_its_pin(line: keyfile.Line, ground: Ground) -> keyfile.Line:
    """The line with the PIN that is in the file of the same card.

    Without it, nobody would open the card after the next start.
    """
    said = _said(ground)
    is_same = _plain(said.get("gsm", "sim-id", fallback="")) == line.card.digits
    pin = _plain(said.get("gsm", "pin", fallback="")) if is_same else ""
    return line._replace(pin=pin)


def _said(ground: Ground) -> configparser.RawConfigParser:
    """What the file says, or nothing where it cannot be read as one."""
    said = configparser.RawConfigParser(delimiters=("=",), strict=False)
    at = ground.at(_PATH)
    try:
        said.read_string(at.read_text() if at.is_file() else "")
    except (configparser.Error, UnicodeDecodeError):
        return configparser.RawConfigParser()
    return said


def _plain(value: str) -> str:
    r"""A value without the escapes that GKeyFile writes: `\s` is a blank."""
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), value)


def _is_secret(ground: Ground) -> bool:
    return stat.S_IMODE(ground.at(_PATH).lstat().st_mode) == _MODE
