"""Open a serial line, here or on another machine, for nobody else meanwhile."""

from __future__ import annotations

import termios
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agent.tell import Unusable
from agent.words import Words

if TYPE_CHECKING:
    from serial import Serial

READ_SECONDS = 0.2
WRITE_SECONDS = 1.0

# Makers of modems (USB vendors). A port of theirs is never a scanner.
MODEM_MAKERS = frozenset(
    {0x12D1, 0x19D2, 0x2C7C, 0x1199, 0x1BC7, 0x1E0E, 0x1546, 0x0BDB, 0x05C6, 0x2CB7}
)

# What a line that is gone, or held by somebody else, raises.
Gone = (OSError, termios.error)


class Line(NamedTuple):
    """Where the scanner hangs, and how it speaks. `mode`: data bits, parity, stop bits."""

    where: str
    baud: int = 9600
    mode: str = "8N1"

    @property
    def is_here(self) -> bool:
        """Whether it is a port of this machine: not `socket://`, not `rfc2217://`."""
        return "://" not in self.where


def open_line(line: Line) -> Serial:
    """Open it. Raises one of `Gone`, or ValueError for what no line can be."""
    import serial

    opened: Serial = serial.serial_for_url(
        line.where,
        baudrate=line.baud,
        bytesize=int(line.mode[0]),
        parity=line.mode[1],
        stopbits=int(line.mode[2]),
        timeout=READ_SECONDS,
        # a line on another machine knows neither
        write_timeout=WRITE_SECONDS if line.is_here else None,
        exclusive=True if line.is_here else None,
    )
    return opened


def refuse_modem(line: Line, words: Words) -> None:
    """Refuse a port that belongs to a modem, before a byte goes to it."""
    from serial.tools.list_ports import comports

    if not line.is_here:
        return
    real = Path(line.where).resolve()
    for port in comports():
        if Path(port.device).resolve() == real and port.vid in MODEM_MAKERS:
            raise Unusable(
                words(
                    "{port} belongs to a modem ({what}), not to a scanner. Nothing was "
                    "sent to it.",
                    port=line.where,
                    what=port.description,
                )
            )
