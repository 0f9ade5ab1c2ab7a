"""What makes a scanner beep, as the makers’ manuals say.

- `bel`: BEL. Motorola Symbol DS9808 and DS9208 Product Reference Guides, table 2-1 (with
  “Beep on <BEL>” switched on); Datalogic Magellan 9300i and 9800i Product Reference
  Guides, appendix E, which sound their good-read tone for it.
- `datalogic`: `B`, good read; `F`, not on file. Datalogic Magellan 9300i, appendix E;
  PowerScan Product Reference Guide, appendix E, where `F` also puts the scanner to rest
  until `E`, which is sent behind it.
- `honeywell`: `ESC 7 ,`, read and taken; `ESC 8 ,`, twice, not. Honeywell Xenon/Granit
  User Guide, Host ACK, which has to be switched on there.
- `opticon`: `ESC B CR`, good read; `ESC E CR`, error. Opticon NLV-4001 Specifications
  Manual, Universal Commands.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple


class Beep(enum.StrEnum):
    """Whose manner of beeping. `none` sends the scanner nothing at all."""

    NONE = "none"
    BEL = "bel"
    DATALOGIC = "datalogic"
    HONEYWELL = "honeywell"
    OPTICON = "opticon"


class Signals(NamedTuple):
    """The bytes for a code that is safe, and for one that has to be read again."""

    taken: bytes
    again: bytes


SIGNALS: Mapping[Beep, Signals] = {
    Beep.NONE: Signals(b"", b""),
    Beep.BEL: Signals(b"\x07", b"\x07\x07\x07"),
    Beep.DATALOGIC: Signals(b"B", b"FE"),
    Beep.HONEYWELL: Signals(b"\x1b7,", b"\x1b8,\x1b8,"),
    Beep.OPTICON: Signals(b"\x1bB\r", b"\x1bE\r"),
}
