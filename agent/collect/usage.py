"""Who holds a drive: mounts, swap, and everything stacked on top of it.

A drive that anything holds must never be taken for one that can be erased, so
every source counts, and a source that cannot be read makes the answer unknown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from agent.collect.around import Around, entries, said, text
from agent.facts import Use

LIVE = re.compile(
    r"/(run/live|lib/live/mount|run/initramfs/live|run/archiso|cdrom|isodevice|rofs)"
    r"(/.*)?"
)
AWAY = re.compile(r"/(media|run/media|mnt)/.+")
BOOT = re.compile(r"/(boot|efi)(/.*)?")
HOME = re.compile(r"/home(/.*)?")
SYSTEM = re.compile(r"/(usr|var|opt|srv|tmp|nix|snap|etc|root)(/.*)?")


def of_mount_point(point: str) -> Use:
    """The kind of a mount point; its path stays on the machine."""
    if point == "/":
        return Use.ROOT
    kinds = ((LIVE, Use.LIVE), (BOOT, Use.BOOT), (HOME, Use.HOME), (SYSTEM, Use.SYSTEM))
    return next((use for where, use in kinds if where.fullmatch(point)), Use.MOUNT)


def is_live(point: str) -> bool:
    """Whether a mount point is that of a live system or of a medium that was put in."""
    return bool(LIVE.fullmatch(point) or AWAY.fullmatch(point))


class Holdings:
    """What is held on this machine, by the kernel's names.

    Raises OSError where the mounts or the swap areas cannot be read.
    """

    def __init__(self, around: Around) -> None:
        self._block = around.sys / "block"
        self._names = dict(self._numbered())
        self._mapped = {
            said(folder / "dm/name"): folder.name
            for folder in entries(self._block)
            if folder.name.startswith("dm-")
        }
        self._held: defaultdict[str, set[Use]] = defaultdict(set)
        self._note_mounts(around)
        self._note_swap(around)
        self._note_pools(around)

    def uses(self, name: str) -> frozenset[Use]:
        """Everything that holds a drive, any of its partitions or what is above."""
        found: set[Use] = set()
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each in seen:
                continue
            seen.add(each)
            found |= self._held[each]
            for holder in self._holders(each):
                found.add(self._kind(holder))
                waiting.append(holder)
            waiting.extend(part.name for part in self._parts(each))
        return frozenset(found)

    def _numbered(self) -> Iterator[tuple[str, str]]:
        """Every block device's major:minor number, and its name."""
        for folder in entries(self._block):
            yield said(folder / "dev"), folder.name
            for part in self._parts(folder.name):
                yield said(part / "dev"), part.name

    def _parts(self, name: str) -> list[Path]:
        return [
            part
            for part in entries(self._block / name)
            if (part / "partition").exists()
        ]

    def _holders(self, name: str) -> list[str]:
        whole = entries(self._block / name / "holders")
        inside = [
            holder
            for folder in entries(self._block)
            for holder in entries(folder / name / "holders")
        ]
        return [holder.name for holder in whole + inside]

    def _kind(self, holder: str) -> Use:
        if holder.startswith("md"):
            return Use.RAID
        maker = said(self._block / holder / "dm/uuid").partition("-")[0]
        return {
            "LVM": Use.LVM,
            "CRYPT": Use.CRYPT,
            "DMRAID": Use.RAID,
            "mpath": Use.RAID,
        }.get(maker, Use.HOLDER)

    def _name(self, source: str) -> str:
        """The kernel's name behind /dev/sda1, /dev/mapper/vg-root or a link."""
        last = source.rpartition("/")[2]
        return self._mapped.get(last, last)

    def _note_mounts(self, around: Around) -> None:
        for line in _mountinfo(around):
            left, _, right = line.partition(" - ")
            fields, source = left.split(), right.split()[1:2]
            use = of_mount_point(_plain(fields[4]))
            self._held[self._names.get(fields[2], "")].add(use)
            # btrfs gives its mounts a number of no device: the source names it
            if source and source[0].startswith("/dev/"):
                self._held[self._name(_plain(source[0]))].add(use)

    def _note_swap(self, around: Around) -> None:
        for line in text(around.proc / "swaps").splitlines()[1:]:
            self._held[self._name(_plain(line.split()[0]))].add(Use.SWAP)

    def _note_pools(self, around: Around) -> None:
        """Every member of a mounted btrfs, and what a loop device stands on."""
        for pool in entries(around.sys / "fs/btrfs"):
            for member in entries(pool / "devices"):
                self._held[member.name].add(Use.MOUNT)
        for folder in entries(self._block):
            backing = said(folder / "loop/backing_file")
            if backing.startswith("/dev/"):
                self._held[self._name(backing)].add(Use.HOLDER)


def _mountinfo(around: Around) -> list[str]:
    """The mounts seen from here and, where allowed, from the first process.

    A service may run in a mount namespace of its own and see fewer.
    """
    lines = text(around.proc / "self/mountinfo").splitlines()
    return [
        line
        for line in lines + said(around.proc / "1/mountinfo").splitlines()
        if len(line.split()) > 5
    ]


def _plain(field: str) -> str:
    """Undo the octal escapes of blanks in /proc (proc(5))."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
