"""What a serial scanner at a scan station and the server say to each other.

The scanner’s own credential is made by the machine it hangs on, and told with a code
that somebody made on the station’s page: the same code with the same credential again
gets the same answer, because the first may have been lost on the way.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Final

from agent.fields import Count, Line, Token, Word
from agent.kinds import AtMost, Text
from agent.message import Message

SCANNER_PATH: Final = "/api/agent/v1/scanner/"
SCANS_PATH: Final = "/api/agent/v1/scanner/scans/"

MAX_SCANS: Final = 100
# Longer than any code of ours, and than what a scan station reads.
MAX_CODE: Final = 512


class JoinScanner(Message):
    """A scanner asks to be that of a station. `token` is its credential from now on."""

    code: Word
    station: Line
    token: Token


class ScannerJoined(Message):
    """The station that the scanner is at, and its site, as people name them."""

    station: Line
    site: Line = ""


class Read(Message):
    """One code that was read. `nonce` makes it count once, however often it is sent.

    `age_ms`: for how long it has waited; None where that is not known any more.
    """

    nonce: uuid.UUID
    code: Annotated[str, Text(MAX_CODE)]
    age_ms: Count | None = None


class Scans(Message):
    """Codes in the order in which they were read."""

    scans: Annotated[tuple[Read, ...], AtMost(MAX_SCANS)]


class ScansKept(Message):
    """The server holds these. `waiting`: how many wait for somebody at the station."""

    kept: Annotated[tuple[uuid.UUID, ...], AtMost(MAX_SCANS)]
    waiting: Count = 0
