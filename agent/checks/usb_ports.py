"""The same stick goes into one port after the other; each place is counted once."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.collect.around import Around, entries, number, said
from agent.vocabulary import Result

PLACE = re.compile(r"\d+-\d+(\.\d+)*")
MASS_STORAGE = "08"
FAST_MBPS = 5000
LOOK_SECONDS = 0.3


@dataclasses.dataclass
class Ports:
    """Where something was plugged in until now, and how fast it spoke there."""

    wanted: int
    before: frozenset[str]
    speeds: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def seen(self) -> int:
        return len(self.speeds)

    def look(self, around: Around) -> bool:
        """Whether a port was seen for the first time."""
        known = self.seen
        for folder in plugged(around):
            is_new = folder.name not in self.before or is_plugged_in(folder)
            if is_new and folder.name not in self.speeds:
                self.speeds[folder.name] = number(folder / "speed") or 0
        return self.seen > known


def plugged(around: Around) -> list[Path]:
    """Every USB device at its place, such as 1-2.3; no root hub, no interface."""
    devices = entries(around.sys / "bus/usb/devices")
    return [each for each in devices if PLACE.fullmatch(each.name)]


def is_plugged_in(folder: Path) -> bool:
    """Whether a device that was there before is one of those people plug in."""
    if said(folder / "removable") == "removable":
        return True
    interfaces = entries(folder.parent)
    return any(
        each.name.startswith(f"{folder.name}:")
        and said(each / "bInterfaceClass") == MASS_STORAGE
        for each in interfaces
    )


def usb_ports(desk: Desk) -> Found:
    words = desk.words
    around = desk.bench.around
    if not (around.sys / "bus/usb/devices").is_dir():
        return Found(
            Result.NOT_TESTED, words("No USB controller is seen."), {"ports": 0}
        )
    desk.show(words("USB ports"))
    question = words("How many USB ports are there?")
    wanted = desk.choose(question, [str(n) for n in range(1, 10)]) + 1
    before = frozenset(folder.name for folder in plugged(around))
    ports = Ports(wanted, before)
    _draw(ports, desk)
    while ports.seen < wanted:
        key = desk.heed(LOOK_SECONDS)
        if ports.look(around):
            _draw(ports, desk)
        if key == "1":
            break
    return judge(ports, desk)


def judge(ports: Ports, desk: Desk) -> Found:
    words = desk.words
    fast = sum(speed >= FAST_MBPS for speed in ports.speeds.values())
    numbers = {"ports": ports.wanted, "seen": ports.seen, "fast": fast}
    facts = {"seen": ports.seen, "ports": ports.wanted}
    if ports.seen >= ports.wanted:
        return Found(
            Result.PASS, words("Every port answered: {ports}.", **facts), numbers
        )
    if not ports.seen:
        return Found(Result.FAIL, words("No port answered."), numbers)
    reason = words("Ports that answered: {seen} of {ports}.", **facts)
    return Found(Result.WARN, reason, numbers)


def _draw(ports: Ports, desk: Desk) -> None:
    words = desk.words
    marks = "█" * ports.seen + "·" * max(0, ports.wanted - ports.seen)
    count = words("Ports seen: {seen} of {ports}", seen=ports.seen, ports=ports.wanted)
    desk.show(
        words("USB ports"),
        words("Put the same stick into each port and wait for it to be counted."),
        words("A port that holds the system’s own stick counts already."),
        "",
        f"{marks}  {count}",
        "",
        f"  [1] {words('the other ports do not answer')}",
        f"  [s] {words('skip: not tested')}",
        f"  [q] {words('stop here, go on later')}",
    )
