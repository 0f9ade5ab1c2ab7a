"""The words of the command line, and what each of them stands for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from agent import __version__
from agent.words import Words

STATE = Path("/var/lib/rebond-agent")
CONFIG = Path("/etc/rebond-agent.toml")

Doing: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser_for(words: Words) -> argparse.ArgumentParser:
    """Everything the agent can be asked for, explained in one language."""
    about = words("Says to a Rebond server what this machine really is.")
    parser = argparse.ArgumentParser(prog="python -m agent", description=about)
    parser.add_argument("--version", action="version", version=__version__)
    _add_state(parser, words, STATE)
    late = argparse.ArgumentParser(add_help=False)
    _add_state(late, words, argparse.SUPPRESS)
    doing = parser.add_subparsers(dest="command", required=True)
    enrol = doing.add_parser(
        "enrol", parents=[late], help=words("make this machine known to a server")
    )
    enrol.add_argument("code", help=words("the join code shown by the server"))
    enrol.add_argument("--server", metavar="URL", help=words("the server’s address"))
    enrol.add_argument(
        "--pin",
        default="",
        metavar="SHA256",
        help=words("the SHA-256 of the public key of the authority to trust"),
    )
    enrol.add_argument(
        "--config",
        type=Path,
        default=CONFIG,
        metavar="FILE",
        help=words("where the server is named when it is not typed"),
    )
    enrol.add_argument(
        "--ca",
        type=Path,
        metavar="FILE",
        help=words("a PEM file with the one authority to trust for this server"),
    )
    enrol.add_argument(
        "--plain-http",
        action="store_true",
        help=words("allow unencrypted HTTP to another machine"),
    )
    once = doing.add_parser(
        "report",
        parents=[late],
        help=words("look at this machine and send what was seen"),
    )
    once.add_argument(
        "--keep",
        action="store_true",
        help=words("keep the report on disk, send nothing"),
    )
    doing.add_parser(
        "show",
        parents=[late],
        help=words("show what can be seen of this machine"),
    )
    _add_tests(doing, late, words)
    _add_erasure(doing, late, words)
    _add_service(doing, late, words)
    return parser


def _add_tests(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
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


def _add_erasure(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
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


def _add_service(doing: Doing, late: argparse.ArgumentParser, words: Words) -> None:
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


def _add_state(
    parser: argparse.ArgumentParser, words: Words, default: Path | str
) -> None:
    """`--state` may stand before the command or after it."""
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        default=default,
        help=words("where the agent keeps its identity and its reports"),
    )
