"""What a drive says to smartctl, hdparm and nvme, and who is believed."""

from __future__ import annotations

import time

import pytest

from agent import wire
from agent.collect.drives import drives
from agent.run import Ran, run
from tests.agent.collect.test_drives import NVME, SMART, SSD, STICK, look
from tests.agent.trees import Tools, around, disk, grow, proc

ATA = """
/dev/sda:

ATA device, with non-removable media
\tModel Number:       FICTIF SSD 850 EVO 250GB
\tSerial Number:      FICTIFSSD1
\tFirmware Revision:  EMT02B6Q
\tLogical  Sector size:                   512 bytes
Commands/features:
\tEnabled\tSupported:
\t   *\tSANITIZE feature set
\t   *\tCRYPTO_SCRAMBLE_EXT command
\t   *\tBLOCK_ERASE_EXT command
Security:
\tMaster password revision code = 65534
\t\tsupported
\tnot\tenabled
\tnot\tlocked
\t\tfrozen
\tnot\texpired: security count
\t\tsupported: enhanced erase
\t2min for SECURITY ERASE UNIT. 8min for ENHANCED SECURITY ERASE UNIT.
Checksum: correct
 max sectors   = 488397168/500118192, HPA is enabled
"""
CONTROLLER = {
    "mn": "FICTIF NVME 512   ",
    "sn": "FICTIFNVME1  ",
    "tnvmcap": 512110190592,
    "oacs": 0x17,
    "fna": 4,
    "sanicap": 3,
}
BRIDGED = disk(
    "sdc",
    place="pci0000:00/0000:00:14.0/usb2/2-1/host5/target5:0:0/5:0:0:0",
    number="8:32",
    device_model="External",
)
UNKNOWN_BRIDGE = {
    "smartctl": {
        "exit_status": 1,
        "messages": [{"string": "/dev/sdc: Unknown USB bridge [0x1234:0x5678]"}],
    }
}


def hdparm(said: str) -> Ran:
    return Ran(("hdparm",), exit_code=0, stdout=said.encode())


def told(seen, subject):
    return [(u.why, u.about) for u in seen.unseen if u.subject == subject]


def test_an_ata_drive_tells_what_it_can_do_to_itself_and_its_real_end(tmp_path):
    tools = Tools(smartctl={"/dev/sda": SMART}, hdparm=hdparm(ATA))
    seen = look(tmp_path, SSD, tools)
    (found,) = seen.what
    assert found.abilities == wire.Abilities(
        security=True,
        security_enabled=False,
        security_locked=False,
        security_frozen=True,
        security_expired=False,
        erase_minutes=2,
        enhanced_erase=True,
        enhanced_erase_minutes=8,
        sanitize_crypto=True,
        sanitize_block=True,
        sanitize_overwrite=False,
    )
    assert found.native_bytes == 500118192 * 512
    assert found.size_bytes < found.native_bytes
    assert found.seen_by == ("sysfs", "smartctl", "hdparm")


@pytest.mark.parametrize(
    "other",
    [
        ATA.replace("FICTIFSSD1", "FICTIFOTHER9"),
        ATA.replace("FICTIFSSD1", "llcotaoi natlb esie"),
        ATA.replace(
            "Checksum: correct",
            "Integrity word not set (found 0x5254, expected 0xe3a5)",
        ),
    ],
    ids=["another drive", "no number", "no drive at all"],
)
def test_what_speaks_of_another_drive_is_not_believed(tmp_path, other):
    """A RAID controller answered so once, with a Security section that reads well."""
    tools = Tools(smartctl={"/dev/sda": SMART}, hdparm=hdparm(other))
    seen = look(tmp_path, SSD, tools)
    assert (seen.what[0].abilities, seen.what[0].native_bytes) == (None, None)
    assert told(seen, "drive_abilities") == [("hidden", "/dev/sda")]


def test_an_nvme_drive_tells_what_it_can_do_to_itself(tmp_path):
    seen = look(tmp_path, NVME, Tools(nvme=CONTROLLER))
    (found,) = seen.what
    assert found.abilities
    can = found.abilities
    assert (can.sanitize_crypto, can.sanitize_block, can.format_crypto) == (
        True,
        True,
        True,
    )
    assert can.format_all_namespaces is False
    assert found.native_bytes == 512110190592


def test_an_nvme_drive_without_a_number_is_looked_up_in_the_list(tmp_path):
    listed = {
        "DevicePath": "/dev/nvme0n1",
        "SerialNumber": "EX-NVME-7",
        "ModelNumber": "Maker N 1",
        "Firmware": "F1",
    }
    bare = {name: word for name, word in NVME.items() if "serial" not in name}
    tools = Tools(nvme={"Devices": [listed]})
    (found,) = look(tmp_path, bare, tools).what
    assert found.serial == "EX-NVME-7"
    assert ("nvme", "list", "--output-format=json") in tools.asked


