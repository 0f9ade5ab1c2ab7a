from __future__ import annotations

import pytest

from agent import wire
from agent.parse import Unreadable
from agent.parse.smarttext import parse

ATA = """\
smartctl 6.6 2016-05-31 r4324 [x86_64-linux] (local build)

=== START OF INFORMATION SECTION ===
Device Model:     FICTIF HDD 1TB
Serial Number:    FICTIFHDD1
LU WWN Device Id: 5 000c50 0a1b2c3d4
Firmware Version: CC47
User Capacity:    1\u202f000\u202f204\u202f886\u202f016 bytes [1,00 TB]
Rotation Rate:    7200 rpm
Form Factor:      3.5 inches
ATA Security is:  ENABLED, PW level HIGH, **LOCKED** [SEC4]

=== START OF READ SMART DATA SECTION ===
SMART overall-health self-assessment test result: PASSED

Vendor Specific SMART Attributes with Thresholds:
ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
  5 Reallocated_Sector_Ct   0x0033   001   001   036    Pre-fail  Always   FAILING_NOW 2047
  9 Power_On_Hours          0x0032   091   091   000    Old_age   Always       -       8123h+12m+04.120s
188 Command_Timeout         0x0032   100   099   000    Old_age   Always       -       1 1 3
190 Airflow_Temperature_Cel 0x0022   067   040   045    Old_age   Always   In_the_past 33 (Min/Max 31/34)
197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       8

SMART Self-test log structure revision number 1
Num  Test_Description    Status                  Remaining  LifeTime(hours)  LBA_of_first_error
# 1  Short offline       Completed: read failure       90%      8120         123456
# 2  Short offline       Completed without error       00%      5000         -
"""
SCSI = """\
smartctl 7.2 2020-12-30 r5155 [x86_64-linux] (local build)
=== START OF INFORMATION SECTION ===
Vendor:               FICTIF
Product:              SAS1200
Revision:             N004
User Capacity:        1,200,243,695,616 bytes [1.20 TB]
Rotation Rate:        10500 rpm
Serial number:        FICTIFSAS1
=== START OF READ SMART DATA SECTION ===
SMART Health Status: OK
Current Drive Temperature:     31 C
Accumulated power on time, hours:minutes 5675:12
Elements in grown defect list: 3
No Self-tests have been logged
"""


def test_a_disk_says_what_it_is_and_how_it_feels():
    told = parse(ATA)
    assert (told.model, told.serial, told.firmware) == (
        "FICTIF HDD 1TB",
        "FICTIFHDD1",
        "CC47",
    )
    assert (told.size_bytes, told.rotation_rate) == (1_000_204_886_016, 7200)
    assert (told.wwn, told.form) == ("0x5000c500a1b2c3d4", "3.5 inches")
    health = told.health
    assert health
    assert (health.tool, health.protocol, health.passed) == (
        "smartctl 6.6",
        "ATA",
        True,
    )
    assert (health.power_on_hours, health.temperature_celsius) == (8123, 33)
    assert (health.reallocated_sectors, health.pending_sectors) == (2047, 8)
    assert (health.failing_now, health.failed_before) == ((5,), (190,))
    assert (health.self_test, health.self_test_hours) == (wire.SelfTest.FAILED, 8120)


def test_a_lock_is_read_from_its_line():
    can = parse(ATA).abilities
    assert can
    assert (can.security, can.security_enabled, can.security_locked) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("line", "frozen", "enabled"),
    [
        ("Disabled, frozen [SEC2]", True, False),
        ("Disabled, NOT FROZEN [SEC1]", False, False),
        ("ENABLED, PW level HIGH, not locked, not frozen [SEC5]", False, True),
        ("ENABLED, PW level MAX, not locked, frozen [SEC6]", True, True),
        ("ENABLED, PW level HIGH, **LOCKED** [SEC4]", None, True),
        ("Unavailable", None, None),
    ],
)
def test_a_frozen_drive_is_told_from_one_that_is_not(line, frozen, enabled):
    text = f"Device Model: FICTIF\nATA Security is:  {line}\n"
    can = parse(text).abilities
    assert can
    assert (can.security_frozen, can.security_enabled) == (frozen, enabled)


