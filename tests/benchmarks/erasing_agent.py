"""The real service, on a machine whose drives are files: `ROOT STATE`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from pathlib import Path

from agent import service
from agent.__main__ import main
from agent.erase.job import Erase
from agent.run import Talk

ROOT = Path(__file__).resolve().parents[2]


def start(root: str, argv: Sequence[str]) -> Talk:
    """The process apart, with the same words, for the machine of files."""
    child = [sys.executable, "-m", "tests.agent.erase.child", root, *argv[-2:]]
    return Talk(["env", f"PYTHONPATH={ROOT}", *child])


if __name__ == "__main__":
    _, root, state = sys.argv
    erase = functools.partial(Erase, start=functools.partial(start, root))
    setattr(service, Erase.__name__, erase)
    sys.exit(main(["--state", state, "run"]))
