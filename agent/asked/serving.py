"""What is typed to let the agent stay, carry its reports by hand, and forget itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.asked import Doing
from agent.words import Words


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    stay = doing.add_parser(
        "run", parents=[late], help=words("stay, and do what the server asks")
    )
    stay.add_argument(
        "--set-clock",
        action="store_true",
        help=words("set this machine’s clock from the server’s signed time"),
    )
    carry = doing.add_parser(
        "export",
        parents=[late],
        help=words("write the waiting reports into a file, to be carried by hand"),
    )
    carry.add_argument(
        "target",
        type=Path,
        metavar="FOLDER|FILE",
        help=words("where to write, such as a USB stick"),
    )
    forget = doing.add_parser(
        "deidentify",
        parents=[late],
        help=words("forget who this machine is, before its disk is copied"),
    )
    forget.add_argument(
        "--discard-waiting",
        action="store_true",
        help=words("also forget reports that were never sent"),
    )
