"""The agent's command line. Exit codes are listed in docs/wire.md."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from agent import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; what is heavy is loaded only for the command that needs it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal is not an error
    given = sys.argv[1:] if argv is None else argv
    if list(given) == ["--version"]:  # asked by scripts: nothing else is loaded
        print(__version__)
        return 0
    from agent.parser import parser_for
    from agent.words import words_for

    words = words_for(os.environ)
    asked = parser_for(words).parse_args(given)
    from agent import commands

    try:
        return commands.run(asked, words)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
