"""Look, over and over, at what every process of this machine shows to everybody.

A program of its own: it reads one word from its input, and says which processes have it
among their words or in their environment, a line each, until its input ends.
"""

from __future__ import annotations

import select
import sys
from pathlib import Path

SHOWN = ("cmdline", "environ")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def watch(word: bytes) -> None:
    seen: set[tuple[str, bytes]] = set()
    while not select.select([sys.stdin], [], [], 0)[0]:
        for process in Path("/proc").glob("[0-9]*"):
            for name in SHOWN:
                try:
                    shown = (process / name).read_bytes()
                except OSError:  # it ended meanwhile
                    continue
                if word in shown and (process.name, shown) not in seen:
                    seen.add((process.name, shown))
                    tell(f"{name} {shown.replace(bytes(1), b' ').decode()}")


if __name__ == "__main__":
    given = sys.stdin.readline().strip().encode()
    tell("watching")
    watch(given)
