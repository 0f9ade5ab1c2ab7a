"""Eighty laptops for five minutes: `python -m tests.load [--seconds 300]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.load.crowd import CUT_PERCENT, LAPTOPS, Heard, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="rebond-load-") as folder:
        heard = run(Path(folder), asked.seconds)
    print(told(heard))  # noqa: T201
    return 0 if not (heard.lost or heard.doubled or heard.failed) else 1


def told(heard: Heard) -> str:
    """A table for docs/benchmarks.md."""
    rows = {
        "machines": LAPTOPS,
        "seconds": f"{heard.seconds:.0f}",
        "reports made": len(heard.made),
        "lost": heard.lost,
        "kept twice": heard.doubled,
        "answers of 500 and above": len(heard.failed),
        f"requests cut ({CUT_PERCENT} % of the exchanges)": heard.cut,
        **{
            f"{name}: count, p95 in ms": (
                f"{len(heard.of(what))}, {heard.p95(what) * 1000:.0f}"
            )
            for name, what in (("report", "reports"), ("poll", "assignment"))
        },
    }
    head = ["| | |", "|---|--:|"]
    return "\n".join(
        [*head, *(f"| {name} | {value} |" for name, value in rows.items())]
    )


if __name__ == "__main__":
    sys.exit(main())
