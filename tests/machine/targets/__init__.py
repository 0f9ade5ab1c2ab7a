"""Drives that QEMU does not have: they erase themselves, fail, and lie, as real ones do.

ATA and SAS drives behind iSCSI and an NVMe drive behind NVMe over TCP, each a process on the
host, for an unmodified Linux with hdparm and nvme-cli. Their bytes are in files.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.machine.targets import journal
from tests.machine.targets.options import AtaOptions, NvmeOptions, Options, SasOptions

ROOT = Path(__file__).parents[3]
CUT = signal.SIGUSR1  # what has a target's process cut its drive's power for a moment


@dataclass(frozen=True)
class Target:
    """One drive that runs: where it is reached, where its bytes are."""

    port: int
    file: Path
    options: Options
    noted: Path
    process: int

    @property
    def journal(self) -> list[str]:
        """What it was asked so far, without reads and writes."""
        return journal.lines(self.noted)

    def cut_power(self) -> None:
        """As a machine does that goes to sleep; its cable stays where it is."""
        os.kill(self.process, CUT)


@contextmanager
def ata_target(file: Path, options: AtaOptions | None = None) -> Iterator[Target]:
    """An ATA drive whose bytes are that file, until the end of the block."""
    with _running("ata", file, options or AtaOptions()) as target:
        yield target


@contextmanager
def sas_target(file: Path, options: SasOptions | None = None) -> Iterator[Target]:
    """A SAS drive; it erases itself by commands of its own."""
    with _running("sas", file, options or SasOptions()) as target:
        yield target


@contextmanager
def nvme_target(file: Path, options: NvmeOptions | None = None) -> Iterator[Target]:
    with _running("nvme", file, options or NvmeOptions()) as target:
        yield target


@contextmanager
def _running(kind: str, file: Path, options: Options) -> Iterator[Target]:
    noted = file.with_suffix(".journal")
    command = [sys.executable, "-m", __name__, kind, str(file), str(noted)]
    log = file.with_suffix(".log")
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [*command, options.to_json()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=ROOT,
        ) as process,
    ):
        try:
            port = int(process.stdout.readline()) if process.stdout else 0
            yield Target(port, file, options, noted, process.pid)
        finally:
            process.kill()
            print(log.read_text(errors="replace"))  # shown beside a failure  # noqa: T201


__all__ = [
    "AtaOptions",
    "NvmeOptions",
    "Options",
    "SasOptions",
    "Target",
    "ata_target",
    "nvme_target",
    "sas_target",
]
