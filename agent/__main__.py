"""The agent's command line. Exit codes are listed in docs/wire.md."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from agent import __version__
from agent.words import Words, words_for

STATE = Path("/var/lib/rebond-agent")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; what is heavy is loaded only for the command that needs it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal is not an error
    words = words_for(os.environ)
    asked = _parser(words).parse_args(argv)
    from agent import commands

    try:
        return commands.run(asked, words)
    except KeyboardInterrupt:
        return 130


def _parser(words: Words) -> argparse.ArgumentParser:
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
    enrol.add_argument(
        "--server", required=True, metavar="URL", help=words("the server’s address")
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
    doing.add_parser(
        "report",
        parents=[late],
        help=words("look at this machine and send what was seen"),
    )
    doing.add_parser(
        "show",
        parents=[late],
        help=words("show what can be seen of this machine"),
    )
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


if __name__ == "__main__":
    sys.exit(main())
