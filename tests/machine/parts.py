"""The parts of an emulated laptop: disks as files, a battery as a table, a TPM."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.image.debian import run

BATTERY = Path(__file__).with_name("battery.asl")


def empty(file: Path, mebibytes: int) -> Path:
    """A disk that was never written to: a file with nothing in it."""
    with file.open("wb") as opened:
        opened.truncate(mebibytes * 2**20)
    return file


def battery(folder: Path) -> list[str]:
    table = folder / "battery"
    run("iasl", "-p", table, BATTERY)
    return ["-acpitable", f"file={table}.aml"]


@contextmanager
def tpm(folder: Path) -> Iterator[list[str]]:
    """A TPM 2.0 that runs until the end of the block."""
    state, control = folder / "tpm", folder / "tpm.sock"
    state.mkdir()
    where = ["--tpmstate", f"dir={state}", "--ctrl", f"type=unixio,path={control}"]
    # Without --terminate it outlives the machine's reset, as a chip does.
    with subprocess.Popen(["swtpm", "socket", "--tpm2", *where]) as chip:
        try:
            yield [
                *("-chardev", f"socket,id=chip,path={control}"),
                *("-tpmdev", "emulator,id=tpm,chardev=chip"),
                *("-device", "tpm-tis,tpmdev=tpm"),
            ]
        finally:
            chip.terminate()