def test_a_server_disk_speaks_another_language():
    told = parse(SCSI)
    assert (told.model, told.firmware, told.size_bytes) == (
        "FICTIF SAS1200",
        "N004",
        1_200_243_695_616,
    )
    health = told.health
    assert health
    assert (health.protocol, health.passed, health.grown_defects) == ("SCSI", True, 3)
    assert (health.power_on_hours, health.temperature_celsius) == (5675, 31)
    assert health.self_test is wire.SelfTest.NEVER


@pytest.mark.parametrize(
    "text", ["", "smartctl 7.3\nSmartctl open device: /dev/sda failed: No such device"]
)
def test_no_drive_is_no_health(text):
    with pytest.raises(Unreadable):
        parse(text)


def test_an_old_smartctl_names_a_server_disk_in_one_line():
    told = parse("Device: FICTIF   MAX3036RC        Version: 0104\nSerial number: X1\n")
    assert (told.model, told.serial) == ("FICTIF MAX3036RC", "X1")


@pytest.mark.parametrize(
    ("line", "used"),
    [
        ("Percentage Used:                    0%", 0),
        ("Percentage used endurance indicator: 0%", 0),
        ("Percentage used endurance indicator: 7%", 7),
        ("Percentage Used:                    -", None),
    ],
)
def test_a_drive_that_is_new_has_used_up_nothing(line, used):
    health = parse(f"Model Number: FICTIF\n{line}\n").health
    assert health
    assert health.percentage_used == used


NVME_TESTS = """\
Model Number:                       FICTIF NVME
Self-test Log (NVMe Log 0x06)
Self-test status: No self-test in progress
Num  Test_Description  Status                       Power_on_Hours  Failing_LBA  NSID Seg SCT Code
"""
SCSI_TESTS = """\
Product:              SAS1200
SMART Self-test log
Num  Test              Status                 segment  LifeTime  LBA_first_err [SK ASC ASQ]
     Description                              number   (hours)
"""


@pytest.mark.parametrize(
    ("text", "ended", "hours"),
    [
        (NVME_TESTS, "unknown", None),
        (
            NVME_TESTS
            + " 0   Short             Completed: failed segments                  12345            -     -   1   -    -\n"
            " 1   Extended          Completed without error                     12000            -     -   -   -    -\n",
            "failed",
            12345,
        ),
        (
            NVME_TESTS
            + " 0   Extended          Completed without error                       7            -     -   -   -    -\n",
            "passed",
            7,
        ),
        (
            SCSI_TESTS
            + "# 1  Background short  Completed                   -    5675                 - [-   -    -]\n",
            "passed",
            5675,
        ),
        (
            SCSI_TESTS
            + "# 1  Background long   Failed in segment -->       4    5675            123456 [0x3 0x11 0x0]\n",
            "failed",
            5675,
        ),
        (
            SCSI_TESTS
            + "# 1  Background long   Self test in progress ...   -     NOW                 - [-   -    -]\n",
            "running",
            None,
        ),
    ],
)
def test_the_last_self_test_of_any_kind_of_drive_is_read(text, ended, hours):
    health = parse(text).health
    assert health
    assert (health.self_test, health.self_test_hours) == (ended, hours)


def test_a_number_that_a_maker_uses_for_something_else_is_not_read():
    row = "{} {:<23} 0x0000   ---   ---   ---    Old_age   Offline      -       3409\n"
    names = {9: "Unknown_JMF_Attribute", 197: "Current_Pending_Sector"}
    rows = [row.format(n, name) for n, name in names.items()]
    rows.append(row.format(198, "Read_Sectors_Tot_Ct"))
    health = parse("Device Model: FICTIF\n" + "".join(rows)).health
    assert health
    assert (health.pending_sectors, health.offline_uncorrectable) == (3409, None)
    assert (health.power_on_hours, health.attributes) == (None, 3)