def test_a_list_of_other_drives_names_none(tmp_path):
    listed = {"DevicePath": "/dev/nvme7n1", "SerialNumber": "EX-NVME-7"}
    bare = {name: word for name, word in NVME.items() if "serial" not in name}
    (found,) = look(tmp_path, bare, Tools(nvme={"Devices": [listed]})).what
    assert found.serial == ""


def test_where_smartctl_is_missing_an_nvme_drive_is_asked_for_its_health(tmp_path):
    log = {"critical_warning": 0, "temperature": 310, "percent_used": 12}
    seen = look(tmp_path, NVME, Tools(nvme={**CONTROLLER, **log}))
    health = seen.what[0].health
    assert health
    assert (health.temperature_celsius, health.percentage_used) == (37, 12)
    assert told(seen, "drive_health") == []


def test_a_tool_that_may_not_look_says_so(tmp_path):
    words = b"/dev/sda: Permission denied\n\nUsage: hdparm [options]"
    refused = Ran(("hdparm",), exit_code=13, stderr=words)
    seen = look(tmp_path, SSD, Tools(hdparm=refused))
    assert told(seen, "drive_abilities") == [("permission", "/dev/sda")]
    assert "/dev/sda: Permission denied" in [u.detail for u in seen.unseen]


def test_a_bridge_that_smartctl_does_not_know_is_asked_the_usual_way(tmp_path):
    class Bridge(Tools):
        def __call__(self, argv, timeout_seconds):
            if argv[0] == "smartctl":
                through = "sat" in argv
                return Tools(
                    smartctl={"/dev/sdc": SMART if through else UNKNOWN_BRIDGE}
                )(argv, timeout_seconds)
            return super().__call__(argv, timeout_seconds)

    (found,) = look(tmp_path, BRIDGED, Bridge()).what
    assert found.behind is wire.Behind.USB_BRIDGE
    assert found.medium is wire.Medium.SSD
    assert found.health


def test_a_stick_has_no_health_to_be_asked_for(tmp_path):
    tools = Tools(smartctl={"/dev/sdb": SMART})
    seen = look(tmp_path, STICK, tools)
    assert [argv for argv in tools.asked if argv[0] == "smartctl"] == []
    assert told(seen, "drive_health") == [("not_offered", "/dev/sdb")]


def test_a_smartctl_that_speaks_to_people_only_is_understood(tmp_path):
    words = (
        "smartctl 6.6\nDevice Model: FICTIF\nSerial Number: FICTIFSSD1\n"
        "SMART overall-health self-assessment test result: PASSED\n"
    )

    class Old(Tools):
        def __call__(self, argv, timeout_seconds):
            if argv[0] != "smartctl":
                return super().__call__(argv, timeout_seconds)
            said = words
            if "--json=c" in argv:
                said = "=======> UNRECOGNIZED OPTION: json=c"
            return Ran(tuple(argv), exit_code=1, stdout=said.encode())

    (found,) = look(tmp_path, SSD, Old()).what
    assert found.health
    assert (found.health.tool, found.health.passed) == ("smartctl 6.6", True)


def test_a_volume_of_a_raid_controller_is_no_drive_of_its_own(tmp_path):
    volume = {
        "smartctl": {"exit_status": 4},
        "scsi_model_name": "Maker Raid 1 Volume",
        "serial_number": "EXVOL-0001",
    }
    seen = look(tmp_path, SSD, Tools(smartctl={"/dev/sda": volume}))
    (found,) = seen.what
    assert (found.behind, found.serial, found.health) == ("raid", "", None)
    assert told(seen, "drive_health") == [("not_offered", "/dev/sda")]
    assert ("not_offered", "/dev/sda") in told(seen, "drive_identity")


def test_a_controller_with_a_raid_driver_stands_before_its_drives(tmp_path):
    slot = "sys/devices/pci0000:00/0000:00:17.0"
    tree = {
        **SSD,
        f"{slot}/class": "0x010400",
        "sys/bus/pci/drivers/megaraid_sas/x": "",
        f"{slot}/driver": "-> sys/bus/pci/drivers/megaraid_sas",
    }
    assert look(tmp_path, tree).what[0].behind is wire.Behind.RAID


def test_a_drive_that_a_hanging_tool_waits_for_holds_up_no_other(tmp_path):
    """Real processes: one smartctl that never ends, one that answers."""
    script = tmp_path / "smartctl"
    script.write_text(
        '#!/bin/sh\ncase "$*" in */dev/sda) sleep 600;; esac\n'
        'echo \'{"smart_status": {"passed": true}}\'\n'
    )
    script.chmod(0o755)

    def real(argv, seconds):
        if argv[0] != "smartctl":
            return Tools()(argv, seconds)
        return run((str(script), *argv[1:]), min(seconds, 1.0))

    tree = {**SSD, **NVME, **proc()}
    started = time.monotonic()
    seen = drives(around(grow(tmp_path / "root", tree), real))
    nvme, ssd = seen.what
    assert time.monotonic() - started < 8
    assert nvme.health
    assert nvme.health.passed is True
    assert ssd.health is None
    assert told(seen, "drive_health") == [("timeout", "/dev/sda")]
