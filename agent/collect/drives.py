"""The drives of this machine, from several witnesses: the kernel, udev, the drive.

The kernel says which there are. What the others add is taken where they answer;
where they do not, that is said.
"""

from __future__ import annotations

from agent import facts
from agent.collect import usage
from agent.collect.around import Around, Seen, at_most, entries, said, why
from agent.collect.blocks import RAID_CLASS, Block, blocks
from agent.collect.merge import one_drive
from agent.collect.witnesses import ask_all
from agent.parse import Unreadable, lsblk, nvme

LSBLK_SECONDS = 20.0
NVME_SECONDS = 20.0


def drives(around: Around) -> Seen[tuple[facts.Drive, ...]]:
    if not (around.sys / "block").is_dir():
        return Seen((), (_unseen(facts.Subject.DRIVES, facts.Why.NOT_OFFERED),))
    known = blocks(around)
    found = _ask(around, [block for block in known if block.size_bytes])
    kept = at_most(facts.MAX_DRIVES, found.what, facts.Subject.DRIVES)
    hidden = (*_without_capacity(known), *_behind_raid(around))
    return Seen(
        kept.what, (*kept.unseen, *hidden, *_nameless(kept.what), *found.unseen)
    )


def drive(around: Around, name: str) -> facts.Drive | None:
    """One drive as it is now; no other is asked anything."""
    known = [block for block in blocks(around) if block.name == name]
    found = _ask(around, [block for block in known if block.size_bytes]).what
    return found[0] if found else None


def _ask(around: Around, known: list[Block]) -> Seen[list[facts.Drive]]:
    present = _named(around, known)
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
    of_drives = [each for answer in told.values() for each in answer.unseen]
    return Seen(found, (*of_use, *of_lsblk, *of_drives))


def _named(around: Around, known: list[Block]) -> list[Block]:
    """The same drives; one on NVMe that the kernel has no number of, by `nvme list`."""
    nameless = [
        block for block in known if block.bus is facts.Bus.NVME and not block.serial
    ]
    if not nameless:
        return known
    try:
        listed = nvme.namespaces(around.run(nvme.LIST, NVME_SECONDS).stdout)
    except Unreadable:
        return known
    by_path = {each.path: each for each in listed}
    return [
        block._replace(
            serial=by_path[block.path].serial,
            model=block.model or by_path[block.path].model,
            firmware=block.firmware or by_path[block.path].firmware,
        )
        if block in nameless and block.path in by_path
        else block
        for block in known
    ]


def _ask_lsblk(around: Around) -> tuple[dict[str, lsblk.Disk], list[facts.Unseen]]:
    ran = around.run(lsblk.ARGV, LSBLK_SECONDS)
    reason, detail = ran.why, ran.detail
    if reason is None and ran.exit_code:
        reason, detail = facts.Why.TOOL_FAILED, ran.stderr.decode(errors="replace")
    if reason is None:
        try:
            return {disk.name: disk for disk in lsblk.parse(ran.stdout)}, []
        except Unreadable as exc:
            reason, detail = facts.Why.UNREADABLE, str(exc)
    return {}, [_unseen(facts.Subject.DRIVE_IDENTITY, reason, "lsblk", detail)]


def _holdings(around: Around) -> tuple[usage.Holdings | None, list[facts.Unseen]]:
    try:
        return usage.Holdings(around), []
    except OSError as exc:
        return None, [_unseen(facts.Subject.DRIVE_USE, why(exc), "proc")]


def _uses(
    around: Around,
    holdings: usage.Holdings | None,
    name: str,
    disk: lsblk.Disk | None,
) -> frozenset[facts.Use]:
    found = holdings.uses(name) if holdings else frozenset({facts.Use.UNKNOWN})
    if disk is None:
        return found
    found |= {usage.of_mount_point(point) for point in _mounted(disk)}
    if "[SWAP]" in disk.mount_points:
        found |= {facts.Use.SWAP}
    # the kernel's own ZFS names no devices; while it runs, its members are in use
    if "zfs_member" in disk.file_systems and (around.proc / "spl").is_dir():
        found |= {facts.Use.ZFS}
    return found


def _mounted(disk: lsblk.Disk) -> list[str]:
    return [point for point in disk.mount_points if point.startswith("/")]


def _without_capacity(known: list[Block]) -> list[facts.Unseen]:
    """A fixed drive of no size is a drive that has failed; an empty slot is not one."""
    return [
        _unseen(facts.Subject.DRIVES, facts.Why.UNREADABLE, block.path, "no capacity")
        for block in known
        if not block.size_bytes and block.removable is False
    ]


def _behind_raid(around: Around) -> list[facts.Unseen]:
    """A RAID controller (Intel VMD too) may keep drives from the system's sight."""
    return [
        _unseen(facts.Subject.DRIVES, facts.Why.HIDDEN, slot.name, "RAID controller")
        for slot in entries(around.sys / "bus/pci/devices")
        if said(slot / "class").startswith(RAID_CLASS)
    ]


def _nameless(found: tuple[facts.Drive, ...]) -> list[facts.Unseen]:
    return [
        _unseen(
            facts.Subject.DRIVE_IDENTITY, facts.Why.NOT_OFFERED, drive.path, "no serial"
        )
        for drive in found
        if not drive.serial
    ]


def _unseen(
    subject: facts.Subject, reason: facts.Why, about: str = "", detail: str = ""
) -> facts.Unseen:
    return facts.Unseen(subject=subject, why=reason, about=about, detail=detail)
