"""The line of the SIM card in the pack, as NetworkManager keeps it.

Its values come with the order, never with the description. A PIN is no matter of this
step: one that the card took stays in the file, and in the one that is written anew for
the same card.
"""

from __future__ import annotations

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
_NMCLI: Final = "/usr/bin/nmcli"


class MobileLine:
    def check(self, step: NmGsmStep, ground: Ground) -> Found:
        kept = keyfile.Kept(ground.at(_PATH))
        line = _line(step, ground, kept)
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
            if kept.get(part, name) != value
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
            kept = keyfile.Kept(ground.at(_PATH))
            content = keyfile.keyfile(_line(step, ground, kept), around)
        except Unavailable as exc:
            raise failed("tool_failed", str(exc)) from exc
        at = ground.at(_PATH)
        at.parent.mkdir(parents=True, exist_ok=True)
        ground.write(at, content, _MODE)
        ground.kept.note("done", True)

    def undo(self, step: NmGsmStep, ground: Ground) -> str:
        return ""


def _line(step: NmGsmStep, ground: Ground, kept: keyfile.Kept) -> keyfile.Line:
    """As it is wanted; the number as its modem says it, and the PIN, are those there.

    Without the PIN, nobody would open the card after the next start.
    """
    given = ground.connection
    try:
        card = iccid(given.get("iccid", ""))
    except NotAnIccid as exc:
        raise failed("no_connection_given") from exc
    there = kept.card(card)
    return keyfile.Line(
        card=there or card,
        apn=given.get("apn", ""),
        user=given.get("username", ""),
        password=given.get("password", ""),
        pin=kept.get("gsm", "pin") if there else "",
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


def _is_secret(ground: Ground) -> bool:
    return stat.S_IMODE(ground.at(_PATH).lstat().st_mode) == _MODE
