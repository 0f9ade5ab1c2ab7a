"""What is typed to erase drives."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.asked import Doing
from agent.words import Words


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    erase = doing.add_parser(
        "erase", parents=[late], help=words("erase drives of this machine, for good")
    )
    erase.add_argument(
        "drives",
        nargs="*",
        metavar="DRIVE",
        help=words("a drive, by its name, path or serial number"),
    )
    erase.add_argument(
        "--all",
        action="store_true",
        help=words("every drive that is inside the machine and that nothing uses"),
    )
    erase.add_argument(
        "--dry-run",
        action="store_true",
        help=words("show the plan with its exact commands, and touch nothing"),
    )
    erase.add_argument(
        "--technique", metavar="NAME", help=words("this method, or none at all")
    )
    erase.add_argument(
        "--thaw",
        action="append",
        choices=("sleep", "replug"),
        default=[],
        help=words("for frozen drives: let this machine sleep, or unplug them"),
    )
    erase.add_argument(
        "--order",
        type=Path,
        metavar="FILE",
        help=words("an order that the server gave out as a file"),
    )
    erase.add_argument(
        "--confirm",
        default="",
        metavar="TAG",
        help=words("say yes to the server’s order, with the tag of this machine"),
    )
    erase.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the questions"),
    )
