"""The screens that are plugged in, as their EDID says."""

from __future__ import annotations

import re
from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, at_most, entries, said
from agent.parse import Unreadable, edid

CONNECTOR = re.compile(r"card\d+-(.+)")
BUILT_IN = ("eDP", "LVDS", "DSI")
MOST = 16
LIMIT_BYTES = 32768  # 256 blocks of 128 bytes


def screens(around: Around) -> Seen[tuple[facts.Screen, ...]]:
    folder = around.sys / "class/drm"
    if not folder.is_dir():
        return Seen((), (_unseen(facts.Why.NOT_OFFERED, "drm"),))
    found, unseen = [], []
    for connector in entries(folder):
        name = CONNECTOR.fullmatch(connector.name)
        if not name or said(connector / "status") == "disconnected":
            continue
        try:
            found.append(_screen(name[1], edid.parse(_content(connector / "edid"))))
        except Unreadable as exc:
            if said(connector / "status") == "connected":
                found.append(_nameless(name[1]))
                unseen.append(_unseen(facts.Why.UNREADABLE, name[1], str(exc)))
    kept = at_most(MOST, found, facts.Subject.SCREENS)
    return Seen(kept.what, (*kept.unseen, *unseen))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES)
    except OSError:
        return b""


def _screen(name: str, said_by: edid.Edid) -> facts.Screen:
    return facts.Screen(
        name=name,
        built_in=name.startswith(BUILT_IN),
        make=said_by.make,
        model=said_by.model or f"{said_by.product:04X}",
        serial=said_by.serial,
        year=said_by.year,
        width_px=said_by.width_px,
        height_px=said_by.height_px,
        width_mm=said_by.width_mm,
        height_mm=said_by.height_mm,
    )


def _nameless(name: str) -> facts.Screen:
    return facts.Screen(name=name, built_in=name.startswith(BUILT_IN))


def _unseen(why: facts.Why, about: str, detail: str = "") -> facts.Unseen:
    return facts.Unseen(
        subject=facts.Subject.SCREENS, why=why, about=about, detail=detail
    )
