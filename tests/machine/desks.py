"""What people do at their desks, by a process that stays: one line asks, one answers.

Starting Django for each look at the server would cost the emulated machine beside it
more time than anything that is tested.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.browser.server import ROOT, ServerDied
from tests.faults.installation import Installation

Ask = Callable[..., dict[str, Any]]


@contextmanager
def desks(running: Installation, module: str) -> Iterator[Ask]:
    """The acts of a module that ends with `answer`, for one installation.

    What was asked raises ServerDied where it failed; why stands beside the failure.
    """
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=running.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None

        def ask(*words: str) -> dict[str, Any]:
            asked.write(f"{json.dumps(words)}\n")
            asked.flush()
            line = answers.readline()
            if not line:
                raise ServerDied(f"{module}: {words}")
            answered: dict[str, Any] = json.loads(line)
            return answered

        try:
            yield ask
        finally:
            process.kill()


def answer(acts: Mapping[str, Ask]) -> None:
    """Do what comes in, until nothing more can come."""
    for line in sys.stdin:
        name, *words = json.loads(line)
        print(json.dumps(acts[name](*words), default=str), flush=True)  # noqa: T201
