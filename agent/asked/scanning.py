"""What is typed to bring the codes of a scanner to a station."""

from __future__ import annotations

import argparse

from agent.asked import Doing
from agent.asked.joining import add_server
from agent.words import Words

# Those of agent.scanner.port and agent.scanner.beeping, which are not loaded to help.
SERIAL_MODES = tuple(f"{b}{p}{s}" for b in "87" for p in "NEO" for s in "12")
BEEPS = ("none", "bel", "datalogic", "honeywell", "opticon")


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    scanner = doing.add_parser(
        "scanner",
        parents=[late],
        help=words("bring the codes of a serial scanner to a scan station"),
    )
    scanner.add_argument(
        "--port",
        required=True,
        metavar="PORT",
        help=words("where it hangs: /dev/ttyUSB0, socket://HOST:PORT, rfc2217://…"),
    )
    scanner.add_argument(
        "--station",
        required=True,
        metavar="NAME",
        help=words("the name of the scan station, as its page says it"),
    )
    scanner.add_argument(
        "--code", default="", help=words("the join code from the station’s page")
    )
    add_server(scanner, words)
    scanner.add_argument(
        "--baud", type=int, default=9600, help=words("bits a second (9600)")
    )
    scanner.add_argument(
        "--mode",
        choices=SERIAL_MODES,
        default="8N1",
        help=words("data bits, parity and stop bits (8N1)"),
    )
    scanner.add_argument(
        "--beep",
        choices=BEEPS,
        default="none",
        help=words("how this scanner beeps when it is told to"),
    )
