"""What `mmcli -J` says: a modem, its card, and what is not known as "--"."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from agent.modem.parse.card import Tries
from agent.parse import Unreadable

NOTHING = "--"
COUNTED = re.compile(r"sim-(pin2?|puk2?) \((\d+)\)")


class Managed(NamedTuple):
    """A modem as ModemManager has it."""

    sim: str = ""
    make: str = ""
    model: str = ""
    revision: str = ""
    imei: str = ""
    device: str = ""
    lock: str = ""
    tries: Tries = Tries()
    state: str = ""
    failed: str = ""
    standing: str = ""
    operator: str = ""
    technology: str = ""
    signal_percent: int | None = None
    number: str = ""
    at_ports: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


def listed(raw: bytes) -> tuple[str, ...]:
    """The modems' paths on the bus."""
    found = _object(raw).get("modem-list")
    if not isinstance(found, list):
        raise Unreadable("no list of modems")
    return tuple(each for each in found if isinstance(each, str))


def modem(raw: bytes) -> Managed:
    whole = _object(raw).get("modem")
    if not isinstance(whole, dict):
        raise Unreadable("no modem")
    ports = [each.partition(" ") for each in _several(whole, "generic", "ports")]
    return Managed(
        sim=_one(whole, "generic", "sim"),
        make=_one(whole, "generic", "manufacturer"),
        model=_one(whole, "generic", "model"),
        revision=_one(whole, "generic", "revision"),
        imei=_one(whole, "3gpp", "imei")
        or _one(whole, "generic", "equipment-identifier"),
        device=_one(whole, "generic", "device"),
        lock=_one(whole, "generic", "unlock-required"),
        tries=_tries(_several(whole, "generic", "unlock-retries")),
        state=_one(whole, "generic", "state"),
        failed=_one(whole, "generic", "state-failed-reason"),
        standing=_one(whole, "3gpp", "registration-state"),
        operator=_one(whole, "3gpp", "operator-name"),
        technology=", ".join(_several(whole, "generic", "access-technologies")),
        signal_percent=_percent(whole),
        number=next(iter(_several(whole, "generic", "own-numbers")), ""),
        at_ports=tuple(name for name, _, kind in ports if kind == "(at)"),
        networks=tuple(name for name, _, kind in ports if kind == "(net)"),
    )


def card_number(raw: bytes) -> str:
    """The card's number as it was read, in whichever order of its digits."""
    whole = _object(raw).get("sim")
    return _one(whole, "properties", "iccid") if isinstance(whole, dict) else ""


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise Unreadable("no JSON") from exc
    if not isinstance(found, dict):
        raise Unreadable("no object")
    return found


def _said(whole: dict[str, Any], group: str, name: str) -> Any:
    inside = whole.get(group)
    return inside.get(name) if isinstance(inside, dict) else None


def _one(whole: dict[str, Any], group: str, name: str) -> str:
    found = _said(whole, group, name)
    return found if isinstance(found, str) and found != NOTHING else ""


def _several(whole: dict[str, Any], group: str, name: str) -> list[str]:
    found = _said(whole, group, name)
    each = found if isinstance(found, list) else [found]
    return [one for one in each if isinstance(one, str) and one != NOTHING]


def _percent(whole: dict[str, Any]) -> int | None:
    quality = _said(whole, "generic", "signal-quality")
    said = quality.get("value") if isinstance(quality, dict) else None
    is_number = isinstance(said, str) and re.fullmatch(r"\d{1,3}", said, re.ASCII)
    return min(100, int(said)) if said and is_number else None


def _tries(said: list[str]) -> Tries:
    found = [COUNTED.fullmatch(each) for each in said]
    return Tries(**{each[1]: int(each[2]) for each in found if each})
