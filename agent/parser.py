"""The words of the command line, and what each of them stands for."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent import __version__
from agent.asked import (
    connecting,
    erasing,
    installing,
    joining,
    scanning,
    serving,
    testing,
)
from agent.words import Words

STATE = Path("/var/lib/rebond-agent")


def parser_for(words: Words) -> argparse.ArgumentParser:
    """Everything the agent can be asked for, explained in one language."""
    about = words("Says to a Rebond server what this machine really is.")
    parser = argparse.ArgumentParser(prog="python -m agent", description=about)
    parser.add_argument("--version", action="version", version=__version__)
    _add_state(parser, words, STATE)
    late = argparse.ArgumentParser(add_help=False)
    _add_state(late, words, argparse.SUPPRESS)
    doing = parser.add_subparsers(dest="command", required=True)
    joining.add(doing, late, words)
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
    testing.add(doing, late, words)
    scanning.add(doing, late, words)
    connecting.add(doing, late, words)
    erasing.add(doing, late, words)
    installing.add(doing, late, words)
    serving.add(doing, late, words)
    return parser


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
