"""A simulated printer that speaks IPP Everywhere: CUPS’s own ippeveprinter."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.postgres import free_port

TOOLS = ("ippeveprinter", "avahi-daemon", "dbus-daemon")
BUS = """\
<busconfig>
  <type>system</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""
AVAHI = """\
[server]
use-ipv6=no
allow-interfaces=lo
"""
# Its pid file's place is fixed: it gets one that nobody else sees.
ALONE = """\
mount --make-rprivate /
mkdir -p /run/avahi-daemon
mount -t tmpfs tmpfs /run/avahi-daemon
exec "$0" "$@"
"""


@contextlib.contextmanager
def simulated(folder: Path, name: str) -> Iterator[int]:
    """The port of 127.0.0.1 where it answers."""
    port = free_port()
    words = ("-p", str(port), "-d", folder, "-n", "localhost", "-r", "off", name)
    with (
        _announcer(folder) as said,
        started("ippeveprinter", *words, folder=folder, **said),
    ):
        wait(lambda: _listens(port))
        yield port


@contextlib.contextmanager
def _announcer(folder: Path) -> Iterator[dict[str, str]]:
    """The simulated printer announces itself and will not begin without a service for
    that: one of its own, on a bus of its own, heard on this machine alone."""
    address = f"unix:path={folder}/bus"
    (folder / "bus.conf").write_text(BUS.format(address=address))
    (folder / "avahi.conf").write_text(AVAHI)
    bus = ("dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile")
    announce = (
        *("unshare", "--mount", "sh", "-ec", ALONE),
        *(shutil.which("avahi-daemon") or "", "-f", folder / "avahi.conf"),
        *("--no-drop-root", "--no-chroot", "--no-rlimits"),
    )
    said = {"DBUS_SYSTEM_BUS_ADDRESS": address}
    with started(*bus, folder=folder):
        wait((folder / "bus").exists)
        with started(*announce, folder=folder, **said):
            wait(lambda: "startup complete" in (folder / "unshare.log").read_text())
            yield said


@contextlib.contextmanager
def started(
    *words: str | Path, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A program until the end of the block; what it says is in a file of its name."""
    with (folder / f"{Path(words[0]).name}.log").open("wb") as log:
        given = {**os.environ, **environment}
        process = subprocess.Popen(words, stdout=log, stderr=log, env=given)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait(is_so: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1):
        return True
    return False
