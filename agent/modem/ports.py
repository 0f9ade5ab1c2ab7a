"""Which ports are modems': told by /sys alone, and opened by one program at a time.

Nothing is sent to a port to learn whether it is one. Only devices of makers of modems
are looked at: what else hangs on a serial port may be a scanner, a scale or a UPS,
and must not be spoken to.
"""

from __future__ import annotations

import re
import select
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from agent.collect.around import Around, entries, said

if TYPE_CHECKING:
    import serial

# By USB vendor: Huawei, ZTE, Quectel, Sierra, Telit, SIMCom, u-blox, Dell, Ericsson,
# Qualcomm, Foxconn, Fibocom, TCL/Alcatel, Option, Cinterion, MeiG.
MAKERS: Final = frozenset(
    {
        *("12d1", "19d2", "2c7c", "1199", "1bc7", "1e0e", "1546", "413c"),
        *("0bdb", "05c6", "3566", "2cb7", "1bbb", "0af0", "1e2d", "2dee"),
    }
)
# Of the same makers, and no modems: u-blox's satellite receivers, and Qualcomm's chips
# while they wait for a firmware.
NO_MODEM: Final = re.compile("1546:01a.|05c6:90(?:08|0e)")
# Where a maker puts the port that takes commands; its other ports come after, but for
# those that are known to be something else (diagnosis, satellites).
FIRST: Final = {
    "2c7c": (2, 3),
    "1e0e": (2, 3),
    "1199": (3,),
    "19d2": (1,),
    "12d1": (2,),
}
NEVER: Final = {"2c7c": (0, 1), "1e0e": (0, 1)}
ACM = ("02", "02")  # class and subclass of a port that says itself what it speaks
OF_COMMANDS = frozenset({"01", "02", "03", "04", "05", "06"})  # V.250 and its kin

BAUD = 115_200
WRITE_SECONDS = 5.0


class Port(NamedTuple):
    """One serial port of a modem, with the number of its USB interface."""

    path: str
    interface: int
    is_of_commands: bool = False


class Stick(NamedTuple):
    """One modem on the bus, with its ports in the order in which to try them."""

    place: str
    vendor: str
    product: str
    make: str = ""
    model: str = ""
    ports: tuple[Port, ...] = ()
    networks: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.vendor}:{self.product}"


class Unavailable(Exception):
    """A port that cannot be opened, or that went away, for the reason given."""


class Wire(Protocol):
    """A port as a line of commands needs it."""

    def read(self, seconds: float) -> bytes:
        """What came, as soon as something did; b"" where nothing did in time."""

    def write(self, content: bytes) -> None: ...

    def close(self) -> None: ...


def sticks(around: Around) -> tuple[Stick, ...]:
    """The modems on USB. A network card of the same makers without a port is one too."""
    found = (_stick(folder) for folder in entries(around.sys / "bus/usb/devices"))
    return tuple(each for each in found if each and (each.ports or each.networks))


def _stick(folder: Path) -> Stick | None:
    vendor, product = said(folder / "idVendor"), said(folder / "idProduct")
    if vendor not in MAKERS or NO_MODEM.fullmatch(f"{vendor}:{product}"):
        return None
    faces = [each for each in entries(folder) if (each / "bInterfaceNumber").exists()]
    ports = [port for face in faces for port in _ports(face)]
    networks = [card.name for face in faces for card in entries(face / "net")]
    return Stick(
        place=folder.name,
        vendor=vendor,
        product=product,
        make=said(folder / "manufacturer"),
        model=said(folder / "product"),
        ports=tuple(
            sorted(_usable(vendor, ports), key=lambda each: _rank(vendor, each))
        ),
        networks=tuple(sorted(networks)),
    )


def _ports(face: Path) -> list[Port]:
    """A port of usb-serial stands below its interface, one of cdc-acm below `tty`."""
    kind = (said(face / "bInterfaceClass"), said(face / "bInterfaceSubClass"))
    speaks = said(face / "bInterfaceProtocol")
    number = int(said(face / "bInterfaceNumber") or "0", 16)
    names = [each.name for each in (*entries(face), *entries(face / "tty"))]
    return [
        Port(f"/dev/{name}", number, kind == ACM and speaks in OF_COMMANDS)
        for name in names
        if re.fullmatch(r"tty(?:USB|ACM)\d+", name)
    ]


def _usable(vendor: str, ports: list[Port]) -> list[Port]:
    return [port for port in ports if port.interface not in NEVER.get(vendor, ())]


def _rank(vendor: str, port: Port) -> tuple[bool, int, int]:
    known = FIRST.get(vendor, ())
    place = known.index(port.interface) if port.interface in known else len(known)
    return (not port.is_of_commands, place, port.interface)


class SerialPort:
    """A real port by pyserial, held by nobody else meanwhile."""

    def __init__(self, path: str) -> None:
        import termios

        import serial

        self._lost = (OSError, termios.error, serial.SerialException)
        try:
            self._serial: serial.Serial = serial.Serial(
                path, BAUD, timeout=0, write_timeout=WRITE_SECONDS, exclusive=True
            )
        except (*self._lost, ValueError) as exc:
            raise Unavailable(f"{path}: {exc}") from exc

    def read(self, seconds: float) -> bytes:
        try:
            if not select.select([self._serial], [], [], seconds)[0]:
                return b""
            return self._serial.read(max(1, self._serial.in_waiting))
        except self._lost as exc:
            raise Unavailable(f"{self._serial.port}: {exc}") from exc

    def write(self, content: bytes) -> None:
        try:
            self._serial.write(content)
        except self._lost as exc:
            raise Unavailable(f"{self._serial.port}: {exc}") from exc

    def close(self) -> None:
        self._serial.close()
