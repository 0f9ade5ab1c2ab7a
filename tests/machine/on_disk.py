"""A small Debian that lives on a disk: what was written there outlasts a power cut.

The same kernel as the guest in memory has, but Debian's own systemd: what goes on after
a power cut is what the units of the agent's package say. Only a few modules and busybox
are handed to the kernel, to find the disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.machine.vm import KERNEL_WORDS
from tools.image.debian import SUITE, bootstrap, run

HERE = Path(__file__).parent
PACKAGES = (
    *("busybox-static", "dconf-cli", "iproute2", "kbd", "kmod", "locales", "tzdata"),
    *("systemd-sysv", "udev", "util-linux-extra"),
    # what the programs that it installs need, unpacked here by a real processor
    *("cups-client", "cups-daemon", "libkiwix11"),
)
SIZE = "1200M"
# Building a language takes an emulated processor half a minute; tests/agent/provision
# has it built by the real tool.
FRENCH = 'chroot "$1" localedef --inputfile fr_FR --charmap UTF-8 fr_FR.UTF-8'
ZONES = "usr/share/zoneinfo"
PARIS = f"{ZONES}/Europe/Paris"
APT = 'mkdir -p "$1/var/cache/apt/archives/partial"'  # apt will not make it itself
ZONE = f'mkdir -p "$1/{ZONES}/Europe" && cp /{PARIS} "$1/{PARIS}"'


@dataclass(frozen=True)
class Mirror:
    """What the machine can install: of the mirror that this one is set to, and so little
    that an emulated processor is not kept busy by its index.

    `small` are stand-ins: real packages of the real names with nothing in them, where
    the real ones are hundreds of megabytes. Each comes with what it depends on.
    """

    real: tuple[str, ...]
    small: Mapping[str, str]


FEW = Mirror(
    real=("cups-ipp-utils", "figlet", "hello", "kiwix-tools"),
    small={"cups": "cups-client, cups-daemon"},
)
# The modules that find it, in the order in which they are loaded.
FINDS = (
    """chroot "$1" sh -c 'modprobe --set-version "$(ls /lib/modules)" """
    "--show-depends --all ahci sd_mod crc32c ext4 >/boot/first'"
)
FIRST = """\
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*; do /bin/busybox insmod "$module"; done
until [ -b /dev/sda ]; do /bin/busybox sleep 0.1; done
/bin/busybox mount -t ext4 -o noatime /dev/sda /root
/bin/busybox umount /dev
exec /bin/busybox switch_root /root /sbin/init
"""


@dataclass(frozen=True)
class System:
    """A kernel, what finds its disk, and the disk's file as it was installed."""

    kernel: Path
    initrd: Path
    disk: Path

    @property
    def packages(self) -> Path:
        """The folder of a mirror that has what can be installed."""
        return self.disk.with_name("debian")

    @property
    def booting(self) -> list[str]:
        kernel = ["-kernel", str(self.kernel), "-initrd", str(self.initrd)]
        return [*kernel, "-append", f"{KERNEL_WORDS} rw"]


def made(folder: Path) -> System:
    return System(folder / "vmlinuz", folder / "first.cpio", folder / "disk")


def build(
    folder: Path,
    deb: Path,
    mirror: Mirror = FEW,
    *,
    there: Sequence[str] = (),
    size: str = SIZE,
) -> System:
    """The system as installed, with a folder of what `mirror` names; `there` are more
    packages that it begins with."""
    shop = made(folder).packages
    shop.mkdir()
    for name, needs in mirror.small.items():
        _stand_in(shop, name, needs)
    fetch = f'cd "{shop}" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download'
    tar = bootstrap(
        folder / "system.tar",
        suite=SUITE,
        packages=(*PACKAGES, *there),
        deb=deb,
        then=(
            f"{fetch} {' '.join(mirror.real)}",
            *(FRENCH, str(HERE / "system.sh"), ZONE, APT, FINDS),
            str(HERE / "units.sh"),
        ),
    )
    run("sh", "-c", 'cd "$1" && dpkg-scanpackages . >Packages', "sh", shop)
    root = folder / "root"
    root.mkdir()
    run("tar", "--extract", "--file", tar, "--directory", root, "--exclude=./dev/*")
    tar.unlink()
    (root / "boot/vmlinuz").rename(folder / "vmlinuz")
    _first(root, folder)
    ext4 = ("mke2fs", "-q", "-t", "ext4", "-O", "^metadata_csum_seed", "-d", root)
    run(*ext4, folder / "disk", size)
    shutil.rmtree(root)
    return made(folder)


def _stand_in(shop: Path, name: str, needs: str) -> None:
    """A package of that name with nothing in it."""
    folder = shop / name
    (folder / "DEBIAN").mkdir(parents=True)
    said = f"""\
Package: {name}
Version: 1:99
Architecture: all
Maintainer: Rebond maintainers <rebond@exemple.test>
Description: stands in for the package of this name
"""
    depends = f"Depends: {needs}\n" if needs else ""
    (folder / "DEBIAN/control").write_text(said + depends)
    run("dpkg-deb", "--root-owner-group", "--build", folder, shop)
    shutil.rmtree(folder)


def _first(root: Path, folder: Path) -> None:
    """The few files that find the disk."""
    first = folder / "first"
    for name in ("bin", "dev", "modules", "root"):
        (first / name).mkdir(parents=True)
    shutil.copy(root / "usr/bin/busybox", first / "bin/busybox")
    (first / "init").write_text(FIRST)
    (first / "init").chmod(0o755)
    told = (root / "boot/first").read_text().splitlines()
    for number, line in enumerate(dict.fromkeys(told)):
        word, path = line.split()[:2]
        if word == "insmod":
            name = f"{number:02}-{Path(path).name}"
            shutil.copy(root / path.lstrip("/"), first / "modules" / name)
    copy = "find . -print0 | cpio --null --create --format=newc --owner=0:0 --quiet"
    packed = folder / "first.cpio"
    run("sh", "-c", f'cd "$1" && {copy} > "$2"', "sh", first, packed)
    shutil.rmtree(first)
