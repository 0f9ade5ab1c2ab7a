"""Benches to test on: a clock that runs by itself, tools as real programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent import run
from agent.checks.bench import Bench
from agent.checks.gauges import Gauges
from agent.checks.words import Spoken
from agent.vocabulary import Why
from tests.agent.trees import Tools, around

ENGLISH = Spoken(is_french=False)
FRENCH = Spoken(is_french=True)


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def bench(root: Path, tools: Tools | None = None, **changes: Any) -> Bench:
    """A bench where nothing is installed but `tools`, and waiting takes no time."""
    clock = Clock()
    handed: dict[str, Any] = {
        "around": around(root, tools),
        "words": ENGLISH,
        "run_long": run_nothing,
        "sleep": clock.sleep,
        "monotonic": clock,
        "read_gauges": Gauges,
        **changes,
    }
    return Bench(**handed)


def real(each: Bench, **changes: Any) -> Bench:
    """The same bench, with real processes and real time."""
    plain = Bench(around=each.around, words=each.words)
    return dataclasses.replace(
        plain,
        around=each.around._replace(run=run.run),
        load_seconds=each.load_seconds,
        memory_seconds=each.memory_seconds,
        **changes,
    )


def run_nothing(argv: Sequence[str], _seconds: float, _stopped: Any) -> run.Ran:
    return run.Ran(tuple(argv), why=Why.TOOL_MISSING)


def install(folder: Path, name: str, script: str) -> Path:
    """A real program of that name in `folder`."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program
