"""Ask ModemManager, which holds the ports of nearly every modem there is."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from agent.collect.around import Around, said
from agent.connected import Driver, Standing
from agent.modem import bus
from agent.modem.parse import mmcli
from agent.modem.parse.mmcli import Managed
from agent.modem.ports import Unavailable
from agent.modem.seen import Seen, card_of
from agent.parse import Unreadable
from agent.run import Talk

ASK_SECONDS = 20.0
PIN_SECONDS = 40.0
HOLD_SECONDS = 15.0
SERVICE: Final = "org.freedesktop.ModemManager1"
OF_THE_CARD: Final = f"{SERVICE}.Error.MobileEquipment."
HELD: Final = b"successfully inhibited"
# The states of a modem whose card is open. Its `lock` is "--" then, or another code's.
OPEN: Final = frozenset(
    {
        *("disabled", "disabling", "enabling", "enabled", "searching", "registered"),
        *("connecting", "connected", "disconnecting"),
    }
)


class Held(Protocol):
    """A program that says lines until it is ended: agent.run.Talk."""

    def lines(self, seconds: float) -> list[bytes]: ...

    def leave(self, seconds: float) -> int | None: ...

    def end(self) -> None: ...


def modems(around: Around) -> tuple[str, ...] | None:
    """The modems that it has, by their path; None where it is not there at all."""
    ran = around.run(("mmcli", "-J", "-L"), ASK_SECONDS)
    if ran.exit_code != 0:
        return None
    try:
        return mmcli.listed(ran.stdout)
    except Unreadable:
        return None


def look(around: Around, path: str) -> tuple[Seen, Managed]:
    """One modem with its card. Raises Unavailable where it is gone meanwhile."""
    ran = around.run(("mmcli", "-J", "-m", path), ASK_SECONDS)
    try:
        found = mmcli.modem(ran.stdout)
    except Unreadable as exc:
        raise Unavailable(
            f"mmcli: {ran.stderr.decode(errors='replace')[:120]}"
        ) from exc
    number, why = card_of(_card(around, found.sim))
    return Seen(
        driver=Driver.MODEMMANAGER,
        at=path,
        sim=found.sim,
        id=_id(around, found.device),
        make=found.make,
        model=found.model,
        revision=found.revision,
        imei=found.imei,
        card=number,
        why=why,
        number=found.number,
        lock=_lock(found),
        tries=found.tries,
        standing=_standing(found.standing),
        operator=found.operator,
        technology=found.technology,
        signal_percent=found.signal_percent,
        networks=found.networks,
    ), found


def enter(sim: str, pin: str) -> bool | None:
    """Hand it a PIN, once; None where it did not say what became of it.

    It refuses for many reasons, and only the modem's own word is the card's. mmcli would
    show the PIN among its words to everybody on the machine; so it is not asked.
    """
    try:
        error = bus.call(
            bus.Method(SERVICE, sim, f"{SERVICE}.Sim", "SendPin"), pin, PIN_SECONDS
        )
    except Unavailable:
        return None
    if not error:
        return True
    return False if OF_THE_CARD in error else None


@contextlib.contextmanager
def held_back(
    path: str,
    start: Callable[[Sequence[str]], Held] = Talk,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Keep ModemManager off a modem's ports, as long as this lasts.

    It keeps off while the program that asked lives, and takes the modem up again as a
    new one. Raises Unavailable where it does not let go.
    """
    try:
        talk = start(("mmcli", "-m", path, "--inhibit"))
    except OSError as exc:
        raise Unavailable(f"mmcli: {exc}") from exc
    try:
        deadline = monotonic() + HOLD_SECONDS
        while not any(HELD in line for line in talk.lines(1.0)):
            if monotonic() >= deadline or getattr(talk, "is_over", False):
                raise Unavailable("ModemManager keeps the modem’s ports")
        yield
    finally:
        talk.leave(0)
        talk.end()


def _card(around: Around, sim: str) -> str:
    if not sim:
        return ""
    ran = around.run(("mmcli", "-J", "-i", sim), ASK_SECONDS)
    try:
        return mmcli.card_number(ran.stdout)
    except Unreadable:
        return ""


def _lock(found: Managed) -> str:
    if found.state in OPEN:
        return "none"
    if found.failed in ("sim-missing", "sim-error"):
        return "absent" if found.failed == "sim-missing" else "sim-error"
    return found.lock or "unknown"


def _standing(word: str) -> Standing:
    """What only roaming or home for messages is registered as well."""
    plain = word.removesuffix("-sms-only").removesuffix("-csfb-not-preferred")
    try:
        return Standing(plain)
    except ValueError:
        return Standing.UNKNOWN


def _id(around: Around, device: str) -> str:
    """ModemManager names a device by its place in /sys."""
    folder = around.root / device.lstrip("/")
    vendor, product = said(folder / "idVendor"), said(folder / "idProduct")
    return f"{vendor}:{product}" if vendor else ""
