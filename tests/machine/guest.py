"""A guest that boots in seconds: Debian's kernel, and all its userland in memory.

The system is made as the bench image's is (the same mmdebstrap, the same tools, the
agent from its own Debian package), without systemd: starting that takes an emulated
machine longer than everything that is tested here.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.image.debian import SUITE, TOOLS, bootstrap, run

HERE = Path(__file__).parent
# What reaches the targets that stand in for drives which QEMU does not have.
REACH = ("open-iscsi",)
LIBRARY = "usr/lib/x86_64-linux-gnu/libopeniscsiusr.so.0.2.0"
INITIATOR = ("usr/sbin/iscsistart", LIBRARY)  # as files, for a system without packages


@dataclass(frozen=True)
class Guest:
    """What QEMU starts: a kernel, and a system that is unpacked into memory."""

    kernel: Path
    initrd: Path
    initiator: Path
    """A tar of what reaches the targets, for other systems on such a machine."""


def build(folder: Path, deb: Path, extra: Sequence[str] = ()) -> Guest:
    """A guest from Debian's packages; `extra` ones come in for what is compared."""
    tar = bootstrap(
        folder / "guest.tar",
        suite=SUITE,
        packages=(*TOOLS, *REACH, "busybox-static", *extra),
        deb=deb,
        then=(str(HERE / "system.sh"),),
    )
    root = folder / "root"
    root.mkdir()
    run("tar", "--extract", "--file", tar, "--directory", root, "--exclude=./dev/*")
    tar.unlink()
    initiator = folder / "initiator.tar"
    run("tar", "--create", "--file", initiator, "--directory", root, *INITIATOR)
    (root / "boot" / "vmlinuz").rename(folder / "vmlinuz")
    shutil.copy(HERE / "init.sh", root / "init")
    (root / "init").chmod(0o755)
    _pack(root, folder / "initrd.cpio")
    return made(folder)


def made(folder: Path) -> Guest:
    """The guest that was built there."""
    return Guest(folder / "vmlinuz", folder / "initrd.cpio", folder / "initiator.tar")


def _pack(root: Path, packed: Path) -> None:
    """Uncompressed, because an emulated processor would unpack it for seconds."""
    copy = "find . -print0 | cpio --null --create --format=newc --owner=0:0 --quiet"
    run("sh", "-c", f'cd "$1" && {copy} > "$2"', "sh", root, packed)
    shutil.rmtree(root)
