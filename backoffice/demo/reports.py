"""Reports of another tool, brought to the demo: one is applied, one only looked at."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from backoffice.demo.morning import Morning
from inventory import actions
from inventory.models import Device, ResultImport, StorageDrive

METHOD = "Fill With Zeros"
OPTIONS = """\
[{at}]  notice: Program options are set as follows...
[{at}]  notice:   banner   = nwipe 0.36
[{at}]  notice:   method   = {method}
[{at}]  notice:   rounds   = 1
[{at}]  notice:   verify   = 1 (last pass)
"""
FOUND = """\
[{at}]  notice: Found /dev/{name}, ATA, {model}, 500 GB, S/N={serial}
[{at}]    info: [GOOD] The host protected area is disabled on /dev/{name}
"""
WIPED = """\
[{at}]  notice: /dev/{name}, sect/blk/dev 512/4096/{size}
[{at}]  notice: Invoking method '{method}' on /dev/{name}
[{at}]  notice: {written} bytes written to /dev/{name}
[{at}]  notice: {written} bytes read from /dev/{name}
"""
ERRORS = """
******************************** Error Summary *********************************
!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors
"""
STATUS = """
********************************* Drive Status *********************************
!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number
"""
LAST = "[{at}] Total Throughput 118 MB/s, {method}, 1R+NB+VL\n"


@dataclasses.dataclass(frozen=True)
class Wiped:
    """One drive in a log of nwipe; an old adapter shows no serial number."""

    drive: StorageDrive
    status: str = "Erased"
    shows_serial: bool = True

    def lines(self, name: str) -> dict[str, object]:
        size = self.drive.size_bytes or 0
        return {
            "name": name,
            "model": f"{self.drive.make} {self.drive.model}",
            "serial": self.drive.serial if self.shows_serial else "",
            "size": size,
            "written": size if self.status == "Erased" else size // 3,
            "status": self.status,
            "method": METHOD,
        }


def tell(morning: Morning) -> None:
    """An evening on the old bench: erased, stopped, and one that says no serial."""
    desktops = [_drive(morning.take("OptiPlex 3050 SFF", to_erase=True))]
    desktops += [
        _drive(morning.take("ProDesk 400 G4", to_erase=True)) for _ in range(2)
    ]
    whole, stopped, nameless = desktops
    applied = (
        Wiped(whole),
        Wiped(stopped, status="UABORTED"),
        Wiped(nameless, shows_serial=False),
    )
    report = _brought(morning, applied, minutes=58, name="etabli-ancien.log")
    with morning.minutes_ago(55):
        actions.apply_results(report=report, by=morning.workshop.technician)
    _brought(morning, (Wiped(nameless),), minutes=21, name="etabli-ancien-2.log")


def _brought(
    morning: Morning, wiped: Sequence[Wiped], *, minutes: int, name: str
) -> ResultImport:
    with morning.minutes_ago(minutes):
        body = log_of(wiped, timezone.now() - dt.timedelta(minutes=3))
        return actions.take_in_results(
            body=body.encode(),
            file_name=name,
            site=morning.workshop.site,
            by=morning.workshop.technician,
        )


def log_of(wiped: Sequence[Wiped], at: dt.datetime) -> str:
    """What nwipe writes of a run over several drives."""
    stamp = timezone.localtime(at).strftime("%Y/%m/%d %H:%M:%S")
    rows = [each.lines(f"sd{'abcdef'[n]}") for n, each in enumerate(wiped)]
    parts = [FOUND.format(at=stamp, **row) for row in rows]
    parts.append(OPTIONS.format(at=stamp, method=METHOD))
    parts += [WIPED.format(at=stamp, **row) for row in rows]
    parts.append(ERRORS)
    parts += [f"      {row['name']} |  0 |  0 |  0\n" for row in rows]
    parts.append(STATUS)
    parts += [
        f"      {row['name']} | {row['status']} | 118 MB/s | 01:10:37 | {row['model']}\n"
        for row in rows
    ]
    return "".join(parts) + LAST.format(at=stamp, method=METHOD)


def _drive(device: Device) -> StorageDrive:
    return device.drives.get()
