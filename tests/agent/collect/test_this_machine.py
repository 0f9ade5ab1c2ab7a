"""The machine that runs the tests, looked at for real."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil
import pytest

from agent import wire
from agent.collect import Around, look
from agent.collect.around import count
from agent.report import compose
from agent.spool import FIRST


@pytest.fixture(scope="module")
def findings():
    return look(Around())


def test_it_has_a_processor_and_memory(findings):
    assert findings.cpu.threads >= 1
    assert findings.memory.total_bytes > 2**28


def test_it_counts_what_psutil_counts():
    counted = count()
    assert counted.memory_bytes == psutil.virtual_memory().total
    assert counted.swap_bytes == psutil.swap_memory().total
    assert counted.threads == psutil.cpu_count()
    assert counted.cores in (None, psutil.cpu_count(logical=False))


def test_what_it_shows_and_does_not_show_is_told_apart(findings):
    has_dmi = Path("/sys/class/dmi/id").is_dir()
    unseen = {each.subject for each in findings.unseen}
    assert (wire.Subject.FIRMWARE in unseen) is not has_dmi
    assert bool(findings.firmware) is has_dmi


def test_a_drive_that_it_runs_from_is_in_use(findings):
    """Where the root is on a drive at all: in a container it may be on none."""
    roots = {
        line.split()[2]
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
        if line.split()[4] == "/"
    }
    on_a_drive = [
        drive
        for drive in findings.drives
        if {Path(f"/sys/block/{drive.name}/dev").read_text().strip()} & roots
    ]
    assert all(drive.in_use and drive.boot_medium for drive in on_a_drive)


def test_a_drive_without_health_is_in_the_list_of_what_was_not_seen(findings):
    silent = {drive.path for drive in findings.drives if drive.health is None}
    told = {
        each.about
        for each in findings.unseen
        if each.subject is wire.Subject.DRIVE_HEALTH
    }
    assert silent == told
    if shutil.which("smartctl") is None:
        assert silent == {drive.path for drive in findings.drives}


def test_its_report_survives_the_journey(findings):
    report = compose(findings, Around(), FIRST)
    assert report.boot_id
    assert report.monotonic_ms > 0
    assert wire.Report.from_bytes(report.to_bytes()) == report
