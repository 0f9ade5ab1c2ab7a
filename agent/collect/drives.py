"""The drives of this machine, from several witnesses: the kernel, udev, the drive.

The kernel says which there are. What the others add is taken where they answer;
where they do not, that is said.
"""

from __future__ import annotations

from agent import wire
from agent.collect import usage
from agent.collect.around import Around, Seen, at_most, entries, said, why
from agent.collect.blocks import RAID_CLASS, Block, blocks
from agent.collect.merge import one_drive
from agent.collect.witnesses import ask_all
from agent.parse import Unreadable, lsblk

LSBLK_SECONDS = 20.0


def drives(around: Around) -> Seen[tuple[wire.Drive, ...]]:
    if not (around.sys / "block").is_dir():
        return Seen((), (_unseen(wire.Subject.DRIVES, wire.Why.NOT_OFFERED),))
    known = blocks(around)
    present = [block for block in known if block.size_bytes]
    disks, of_lsblk = _ask_lsblk(around)
    told = ask_all(around, present)
    holdings, of_use = _holdings(around)
    found = [
        one_drive(
            block,
            disks.get(block.name),
            told[block.name],
            _uses(around, holdings, block.name, disks.get(block.name)),
        )
        for block in present
    ]
    kept = at_most(wire.MAX_DRIVES, found, wire.Subject.DRIVES)
    hidden = (*_without_capacity(known), *_behind_raid(around))
    nameless = _nameless(kept.what)
    of_drives = [each for answer in told.values() for each in answer.unseen]
    return Seen(
        kept.what, (*kept.unseen, *hidden, *of_use, *of_lsblk, *nameless, *of_drives)
    )


def _ask_lsblk(around: Around) -> tuple[dict[str, lsblk.Disk], list[wire.Unseen]]:
    ran = around.run(lsblk.ARGV, LSBLK_SECONDS)
    reason, detail = ran.why, ran.detail
    if reason is None and ran.exit_code:
        reason, detail = wire.Why.TOOL_FAILED, ran.stderr.decode(errors="replace")
    if reason is None:
        try:
            return {disk.name: disk for disk in lsblk.parse(ran.stdout)}, []
        except Unreadable as exc:
            reason, detail = wire.Why.UNREADABLE, str(exc)
    return {}, [_unseen(wire.Subject.DRIVE_IDENTITY, reason, "lsblk", detail)]


def _holdings(around: Around) -> tuple[usage.Holdings | None, list[wire.Unseen]]:
    try:
        return usage.Holdings(around), []
    except OSError as exc:
        return None, [_unseen(wire.Subject.DRIVE_USE, why(exc), "proc")]


def _uses(
    around: Around,
    holdings: usage.Holdings | None,
    name: str,
    disk: lsblk.Disk | None,
) -> frozenset[wire.Use]:
    found = holdings.uses(name) if holdings else frozenset({wire.Use.UNKNOWN})
    if disk is None:
        return found
    found |= {usage.of_mount_point(point) for point in _mounted(disk)}
    if "[SWAP]" in disk.mount_points:
        found |= {wire.Use.SWAP}
    # the kernel's own ZFS names no devices; while it runs, its members are in use
    if "zfs_member" in disk.file_systems and (around.proc / "spl").is_dir():
        found |= {wire.Use.ZFS}
    return found


def _mounted(disk: lsblk.Disk) -> list[str]:
    return [point for point in disk.mount_points if point.startswith("/")]


def _without_capacity(known: list[Block]) -> list[wire.Unseen]:
    """A fixed drive of no size is a drive that has failed; an empty slot is not one."""
    return [
        _unseen(wire.Subject.DRIVES, wire.Why.UNREADABLE, block.path, "no capacity")
        for block in known
        if not block.size_bytes and block.removable is False
    ]


def _behind_raid(around: Around) -> list[wire.Unseen]:
    """A RAID controller (Intel VMD too) may keep drives from the system's sight."""
    return [
        _unseen(wire.Subject.DRIVES, wire.Why.HIDDEN, slot.name, "RAID controller")
        for slot in entries(around.sys / "bus/pci/devices")
        if said(slot / "class").startswith(RAID_CLASS)
    ]


def _nameless(found: tuple[wire.Drive, ...]) -> list[wire.Unseen]:
    return [
        _unseen(
            wire.Subject.DRIVE_IDENTITY, wire.Why.NOT_OFFERED, drive.path, "no serial"
        )
        for drive in found
        if not drive.serial
    ]


def _unseen(
    subject: wire.Subject, reason: wire.Why, about: str = "", detail: str = ""
) -> wire.Unseen:
    return wire.Unseen(subject=subject, why=reason, about=about, detail=detail)
