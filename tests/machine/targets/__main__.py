"""The process of one target: `python -m tests.machine.targets KIND FILE JOURNAL JSON`.

The first line it prints is the port it listens on, on 127.0.0.1.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from tests.machine.targets import CUT
from tests.machine.targets.ata import AtaDisk
from tests.machine.targets.connection import Power, serve
from tests.machine.targets.iscsi import Session
from tests.machine.targets.journal import Journal
from tests.machine.targets.medium import Medium
from tests.machine.targets.nvme import NvmeDisk
from tests.machine.targets.nvme_tcp import Connection
from tests.machine.targets.options import AtaOptions, NvmeOptions, SasOptions
from tests.machine.targets.sas import SasDisk
from tests.machine.targets.scsi import Satl

Talk = Callable[[socket.socket], None]


def ata(medium: Medium, journal: Journal, options: str) -> tuple[Talk, Power]:
    disk = AtaDisk(medium, AtaOptions.from_json(options), journal)
    unit, power = Satl(disk), Power(disk)
    return lambda connection: Session(connection, unit, power).run(), power


def sas(medium: Medium, journal: Journal, options: str) -> tuple[Talk, Power]:
    disk = SasDisk(medium, SasOptions.from_json(options), journal)
    power = Power(disk)
    return lambda connection: Session(connection, disk, power).run(), power


def nvme(medium: Medium, journal: Journal, options: str) -> tuple[Talk, Power]:
    known = NvmeOptions.from_json(options)
    disk = NvmeDisk(medium, known, journal, known.name)
    power = Power(disk)
    return lambda connection: Connection(connection, disk, power).run(), power


KINDS = {"ata": ata, "sas": sas, "nvme": nvme}


def main() -> None:
    kind, file, noted, options = sys.argv[1:]
    talk, power = KINDS[kind](Medium(Path(file)), Journal(Path(noted)), options)
    signal.signal(CUT, lambda *_: power.cut())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)  # noqa: T201
        serve(listening, talk)


if __name__ == "__main__":
    main()
