"""How long an inventory takes in an emulated machine, beside what others take there.

    python -m tests.machine.speed

builds a guest with the other programs from Debian, starts it once, and runs all of
them in turns in that one start; medians, and the most memory that a process held.
An emulated processor is about twelve times slower than a real one: only the
relations mean something.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.machine import guest as system
from tests.machine import parts, vm
from tests.machine.guest import Guest
from tests.machine.vm import Disk, Machine
from tools import deb

PEERS = ("lshw", "fusioninventory-agent")
ROUNDS = 5
HERE = Path(__file__).parent
START, WORK = 300.0, 900.0
ORDERS = f"""
cat > /run/timing.py <<'END'
{(HERE / "timing.py").read_text()}
END
python3 /run/timing.py {ROUNDS}
"""


def main() -> int:
    with TemporaryDirectory(prefix="rebond-speed-") as name:
        folder = Path(name)
        print(told(measured(folder, system.build(folder, deb.build(folder), PEERS))))  # noqa: T201
    return 0


def measured(folder: Path, guest: Guest) -> dict[str, Any]:
    """Seconds and kibibytes of each run, by the name of what ran."""
    arguments = [
        *vm.booting(guest),
        *vm.orders(folder, ORDERS),
        *vm.network("52:54:00:12:34:56"),
        *vm.ata(Disk(parts.empty(folder / "ata", 256), "EX-ATA-0001", "EXEMPLE-HDD")),
        *vm.nvme(Disk(parts.empty(folder / "nvme", 256), "EX-NVME-0002")),
        *parts.battery(folder),
    ]
    with Machine(folder, arguments) as machine:
        machine.wait_for("^GUEST ready", START)
        line = machine.wait_for(r"^TIMING \{.*\}", WORK)  # a whole line
    found: dict[str, Any] = json.loads(line.removeprefix("TIMING "))
    return found


def told(found: dict[str, Any]) -> str:
    """A table for docs/benchmarks.md."""
    rows = [
        f"| {name} | {statistics.median(r[0] for r in runs):.2f} |"
        f" {max(r[1] for r in runs) / 1024:.0f} |"
        for name, runs in found.items()
    ]
    return "\n".join(["| | median, s | memory, MiB |", "|---|--:|--:|", *rows])


if __name__ == "__main__":
    sys.exit(main())
