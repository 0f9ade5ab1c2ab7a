"""The drives of this machine, from three witnesses: the kernel, udev, the drive.

The kernel says which there are. What lsblk and smartctl add is taken where they
answer; where they do not, that is said.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from agent import wire
from agent.collect import usage
from agent.collect.around import Around, Seen, at_most, entries, said, why
from agent.collect.blocks import Block, blocks
from agent.collect.merge import one_drive, path_of
from agent.parse import lsblk
from agent.parse import smartctl as smart

LSBLK_SECONDS = 20.0
SMARTCTL_SECONDS = 40.0  # a drive that is spinning up, or down for good
AT_ONCE = 8

NO_SMART = frozenset({wire.Bus.VIRTIO, wire.Bus.EMMC, wire.Bus.CARD})
RAID_CLASS = "0x0104"  # PCI base class 1, sub-class 4


def drives(around: Around) -> Seen[tuple[wire.Drive, ...]]:
    if not (around.sys / "block").is_dir():
        return Seen((), (_unseen(wire.Subject.DRIVES, wire.Why.NOT_OFFERED),))
    known = blocks(around)
    present = [block for block in known if block.size_bytes]
    disks, of_lsblk = _ask_lsblk(around)
    told, of_smart = _ask_smartctl(around, present)
    holdings, of_use = _holdings(around)
    found = [
        one_drive(
            block,
            disks.get(block.name),
            told.get(block.name),
            _uses(around, holdings, block.name, disks.get(block.name)),
        )
        for block in present
    ]
    kept = at_most(wire.MAX_DRIVES, found, wire.Subject.DRIVES)
    hidden = (*_without_capacity(known), *_behind_raid(around))
    nameless = _nameless(kept.what)
    return Seen(
        kept.what, (*kept.unseen, *hidden, *of_use, *of_lsblk, *nameless, *of_smart)
    )


def _ask_lsblk(around: Around) -> tuple[dict[str, lsblk.Disk], list[wire.Unseen]]:
    ran = around.run(lsblk.ARGV, LSBLK_SECONDS)
    reason, detail = ran.why, ran.detail
    if reason is None and ran.exit_code:
        reason, detail = wire.Why.TOOL_FAILED, ran.stderr.decode(errors="replace")
    if reason is None:
        try:
            return {disk.name: disk for disk in lsblk.parse(ran.stdout)}, []
        except (ValueError, RecursionError) as exc:
            reason, detail = wire.Why.UNREADABLE, str(exc)
    return {}, [_unseen(wire.Subject.DRIVE_IDENTITY, reason, "lsblk", detail)]


def _ask_smartctl(
    around: Around, present: list[Block]
) -> tuple[dict[str, smart.Smart], list[wire.Unseen]]:
    """Ask every drive at once, so that one that hangs holds up no other."""
    able = [block for block in present if block.bus not in NO_SMART]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda block: _smart(around, block.name), able))
    told: dict[str, smart.Smart] = {}
    unseen = [
        _unseen(wire.Subject.DRIVE_HEALTH, wire.Why.NOT_OFFERED, path_of(block.name))
        for block in present
        if block.bus in NO_SMART
    ]
    for block, answer in zip(able, answers, strict=True):
        if isinstance(answer, smart.Smart):
            told[block.name] = answer
        else:
            about = path_of(block.name)
            unseen.append(
                _unseen(wire.Subject.DRIVE_HEALTH, answer.why, about, answer.detail)
            )
    return told, unseen


def _smart(around: Around, name: str) -> smart.Smart | smart.NoAnswer:
    return smart.read(around.run(smart.argv(path_of(name)), SMARTCTL_SECONDS))


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
        _unseen(
            wire.Subject.DRIVES, wire.Why.UNREADABLE, path_of(block.name), "no capacity"
        )
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
