"""The parts of a drive that it does not show (HPA, DCO, AMAX): found, and taken away.

What is not known is said so, and is never nothing: an adapter that swallows the
question, a driver that loses the answer. Removed is what the *system* shows in full
afterwards, because nothing else is overwritten and read back.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

from agent import wire
from agent.collect.around import Around, number
from agent.collect.blocks import blocks
from agent.erase.contract import step_of
from agent.erase.firmware.pace import Pace
from agent.erase.probe import ATA, SECONDS, is_this, said_by
from agent.methods import Hidden
from agent.parse import hdparm, hiddenareas
from agent.parse.sanitizing import MANGLED
from agent.proofs import HiddenAreas, Step
from agent.run import Stopped, never
from agent.wire import Behind, Bus

YES = "--yes-i-know-what-i-am-doing"
SECTOR_BYTES = 512  # the unit of /sys/block/*/size
HOST = re.compile(r"host\d+")
# How often the system is asked for the new size after the drive has shown it.
LOOKS = 10


class Revealed(NamedTuple):
    """What came of it, and every command that was run."""

    areas: HiddenAreas
    steps: tuple[Step, ...] = ()


def reveal(
    around: Around,
    drive: wire.Drive,
    pace: Pace | None = None,
    stopped: Stopped = never,
) -> Revealed:
    """Look for hidden parts of an ATA drive, and uncover them.

    To be called before the drive is opened and planned for: it may be larger, and
    under another name, afterwards.
    """
    size = drive.size_bytes
    if drive.bus not in ATA:
        known = Hidden.UNKNOWN if _may_be_ata(drive) else Hidden.NOT_OFFERED
        return Revealed(_areas(size, known))
    if drive.behind is not Behind.NOTHING:
        return Revealed(_areas(size, Hidden.UNKNOWN))
    return _Uncovering(around, drive, pace or Pace(), stopped).run()


def _may_be_ata(drive: wire.Drive) -> bool:
    """An adapter drops the question, so that nobody knows; what is on USB may be behind
    one that is not told. NVMe has no such areas.
    """
    if drive.bus is Bus.NVME:
        return False
    is_outside = drive.bus in (Bus.UNKNOWN, Bus.USB)
    return is_outside or drive.behind is not Behind.NOTHING


def _areas(size: int, state: Hidden) -> HiddenAreas:
    return HiddenAreas(
        hpa=state, dco=state, amax=state, visible_before=size, visible_after=size
    )


class _Uncovering:
    """One drive. The order is the standard’s: the host’s area, then the overlay."""

    def __init__(
        self, around: Around, drive: wire.Drive, pace: Pace, stopped: Stopped
    ) -> None:
        self._around = around
        self._drive = drive
        self._pace = pace
        self._stopped = stopped
        self._steps: list[Step] = []
        self._sector = SECTOR_BYTES

    def run(self) -> Revealed:
        identity = self._ask("-I")
        ata = hdparm.parse(identity)
        self._sector = hdparm.sector_bytes(identity)
        found = (each for each in blocks(self._around) if each.name == self._drive.name)
        block = next(found, None)
        if block is None or not is_this(ata, block):
            return Revealed(_areas(self._drive.size_bytes, Hidden.UNKNOWN))
        has_area, has_overlay = hiddenareas.offers(identity)
        hpa, amax = self._uncover(has_area)
        dco = self._restore() if has_overlay else Hidden.NOT_OFFERED
        return self._judge(hpa, dco, amax)

    def _uncover(self, has_area: bool) -> tuple[Hidden, Hidden]:
        """What became of the host’s area and of its successor; a drive has one."""
        said = self._ask("-N")
        ends = self._believed(said)
        if ends is None:
            is_other = hiddenareas.max_sectors(said, self._sector)
            is_lost = has_area or is_other or MANGLED.search(said)
            state = Hidden.UNKNOWN if is_lost else Hidden.NOT_OFFERED
            return state, state
        state = Hidden.NONE
        if ends.visible < ends.native:
            self._run(YES, f"-Np{ends.native}")
            now = self._ends()
            is_gone = now is not None and now.visible == now.native == ends.native
            state = Hidden.REMOVED if is_gone else Hidden.LEFT
        if ends.is_amax:
            return Hidden.NOT_OFFERED, state
        return state, Hidden.NOT_OFFERED

    def _believed(self, said: str) -> hiddenareas.Ends | None:
        """What the drive shows is what the system has of it, or it is not the truth."""
        ends = hiddenareas.max_sectors(said, self._sector)
        is_same = ends and ends.visible * self._sector == self._drive.size_bytes
        return ends if is_same else None

    def _restore(self) -> Hidden:
        """The overlay; frozen by much firmware, and then nobody knows what it hides."""
        ends, real = self._ends(), self._real()
        if ends is None or real is None or real < ends.native:
            return Hidden.UNKNOWN
        if real == ends.native:
            return Hidden.NONE
        if ends.visible < ends.native:
            return Hidden.LEFT  # the drive refuses it while the host's area stands
        self._run(YES, "--dco-restore")
        now = self._ends()
        is_gone = now is not None and now.native == real
        if now is not None and now.visible < now.native == real:
            self._run(YES, f"-Np{real}")
            now = self._ends()
        is_shown = is_gone and now is not None and now.visible == real
        return Hidden.REMOVED if is_shown else Hidden.LEFT

    def _judge(self, hpa: Hidden, dco: Hidden, amax: Hidden) -> Revealed:
        states = {"hpa": hpa, "dco": dco, "amax": amax}
        ends = self._ends()
        native = ends.native * self._sector if ends else None
        before = after = self._drive.size_bytes
        if Hidden.REMOVED in states.values() and native:
            after = self._rescan(native)
            if after < native:
                # the drive shows it, the system does not before a power cycle
                states = {
                    name: Hidden.LEFT if state is Hidden.REMOVED else state
                    for name, state in states.items()
                }
        areas = HiddenAreas(
            **states, native_bytes=native, visible_before=before, visible_after=after
        )
        return Revealed(areas, tuple(self._steps))

    def _rescan(self, wanted: int) -> int:
        """Have the system ask the drive for its size again; the size that it shows."""
        folder = self._around.sys / "block" / self._drive.name
        size = 0
        for _ in range(LOOKS):
            for door in (*_ports(self._around, folder), folder / "device/rescan"):
                _write(door)
            size = (number(folder / "size") or 0) * SECTOR_BYTES
            if size >= wanted or not self._pace.pause(self._stopped):
                break
        return size

    def _ends(self) -> hiddenareas.Ends | None:
        return hiddenareas.max_sectors(self._ask("-N"), self._sector)

    def _real(self) -> int | None:
        return hiddenareas.real_sectors(self._ask("--dco-identify"), self._sector)

    def _ask(self, option: str) -> str:
        argv = ("hdparm", option, self._drive.path)
        return said_by(self._around.run(argv, SECONDS))

    def _run(self, *options: str) -> None:
        argv = ("hdparm", *options, self._drive.path)
        self._steps.append(step_of(self._around.run(argv, SECONDS)))


def _ports(around: Around, folder: Path) -> list[Path]:
    """Where the port of a drive is scanned: libata asks it for its size only then."""
    above = (folder / "device").resolve().parents
    hosts = [each.name for each in above if HOST.fullmatch(each.name)]
    return [around.sys / "class/scsi_host" / host / "scan" for host in hosts]


def _write(door: Path) -> None:
    """Knock; what the system says to it is seen by the size."""
    with contextlib.suppress(OSError):
        door.write_text("- - -" if door.name == "scan" else "1")
