"""The simulated modem behind a USB gadget, and an operator's network behind the modem.

Runs in the emulated machine and says every command that it hears. Once it is dialled,
Debian's own pppd answers on the same line and asks who is there, in a space of its own,
which only that line leads to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tty

from tests.agent.modem.simulator import HUAWEI, Modem, listened

PORT = "/dev/ttyGS0"
HERE, THERE = "10.64.0.1", "10.64.0.2"
ANSWERING = (
    *("ip", "netns", "exec", "operator", "pppd", PORT, "nodetach", "local", "passive"),
    *("nocrtscts", "noipv6", f"{HERE}:{THERE}", "ms-dns", HERE),
    *(
        "auth",
        "require-pap",
        "name",
        "operator",
        "debug",
        "logfile",
        "/run/operator.log",
    ),
)


def serve(modem: Modem) -> None:
    port = os.open(PORT, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(port)
    heard = b""
    while True:
        before = len(modem.heard)
        heard = listened(port, modem, heard)
        for command in modem.heard[before:]:
            sys.stdout.write(f"HEARD {command}\n")
        sys.stdout.flush()
        if modem.is_dialled:
            subprocess.run(ANSWERING, check=False)
            modem.is_dialled, heard = False, b""
            tty.setraw(port)


if __name__ == "__main__":
    serve(Modem(HUAWEI, pin="0451"))
