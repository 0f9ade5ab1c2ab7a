"""An emulated machine: chosen parts and words, a console that is read, a power switch.

Always `-accel tcg`, said aloud: /dev/kvm may exist and hang. Always pinned to one
core: QEMU's NVMe disk otherwise stops now and then, for good.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.machine.guest import Guest

POLL = 0.1
START = 60.0  # seconds that QEMU may take to begin
QEMU = "qemu-system-x86_64"
FAST = "-accel tcg,thread=multi,tb-size=512 -machine q35 -cpu max -smp 1 -m 1536"
SILENT = "-nodefaults -display none"
# What the kernel need not do for a processor that is a program.
KERNEL_WORDS = (
    "console=ttyS0 quiet panic=-1 net.ifnames=0 mitigations=off nopti nokaslr"
    " tsc=reliable random.trust_cpu=on"
)


class Hung(Exception):
    """The machine did not say what was waited for; the message is its console."""


@dataclass(frozen=True)
class Disk:
    """A disk's file, and what the disk says of itself."""

    file: Path
    serial: str
    model: str = ""


def own_core() -> int:
    """One for each of the test processes that run side by side."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return int(worker.removeprefix("gw")) % (os.cpu_count() or 1)


@dataclass
class Machine:
    """One machine, with all its parts in `folder`; it is on from `with` to its end."""

    folder: Path
    arguments: Sequence[str]
    core: int = field(default_factory=own_core)

    def __enter__(self) -> Self:
        self.console = self.folder / "console.log"
        for former in (self.console, self._monitor):
            former.unlink(missing_ok=True)  # of the same machine's last start
        command = ["taskset", "--cpu-list", str(self.core), QEMU]
        command += [*FAST.split(), *SILENT.split(), *self.arguments]
        command += ["-serial", f"file:{self.console}"]
        command += ["-monitor", f"unix:{self._monitor},server,nowait"]
        with (self.folder / "qemu.log").open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START
        while not self._monitor.exists():
            if self.is_off or time.monotonic() > deadline:
                self.process.kill()
                raise Hung((self.folder / "qemu.log").read_text(errors="replace"))
            time.sleep(POLL)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def said(self) -> str:
        """All that came on the console so far."""
        if not self.console.exists():
            return ""
        return self.console.read_text(errors="replace")

    def wait_for(self, pattern: str, within: float, *, times: int = 1) -> str:
        """The match on the console, once it is there so many times. Raises Hung."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = list(re.finditer(pattern, self.said, re.MULTILINE))
            if len(found) >= times:
                return found[times - 1].group()
            if self.is_off:
                break
            time.sleep(POLL)
        problems = (self.folder / "qemu.log").read_text(errors="replace")
        raise Hung(f"No {pattern!r} within {within:.0f} s:\n{problems}{self.said}")

    def wait_until_off(self, within: float) -> None:
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired as late:
            raise Hung(f"Still on after {within:.0f} s:\n{self.said}") from late

    def wait_until_told(self, command: str, word: str, within: float) -> None:
        """Ask the monitor until its answer has that word in it. Raises Hung."""
        deadline = time.monotonic() + within
        while word not in self.tell(command):
            if self.is_off or time.monotonic() > deadline:
                raise Hung(f"No {word!r} to {command!r}:\n{self.said}")
            time.sleep(POLL)

    @property
    def processor_seconds(self) -> float:
        """What the emulator has had of the real processor: no neighbour is in it."""
        said = Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = said.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def is_off(self) -> bool:
        return self.process.poll() is not None

    def tell(self, command: str) -> str:
        """What QEMU's monitor answers to one command."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(10)
            monitor.connect(str(self._monitor))
            _until_prompt(monitor)
            monitor.sendall(f"{command}\n".encode())
            return _until_prompt(monitor)

    @property
    def _monitor(self) -> Path:
        return self.folder / "monitor"


def _until_prompt(monitor: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"(qemu) "):
        said = monitor.recv(4096)
        if not said:
            break
        answer += said
    return answer.decode(errors="replace")


def booting(guest: Guest, words: str = "") -> list[str]:
    """Started by QEMU itself, without a boot loader."""
    kernel = ["-kernel", str(guest.kernel), "-initrd", str(guest.initrd)]
    return [*kernel, "-append", f"{KERNEL_WORDS} {words}".strip()]


def orders(folder: Path, script: str) -> list[str]:
    """A script that the guest runs once it is ready."""
    path = folder / "orders"
    path.write_text(script)
    return firmware_files({"opt/rebond/orders": path})


def firmware_files(files: dict[str, Path]) -> list[str]:
    """What the firmware hands in, by name; Linux shows it in /sys/firmware."""
    given = [f"name={name},file={path}" for name, path in files.items()]
    return [word for each in given for word in ("-fw_cfg", each)]


def smbios(**tables: dict[str, str]) -> list[str]:
    """What the firmware says: `type1={"manufacturer": …}` and so on."""
    said: list[str] = []
    for name, values in tables.items():
        words = "".join(f",{key}={value}" for key, value in values.items())
        said += ["-smbios", f"type={name.removeprefix('type')}{words}"]
    return said


def network(mac: str) -> list[str]:
    """One card; the host's own 127.0.0.1 is 10.0.2.2 in there."""
    return ["-netdev", "user,id=net", "-device", f"e1000,id=card,netdev=net,mac={mac}"]


def ata(disk: Disk) -> list[str]:
    words = f"serial={disk.serial},model={disk.model},rotation_rate=7200"
    controller = ["-device", "ahci,id=ahci"]
    return [
        *controller,
        *_drive("ata", disk),
        "-device",
        f"ide-hd,drive=ata,bus=ahci.0,{words}",
    ]


def nvme(disk: Disk) -> list[str]:
    return [*_drive("nvme", disk), "-device", f"nvme,drive=nvme,serial={disk.serial}"]


def stick(disk: Disk, *, boots: bool = False) -> list[str]:
    """A USB stick, removable as they are."""
    first = ",bootindex=0" if boots else ""
    device = f"usb-storage,bus=usb.0,drive=stick,serial={disk.serial},removable=on"
    return [
        *("-device", "qemu-xhci,id=usb", *_drive("stick", disk)),
        *("-device", f"{device}{first}"),
    ]


def _drive(name: str, disk: Disk) -> list[str]:
    options = "format=raw,cache=unsafe,discard=unmap"
    return ["-drive", f"if=none,id={name},file={disk.file},{options}"]


def missing() -> str:
    """What is not installed for emulated machines, as words for apt-get; or ""."""
    wanted = {
        QEMU: "qemu-system-x86",
        "mmdebstrap": "mmdebstrap",
        "dh_python3": "debhelper dh-python",
        "cpio": "cpio",
        "iasl": "acpica-tools",
        "swtpm": "swtpm",
        "mkfs.vfat": "dosfstools",
        "mcopy": "mtools",
        "xorriso": "xorriso",
        "mksquashfs": "squashfs-tools",
        "grub-mkimage": "grub-common grub-pc-bin",
    }
    return " ".join(name for tool, name in wanted.items() if not shutil.which(tool))
