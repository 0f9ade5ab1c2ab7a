"""What is typed to try a modem and its card."""

from __future__ import annotations

import argparse

from agent.asked import Doing
from agent.words import Words


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    connect = doing.add_parser(
        "connect", parents=[late], help=words("try the modem and the card of the pack")
    )
    connect.add_argument(
        "--look",
        action="store_true",
        help=words("only show what is seen; nothing is changed, nobody is asked"),
    )
    connect.add_argument(
        "--port",
        default="",
        metavar="PORT",
        help=words("this serial port, and no other: a modem that is not known as one"),
    )
    connect.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the answer"),
    )
    connect.add_argument(
        "--keep",
        action="store_true",
        help=words("keep the report on disk, send nothing"),
    )
