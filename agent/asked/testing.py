"""What is typed to try what a machine can do."""

from __future__ import annotations

import argparse

from agent.asked import Doing
from agent.words import Words


def add(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
    tests = doing.add_parser(
        "test", parents=[late], help=words("try what this machine can do, step by step")
    )
    tests.add_argument(
        "--only",
        default="",
        metavar="NAME,NAME",
        help=words("the tests to make, such as keyboard,screen"),
    )
    tests.add_argument(
        "--language",
        choices=("fr", "en"),
        help=words("the language of the questions"),
    )
    tests.add_argument(
        "--resume",
        action="store_true",
        help=words("go on with the tests that were not finished"),
    )
    tests.add_argument(
        "--seconds",
        type=int,
        help=words("how long memory and processor are loaded, each"),
    )
