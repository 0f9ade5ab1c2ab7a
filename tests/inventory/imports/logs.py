"""Logs of nwipe: what it wrote here on loop devices, and the same about a given drive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils import timezone

from inventory.models import StorageDrive

FOLDER = Path(__file__).with_name("logs")

LOG = """\
[{at}]  notice: Found /dev/sda, {bus}, {model}, 500 GB, S/N={serial}
[{at}]    info: {hidden}
[{at}]  notice: Program options are set as follows...
[{at}]  notice:   banner   = nwipe 0.36
[{at}]  notice:   method   = {method}
[{at}]  notice:   rounds   = 1
[{at}]  notice:   verify   = {verify}
[{at}]  notice: /dev/sda, sect/blk/dev 512/4096/{size}
[{at}]  notice: Invoking method '{method}' on /dev/sda
[{at}]  notice: {written} bytes written to /dev/sda
[{at}]  notice: {read} bytes read from /dev/sda

******************************** Error Summary *********************************
!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors
      sda |           {errors} |                    0 |                    0

********************************* Drive Status *********************************
!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number
      sda |{status}|   0 B/s | 00:00:01 | {short}/{serial}
[{at}] Total Throughput   0 B/s, {method}, {rounds}
"""


def written(name: str) -> str:
    """A log as the program wrote it."""
    return (FOLDER / f"{name}.log").read_text()


def log_of(
    drive: StorageDrive, *, at: dt.datetime | None = None, **said: object
) -> str:
    """A log that says a drive was overwritten and read back, but for what is `said`."""
    moment = timezone.localtime(at or timezone.now())
    size = said.get("size", drive.size_bytes)
    model = f"{drive.make} {drive.model}".strip()
    facts = {
        "at": moment.strftime("%Y/%m/%d %H:%M:%S"),
        "bus": " ATA",
        "model": model,
        "short": model[:17],
        "serial": drive.serial[:20],
        "hidden": "[GOOD] The host protected area is disabled on /dev/sda",
        "method": "Fill With Zeros",
        "verify": "1 (last pass)",
        "size": size,
        "written": size,
        "read": size,
        "errors": 0,
        "status": " Erased ",
        "rounds": "1R+NB+VL",
    }
    return LOG.format(**{**facts, **said})
