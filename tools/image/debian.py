"""A Debian system in a tar file, made by mmdebstrap from Debian's packages alone.

By an ordinary user where the kernel lets users have namespaces of their own, and by
root as root: `mmdebstrap --mode=auto` chooses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SUITE = "bookworm"
# What the agent looks with. Its libraries come as its package's own dependencies.
TOOLS = (
    *("dmidecode", "fdisk", "hdparm", "mmc-utils", "nvme-cli", "pciutils"),
    *("iproute2", "kmod", "sg3-utils", "smartmontools", "udev", "usbutils"),
    "util-linux-extra",
)
# What nobody reads on a machine that is thrown away when it is switched off.
UNREAD = (
    *("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*"),
    *("/usr/share/locale/*", "/usr/share/bash-completion/*"),
)


class NoImage(Exception):
    """Why there is no image; the message carries what the tools said."""


def bootstrap(
    tar: Path,
    *,
    suite: str,
    packages: Sequence[str],
    deb: Path,
    then: Sequence[str] = (),
    components: Sequence[str] = ("main",),
) -> Path:
    """Debian with these packages and the agent's own, and `then` run on the result.

    `components` are the parts of Debian's archive that packages may come from. `then` are mmdebstrap's customize hooks: `$1` is the new root. Raises NoImage.
    """
    install = [
        f"upload '{deb}' /agent.deb",
        'chroot "$1" dpkg --install /agent.deb && rm "$1/agent.deb"',
    ]
    run(
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        f"--components={','.join(components)}",
        f"--include={','.join([*packages, *needed_by(deb)])}",
        '--aptopt=Acquire::Languages "none"',
        *(f"--dpkgopt=path-exclude={path}" for path in UNREAD),
        *(f"--customize-hook={hook}" for hook in (*install, *then)),
        suite,
        str(tar),
    )
    return tar


def needed_by(deb: Path) -> list[str]:
    """The packages that a package depends on; dpkg checks their versions."""
    told = run("dpkg-deb", "--field", deb, "Depends")
    return [re.split(r"[ :(|]", each.strip())[0] for each in told.split(",")]


def run(*command: str | Path, within: float = 900.0) -> str:
    """What a tool prints. Raises NoImage where it is missing, fails or hangs."""
    program = str(command[0])
    if shutil.which(program) is None:
        raise NoImage(f"{program} is missing; docs/bench-image.md says what is needed.")
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=within,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NoImage(f"{program} did not end within {within:.0f} s.") from late
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        raise NoImage(f"{program} ended with {done.returncode}.\n{said[-4000:]}")
    return done.stdout
