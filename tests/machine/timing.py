"""Runs in the guest: each program in turns, its wall time and the memory it held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

PATH = "/usr/share/rebond-agent"
LOOK = "from agent.collect import Around, look; look(Around())"
PROGRAMS = {
    "our inventory": ["/usr/bin/python3", "-c", LOOK],
    "rebond-agent --version": ["/usr/bin/rebond-agent", "--version"],
    "python3 -c pass": ["/usr/bin/python3", "-c", "pass"],
    "lshw -json": ["/usr/bin/lshw", "-quiet", "-json"],
    "fusioninventory-inventory": ["/usr/bin/fusioninventory-inventory"],
}


def once(command: list[str]) -> tuple[float, int]:
    """Wall seconds, and the most kibibytes that the process itself held."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": PATH, "LC_ALL": "C.UTF-8"}
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.monotonic() - started, used.ru_maxrss


def main() -> None:
    there = {name: c for name, c in PROGRAMS.items() if os.path.exists(c[0])}  # noqa: PTH110
    runs: dict[str, list[tuple[float, int]]] = {name: [] for name in there}
    for _round in range(int(sys.argv[1])):
        for name, command in there.items():
            runs[name].append(once(command))
    print(f"\nTIMING {json.dumps(runs)}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
