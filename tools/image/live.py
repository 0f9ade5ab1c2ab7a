"""The bench's system: a live Debian that starts the agent and a screen, and no shell."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tools.image.debian import SUITE, TOOLS, bootstrap, run

OVERLAY = Path(__file__).with_name("overlay")
# What makes it start on any machine, and what its screen and its keyboard need.
LIVE = (
    *("linux-image-amd64", "live-boot", "busybox", "zstd", "ca-certificates"),
    *("systemd-sysv", "systemd-resolved", "dbus", "kbd", "console-data", "qrencode"),
)
# What the guided and the unattended tests are done with.
TESTING = ("alsa-utils", "iw", "memtester", "rfkill", "stressapptest", "v4l-utils")
# What many a laptop needs before its Wi-Fi, its screen or its sound does anything.
# No free software: Debian may pass it on, and nobody can read it.
FIRMWARE = (
    *("firmware-iwlwifi", "firmware-realtek", "firmware-atheros", "firmware-brcm80211"),
    *("firmware-misc-nonfree", "firmware-amd-graphics", "firmware-sof-signed"),
)
SERVICES = "rebond-prepare rebond-screen systemd-networkd systemd-resolved"
# Nothing on the bench waits for a network: the agent tries again by itself.
UNUSED = (
    "systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer"
    " dpkg-db-backup.timer e2scrub_all.timer"
)
# Debian's boot loaders, unpacked beside the system: they are no part of it.
LOADERS = "shim-signed grub-efi-amd64-signed grub-pc-bin"
THEN = (
    'mkdir "$1/loaders"',
    f'cd "$1/loaders" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download {LOADERS}',
    'for deb in "$1"/loaders/*.deb; do dpkg-deb -x "$deb" "$1/loaders"; rm "$deb"; done',
    'chown -R 0:0 "$1/etc/systemd"',
    f'chroot "$1" systemctl enable {SERVICES}',
    f'chroot "$1" systemctl mask getty@.service serial-getty@.service {UNUSED}',
    # Nobody signs in: there is no password, and no shell to ask for one.
    'chroot "$1" passwd --lock root',
    'ln -sf /run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"',
    'rm -f "$1/etc/machine-id" && touch "$1/etc/machine-id"',
    'rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/var/log/*',
)
# The kernel and the loaders lie beside the system, on every medium.
APART = ("copy-out /boot /loaders '{folder}'", 'rm -rf "$1/loaders" "$1"/boot/*')
SQUASH = 'mksquashfs - "$2" -tar -quiet -no-progress -comp zstd -Xcompression-level 6'


@dataclass(frozen=True)
class Live:
    """What every way of starting needs: the same three files, and Debian's loaders."""

    kernel: Path
    initrd: Path
    squashfs: Path
    loaders: Path


def build(
    folder: Path, deb: Path, suite: str = SUITE, *, firmware: bool = False
) -> Live:
    """The live system, in `folder`. Raises NoImage."""
    overlay = _overlay(folder / "overlay.tar")
    packages, components = contents(firmware=firmware)
    tar = bootstrap(
        folder / "live.tar",
        suite=suite,
        packages=packages,
        components=components,
        deb=deb,
        then=(
            f"tar-in '{overlay}' /",
            *THEN,
            *(h.format(folder=folder) for h in APART),
        ),
    )
    squashfs = folder / "filesystem.squashfs"
    run("sh", "-c", f'{SQUASH} < "$1"', "sh", tar, squashfs)
    tar.unlink()
    overlay.unlink()
    boot = folder / "boot"
    kernel, initrd = next(boot.glob("vmlinuz-*")), next(boot.glob("initrd.*"))
    return Live(kernel, initrd, squashfs, folder / "loaders")


def contents(*, firmware: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packages, and the components of Debian's archive that they come from."""
    packages = (*LIVE, *TOOLS, *TESTING)
    if firmware:
        return (*packages, *FIRMWARE), ("main", "non-free-firmware")
    return packages, ("main",)


def _overlay(tar: Path) -> Path:
    """Our own files, as root's, whoever builds."""
    with tarfile.open(tar, "w") as opened:
        for path in sorted(OVERLAY.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                entry = tarfile.TarInfo(str(path.relative_to(OVERLAY)))
                entry.size = len(content)
                opened.addfile(entry, io.BytesIO(content))
    return tar
