"""What one drive can do to erase itself, asked of the drive right before the plan.

A drive's own commands are sent only where nothing stands between, and where the drive
that answers to them is the one that the kernel shows. RAID controllers and adapters
answer with another's identity, or with one that they made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from agent import wire
from agent.collect.around import Around, entries
from agent.collect.blocks import Block, blocks
from agent.erase import scsi
from agent.erase.leftout import LeftOut
from agent.erase.table import Medium, medium_of
from agent.parse import (
    Unreadable,
    extcsd,
    hdparm,
    nvme,
    nvmeformat,
    sanitizing,
    smartctl,
)
from agent.parse.sanitizing import Sanitizing, State
from agent.proofs import Counters
from agent.run import Ran
from agent.wire import Behind, Bus, Why

SECONDS = 30.0
SMARTCTL_SECONDS = 60.0
NAMESPACE = re.compile(r"(nvme\d+)n\d+")
ATA = frozenset({Bus.SATA, Bus.IDE})


class Probed(NamedTuple):
    """What is known of one drive. `unfit` says why its own commands are not used.

    `abilities` are its own word of now. `sanitizing` is where it stands with that;
    `format` how its namespace is formatted, `emmc` what its register allows.
    """

    medium: Medium
    unfit: LeftOut | None = None
    abilities: wire.Abilities = wire.Abilities()
    sanitizing: Sanitizing = Sanitizing(State.NOT_OFFERED)
    format: nvmeformat.Format = nvmeformat.Format()
    emmc: extcsd.ExtCsd = extcsd.ExtCsd(secure_erase=False, sanitize=False)


def probe(around: Around, drive: wire.Drive) -> Probed:
    """Ask a drive what it can do. Changes nothing on it."""
    medium = medium_of(drive)
    unfit = _between(drive)
    block = next((each for each in blocks(around) if each.name == drive.name), None)
    if unfit or block is None:
        return Probed(medium, unfit or LeftOut.SILENT)
    if drive.bus in ATA:
        return _probe_ata(around, medium, block)
    if drive.bus is Bus.NVME:
        return _probe_nvme(around, medium, block)
    if drive.bus is Bus.EMMC:
        return _probe_emmc(around, medium, block)
    if drive.bus is Bus.SAS:
        return _probe_scsi(around, medium, block)
    return Probed(medium, LeftOut.NO_COMMANDS)


def _between(drive: wire.Drive) -> LeftOut | None:
    known = {
        Behind.USB_BRIDGE: LeftOut.BRIDGE,
        Behind.RAID: LeftOut.RAID,
        Behind.VIRTUAL: LeftOut.VIRTUAL,
        Behind.UNKNOWN: LeftOut.UNKNOWN_PATH,
    }
    return known.get(drive.behind)


def _probe_ata(around: Around, medium: Medium, block: Block) -> Probed:
    ran = around.run(hdparm.argv(block.path), SECONDS)
    if ran.why:
        return Probed(medium, _silence(ran))
    ata = hdparm.parse(ran.stdout.decode(errors="replace"))
    if not ata.model and not ata.serial:
        return Probed(medium, LeftOut.SILENT)
    if not is_this(ata, block):
        return Probed(medium, LeftOut.OTHER_DRIVE)
    abilities = ata.abilities or wire.Abilities()
    offered = (
        abilities.sanitize_block,
        abilities.sanitize_crypto,
        abilities.sanitize_overwrite,
    )
    stands = sanitize_of_ata(around, block.path) if any(offered) else None
    return Probed(
        medium,
        abilities=abilities,
        sanitizing=stands or Sanitizing(State.NOT_OFFERED),
    )


def is_this(ata: hdparm.Ata, block: Block) -> bool:
    """Whether the drive that answered is the one that the kernel shows.

    In serial and model, as far as the kernel keeps them, and in its size.
    """
    own, shown = _bare(ata.model), _bare(block.model)
    is_model = bool(shown) and own.startswith(shown)
    is_serial = bool(block.serial) and _bare(ata.serial) == _bare(block.serial)
    is_size = ata.visible_bytes in (None, block.size_bytes)
    return ata.has_checksum is not False and is_model and is_serial and is_size


def identity(around: Around, name: str) -> hdparm.Ata | None:
    """What an ATA drive says of itself now; None where another one answers."""
    block = next((each for each in blocks(around) if each.name == name), None)
    if block is None:
        return None
    ran = around.run(("hdparm", "-I", block.path), SECONDS)
    ata = hdparm.parse(ran.stdout.decode(errors="replace"))
    return ata if is_this(ata, block) else None


def _bare(word: str) -> str:
    return re.sub(r"\s", "", word).lower()


def sanitize_of_ata(around: Around, path: str) -> Sanitizing:
    return sanitizing.ata(said_by(ask_sanitize_of_ata(around, path)))


def ask_sanitize_of_ata(around: Around, path: str) -> Ran:
    return around.run(("hdparm", "--sanitize-status", path), SECONDS)


def said_by(ran: Ran) -> str:
    """All that a program printed: hdparm says half of it as errors."""
    return (ran.stdout + b"\n" + ran.stderr).decode(errors="replace")


def _probe_nvme(around: Around, medium: Medium, block: Block) -> Probed:
    admin = admin_path(block.path)
    ran = around.run(nvme.id_ctrl_argv(admin), SECONDS)
    if ran.why:
        return Probed(medium, _silence(ran))
    try:
        controller = nvme.id_ctrl(ran.stdout)
    except Unreadable:
        return Probed(medium, LeftOut.SILENT)
    names = (_bare(controller.model), _bare(controller.serial))
    if names != (_bare(block.model), _bare(block.serial)) or not block.serial:
        return Probed(medium, LeftOut.OTHER_DRIVE)
    if siblings(around, block.name):
        return Probed(medium, LeftOut.OTHER_NAMESPACES)
    return Probed(
        medium,
        abilities=controller.abilities,
        sanitizing=sanitize_of_nvme(around, admin),
        format=format_of(around, block.path),
    )


def admin_path(path: str) -> str:
    """Where an NVMe drive takes its commands: /dev/nvme0 for /dev/nvme0n1."""
    folder, slash, name = path.rpartition("/")
    found = NAMESPACE.fullmatch(name)
    return f"{folder}{slash}{found[1]}" if found else path


def siblings(around: Around, name: str) -> list[str]:
    """The other namespaces of the same NVMe drive: a sanitize would erase them too."""
    own = admin_path(name)
    names = [each.name for each in entries(around.sys / "block")]
    alike = [each for each in names if NAMESPACE.fullmatch(each)]
    return [each for each in alike if admin_path(each) == own and each != name]


def sanitize_of_nvme(around: Around, path: str) -> Sanitizing:
    return sanitizing.nvme(ask_sanitize_of_nvme(around, path).stdout)


def ask_sanitize_of_nvme(around: Around, path: str) -> Ran:
    return around.run(("nvme", "sanitize-log", "-o", "json", path), SECONDS)


def format_of(around: Around, path: str) -> nvmeformat.Format:
    """How a namespace is formatted; nothing known where it does not say."""
    try:
        return nvmeformat.parse(around.run(nvmeformat.argv(path), SECONDS).stdout)
    except Unreadable:
        return nvmeformat.Format()


def _probe_emmc(around: Around, medium: Medium, block: Block) -> Probed:
    ran = around.run(extcsd.argv(block.path), SECONDS)
    if ran.why:
        return Probed(medium, _silence(ran))
    try:
        return Probed(medium, emmc=extcsd.parse(said_by(ran)))
    except Unreadable:
        return Probed(medium, LeftOut.SILENT)


def _probe_scsi(around: Around, medium: Medium, block: Block) -> Probed:
    found = scsi.able(around, block)
    if isinstance(found, LeftOut):
        return Probed(medium, found)
    abilities, stands = found
    return Probed(medium, abilities=abilities, sanitizing=stands)


def _silence(ran: Ran) -> LeftOut:
    return LeftOut.TOOL_MISSING if ran.why is Why.TOOL_MISSING else LeftOut.SILENT


def counters(around: Around, drive: wire.Drive) -> Counters:
    """What a drive counts of its own faults now; None where it does not say."""
    answer = smartctl.read(around.run(smartctl.argv(drive.path), SMARTCTL_SECONDS))
    health = answer.health if isinstance(answer, smartctl.Smart) else None
    if health is None:
        return Counters()
    return Counters(
        reallocated=_either(health.reallocated_sectors, health.grown_defects),
        pending=health.pending_sectors,
        uncorrectable=_either(health.offline_uncorrectable, health.uncorrected_errors),
        media_errors=health.media_errors,
    )


def _either(one: int | None, other: int | None) -> int | None:
    return other if one is None else one


VERSIONS: Sequence[tuple[str, ...]] = (
    ("hdparm", "-V"),
    ("nvme", "version"),
    ("smartctl", "--version"),
    ("sg_format", "--version"),
)
VERSION = re.compile(r"(\d+\.\d+(?:\.\d+)?)")


def tools(around: Around) -> tuple[str, ...]:
    """The programs that speak to drives, each with its version."""
    found = []
    for argv in VERSIONS:
        said = VERSION.search(said_by(around.run(argv, SECONDS)))
        if said:
            found.append(f"{argv[0]} {said[1]}")
    return tuple(found)
