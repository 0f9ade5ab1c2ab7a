"""A drive that is plugged into the bench image while it runs, without a change to it.

The image has no shell and nothing that reaches our targets. Its systemd takes files from
the firmware, as any does on QEMU (systemd.exec(5), credentials): there, a rule has udev
start a unit once something is plugged in, and the unit runs what the firmware hands in.
"""

from __future__ import annotations

from pathlib import Path

from tests.machine.erasing import CABLE
from tests.machine.guest import Guest
from tests.machine.targets import Target
from tests.machine.targets.wires import plug
from tests.machine.vm import Machine, firmware_files

HANDED_IN = "/sys/firmware/qemu_fw_cfg/by_name/opt/rebond"
# For systemd-tmpfiles: the rule, and the unit.
FILES = f"""\
f /etc/udev/rules.d/99-cable.rules - - - - \
ACTION=="add", SUBSYSTEM=="hid", TAG+="systemd", ENV{{SYSTEMD_WANTS}}+="cable.service"
f /etc/systemd/system/cable.service - - - - \
[Service]\\nType=oneshot\\nExecStart=/bin/sh {HANDED_IN}/orders/raw\\n
"""
SCRIPT = f"""
say() {{ echo "CABLE $1" >/dev/ttyS0; }}
tar --extract --directory / --file {HANDED_IN}/initiator/raw
{CABLE}
%s
systemctl restart rebond-agent
say plugged
"""


def handed_in(folder: Path, guest: Guest, target: Target) -> list[str]:
    """What the machine needs to have, so that `plug_in` can plug that drive in."""
    files, script = folder / "tmpfiles", folder / "cable"
    files.write_text(FILES)
    script.write_text(SCRIPT % plug(target))
    return firmware_files(
        {
            "opt/io.systemd.credentials/tmpfiles.extra": files,
            "opt/rebond/orders": script,
            "opt/rebond/initiator": guest.initiator,
        }
    )


def plug_in(machine: Machine, within: float) -> None:
    """A tablet on its USB, which nobody needs, is what udev waits for."""
    machine.tell("device_add usb-tablet,bus=usb.0")
    machine.wait_for("^CABLE plugged", within)
