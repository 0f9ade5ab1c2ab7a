"""The ways to start: a stick or a disc, and the network, for BIOS and for UEFI.

UEFI starts Debian's signed shim, its signed GRUB and its signed kernel, so that
Secure Boot may stay on.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.image.debian import run
from tools.image.live import Live

BOOT = Path(__file__).with_name("boot")
LABEL = "REBOND"
SETTINGS_MEBIBYTES = 34  # the smallest that every reader takes for FAT32
# What the BIOS's GRUB must know before it can read anything else.
ON_DISC = (
    "biosdisk iso9660 part_gpt part_msdos search normal configfile linux test echo"
)
OVER_NET = "pxe tftp http net normal configfile linux test echo"


def settings_partition(file: Path, toml: Path = BOOT / "rebond-agent.toml") -> Path:
    """The small partition with the settings, which any computer can edit."""
    return _fat(file, SETTINGS_MEBIBYTES, LABEL, {toml: "rebond-agent.toml"})


def iso(live: Live, folder: Path) -> Path:
    """One file for a stick and for a disc."""
    tree = _tree(live, folder / "iso")
    efi = live.loaders / "usr/lib"
    signed = {
        efi / "shim/shimx64.efi.signed": "EFI/BOOT/BOOTX64.EFI",
        efi / "grub/x86_64-efi-signed/gcdx64.efi.signed": "EFI/BOOT/grubx64.efi",
    }
    esp = _fat(folder / "esp.img", 8, "ESP", signed)
    settings = settings_partition(folder / "settings.img")
    made = folder / "rebond-bench.iso"
    run(
        *("xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-V", "REBOND_LIVE"),
        *(
            "--grub2-mbr",
            efi / "grub/i386-pc/boot_hybrid.img",
            "-partition_offset",
            "16",
        ),
        *("-b", "boot/grub/bios.img", "-no-emul-boot", "-boot-load-size", "4"),
        *("-boot-info-table", "--grub2-boot-info", "-eltorito-alt-boot"),
        *("-e", "--interval:appended_partition_2:all::", "-no-emul-boot"),
        *("-append_partition", "2", "0xef", esp),
        *("-append_partition", "3", "0x0c", settings),
        *("-o", made, tree),
    )
    for part in (esp, settings):
        part.unlink()
    shutil.rmtree(tree)
    return made


def netboot(live: Live, folder: Path) -> Path:
    """A folder for a TFTP server, and for the HTTP server beside it."""
    served = folder / "netboot"
    rebond = served / "rebond"
    rebond.mkdir(parents=True)
    for file, name in _system(live).items():
        shutil.copy(file, rebond / name)
    (served / "grub").mkdir()
    shutil.copy(BOOT / "net.cfg", served / "grub" / "grub.cfg")
    efi = live.loaders / "usr/lib"
    shutil.copy(efi / "shim/shimx64.efi.signed", served / "shimx64.efi")
    grub = efi / "grub/x86_64-efi-signed/grubnetx64.efi.signed"
    shutil.copy(grub, served / "grubx64.efi")
    _grub(live, served / "bios.0", "i386-pc-pxe", "(pxe)/grub", OVER_NET)
    return served


def _tree(live: Live, tree: Path) -> Path:
    (tree / "live").mkdir(parents=True)
    for file, name in _system(live).items():
        shutil.copy(file, tree / "live" / name)
    # Debian's signed GRUB looks for this file to know its disc.
    (tree / ".disk").mkdir()
    (tree / ".disk" / "info").write_text("Rebond\n")
    (tree / "boot" / "grub").mkdir(parents=True)
    shutil.copy(BOOT / "iso.cfg", tree / "boot" / "grub" / "grub.cfg")
    loader = tree / "boot" / "grub" / "bios.img"
    _grub(live, loader, "i386-pc-eltorito", "/boot/grub", ON_DISC)
    return tree


def _system(live: Live) -> dict[Path, str]:
    return {
        live.kernel: "vmlinuz",
        live.initrd: "initrd.img",
        live.squashfs: "filesystem.squashfs",
    }


def _grub(live: Live, made: Path, kind: str, prefix: str, modules: str) -> None:
    known = live.loaders / "usr/lib/grub/i386-pc"
    where = ("--directory", known, "--format", kind, "--prefix", prefix)
    run("grub-mkimage", *where, "--output", made, *modules.split())


def _fat(file: Path, mebibytes: int, label: str, files: dict[Path, str]) -> Path:
    """A FAT file system with these files, made without mounting anything."""
    with file.open("wb") as opened:
        opened.truncate(mebibytes * 2**20)
    run("mkfs.vfat", "-n", label, file)
    folders = {parent for name in files.values() for parent in Path(name).parents}
    for parent in sorted(folders - {Path()}):
        run("mmd", "-i", file, f"::{parent}")
    for source, name in files.items():
        run("mcopy", "-i", file, source, f"::{name}")
    return file
