"""The firmware's tables: memory, names, passwords; and why they are not there."""

from __future__ import annotations

import pytest

from agent import wire
from agent.collect.firmware import firmware
from agent.collect.machine import machine
from agent.collect.memory import memory
from agent.collect.tables import Tables, tables
from agent.parse import dmidecode
from agent.run import Ran
from tests.agent.trees import Tools, around, grow

DMI = """\
# dmidecode 3.4
SMBIOS 2.8 present.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20XX
\tVersion: ThinkPad FICTIF
\tSerial Number: FICTIF4711
\tUUID: 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
\tType: Notebook

Handle 0x0010, DMI type 16, 23 bytes
Physical Memory Array
\tUse: System Memory
\tError Correction Type: None
\tMaximum Capacity: 16 GB
\tNumber Of Devices: 2

Handle 0x0011, DMI type 17, 34 bytes
Memory Device
\tArray Handle: 0x0010
\tSize: 4096 MB
\tForm Factor: SODIMM
\tLocator: ChannelA-DIMM0
\tType: DDR3
\tSpeed: 1600 MT/s
\tConfigured Clock Speed: 1333 MHz
\tManufacturer: Maker
\tSerial Number: 00000000
\tPart Number: FICTIF-1

Handle 0x0012, DMI type 17, 34 bytes
Memory Device
\tArray Handle: 0x0010
\tSize: No Module Installed
\tLocator: ChannelB-DIMM0
\tType: Unknown

Handle 0x0013, DMI type 16, 23 bytes
Physical Memory Array
\tUse: Flash Memory

Handle 0x0014, DMI type 17, 34 bytes
Memory Device
\tArray Handle: 0x0013
\tSize: 8 MB
\tType: Flash

Handle 0x0018, DMI type 24, 5 bytes
Hardware Security
\tPower-On Password Status: Disabled
\tAdministrator Password Status: Enabled
"""
LSHW = {
    "id": "pc",
    "class": "system",
    "product": "Model",
    "children": [
        {
            "id": "memory",
            "class": "memory",
            "description": "Mémoire Système",
            "children": [
                {"id": "bank:0", "class": "memory", "slot": "A", "size": 2**31},
                {"id": "bank:1", "class": "memory", "slot": "B"},
            ],
        },
    ],
}


def read(tmp_path, **tools):
    return tables(around(tmp_path, Tools(**tools)))


def test_memory_is_counted_by_module_and_flash_is_none(tmp_path):
    told = read(tmp_path, dmidecode=DMI.encode())
    found = memory(around(tmp_path), told).what
    assert found
    assert (found.installed_bytes, found.slots) == (4 * 2**30, 2)
    assert (found.most_bytes, found.error_correcting) == (16 * 2**30, False)
    assert found.modules == (
        wire.Module(
            slot="ChannelA-DIMM0",
            size_bytes=4 * 2**30,
            type="DDR3",
            form="SODIMM",
            speed_mts=1333,
            make="Maker",
            part="FICTIF-1",
        ),
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8 GB", 8 * 2**30),
        ("8192 MB", 8 * 2**30),
        ("4 GiB", 4 * 2**30),
        ("524288 kB", 512 * 2**20),
        ("512 MB (Single-bank Connection)", 512 * 2**20),
        ("No Module Installed", 0),
        ("Not Installed", 0),
        ("Unknown", None),
        ("", None),
        ("99999999999999 PB", None),
    ],
)
def test_a_size_is_read_in_every_unit(text, size):
    assert dmidecode.size_of(text) == size


def test_an_old_machine_has_its_modules_in_another_table(tmp_path):
    old = (
        "Handle 0x0005\n\tDMI type 6, 12 bytes.\n\tMemory Module Information\n"
        "\t\tSocket Designation: DIMM 0\n\t\tInstalled Size: 256 MB (Double-bank)\n"
        "Handle 0x0006\n\tDMI type 6, 12 bytes.\n\tMemory Module Information\n"
        "\t\tSocket Designation: DIMM 1\n\t\tInstalled Size: Not Installed\n"
    )
    dmi = dmidecode.parse(old)
    assert (len(dmi.slots), dmi.memory_bytes) == (2, 256 * 2**20)


def test_where_dmidecode_is_missing_lshw_counts_the_modules(tmp_path):
    told = read(tmp_path, lshw=LSHW)
    found = memory(around(tmp_path), told).what
    assert found
    assert (found.installed_bytes, found.slots, len(found.modules)) == (2**31, 2, 1)


@pytest.mark.parametrize(
    ("ran", "why"),
    [
        (Ran((), exit_code=1, stderr=b"/dev/mem: Permission denied"), "permission"),
        (Ran((), exit_code=1, stderr=b"/dev/mem: No such file"), "not_offered"),
        (Ran((), exit_code=1, stderr=b"Segmentation fault"), "tool_failed"),
        (
            Ran((), exit_code=0, stdout=b"Handle 0xFFFF, DMI type 255\n\t<TRUNCATED>"),
            "unreadable",
        ),
        (Ran((), why=wire.Why.TIMEOUT), "timeout"),
        (Ran((), why=wire.Why.TOOL_MISSING), "tool_missing"),
    ],
    ids=str,
)
def test_why_there_are_no_tables_is_said_with_what_they_would_tell(tmp_path, ran, why):
    told = read(tmp_path, dmidecode=ran)
    grow(tmp_path, {"sys/class/dmi/id/bios_vendor": "Maker"})
    seen = memory(around(tmp_path), told)
    assert seen.what
    assert seen.what.installed_bytes is None
    assert [(u.subject, u.why) for u in seen.unseen] == [("modules", why)]
    locks = [u for u in firmware(around(tmp_path), told).unseen if u.subject == "locks"]
    assert [u.why for u in locks] == [why]


def test_what_sysfs_hides_the_tables_tell(tmp_path):
    told = read(tmp_path, dmidecode=DMI.encode())
    grow(tmp_path, {"sys/class/dmi/id/sys_vendor": "LENOVO"})
    found = machine(around(tmp_path), told).what
    assert (found.serial, found.chassis) == ("FICTIF4711", "laptop")
    assert found.known_model == "ThinkPad FICTIF"


def test_a_machine_without_sysfs_is_read_from_its_tables(tmp_path):
    told = read(tmp_path, dmidecode=DMI.encode())
    seen = machine(around(tmp_path), told)
    assert (seen.what.make, seen.what.chassis_type) == ("LENOVO", 10)
    assert seen.unseen == ()


def test_a_board_without_a_bios_is_known_by_its_device_tree(tmp_path):
    tree = "sys/firmware/devicetree/base"
    files = {f"{tree}/model": "Board FICTIF\0", f"{tree}/serial-number": "FICTIF1\0"}
    seen = machine(around(grow(tmp_path, files)))
    assert (seen.what.model, seen.what.serial) == ("Board FICTIF", "FICTIF1")


def test_the_firmware_is_read_from_its_tables_where_sysfs_has_none(tmp_path):
    bios = (
        "Handle 0x0000, DMI type 0, 24 bytes\nBIOS\n\tVendor: Maker\n\tVersion: 1.2\n"
    )
    found = firmware(around(tmp_path), Tables(dmi=dmidecode.parse(bios))).what
    assert found
    assert (found.make, found.version, found.date) == ("Maker", "1.2", "")


@pytest.mark.parametrize(
    ("make", "model", "chassis"),
    [
        ("Apple Inc.", "iMac99,9", "all_in_one"),
        ("Apple Inc.", "MacBookPro99,9", "laptop"),
        ("Apple Inc.", "Macmini99,9", "mini"),
        ("innotek GmbH", "VirtualBox", "virtual"),
        ("Microsoft Corporation", "Virtual Machine", "virtual"),
        ("Microsoft Corporation", "Surface FICTIF", "laptop"),
    ],
)
def test_a_case_that_the_maker_misnames_is_known_by_its_model(
    tmp_path, make, model, chassis
):
    files = {"sys_vendor": make, "product_name": model, "chassis_type": "9"}
    grow(tmp_path, {f"sys/class/dmi/id/{name}": word for name, word in files.items()})
    assert machine(around(tmp_path)).what.chassis == chassis


def lock(tmp_path, files, told=None):
    grow(tmp_path, {"sys/class/dmi/id/bios_vendor": "Maker", **files})
    found = firmware(around(tmp_path), told).what
    assert found
    return found


def test_a_password_of_the_firmware_is_a_lock(tmp_path):
    told = Tables(dmi=dmidecode.parse(DMI))
    assert lock(tmp_path, {}, told).locks == ("admin_password",)


def test_a_driver_of_the_maker_shows_a_password_too(tmp_path):
    folder = "sys/class/firmware-attributes/thinklmi/authentication/Admin"
    files = {f"{folder}/role": "bios-admin\n", f"{folder}/is_enabled": "1\n"}
    assert lock(tmp_path, files).locks == ("admin_password",)
    files[f"{folder}/is_enabled"] = "0\n"
    assert lock(tmp_path, files).locks == ()


def test_an_organisation_that_keeps_a_hold_leaves_a_sign(tmp_path):
    files = {
        "sys/firmware/acpi/tables/WPBT": "x",
        "sys/firmware/vpd/rw/check_enrollment": "1",
    }
    assert set(lock(tmp_path, files).locks) == {"platform_binary", "chrome_enrolment"}


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"sys/class/tpm/tpm0/tpm_version_major": "2\n"}, "2.0"),
        ({"sys/class/tpm/tpm0/tpm_version_major": "1\n"}, "1.2"),
        ({"sys/class/tpm/tpm0/device/caps": "TCG version: 1.2\n"}, "1.2"),
        ({"sys/firmware/acpi/tables/TPM2": "x"}, "2.0"),
        ({"sys/class/tpm/x": ""}, ""),
    ],
    ids=str,
)
def test_the_version_of_the_security_chip_is_told(tmp_path, files, version):
    assert lock(tmp_path, files).tpm_version == version


def test_a_kernel_that_cannot_see_a_security_chip_says_so(tmp_path):
    grow(tmp_path, {"sys/class/dmi/id/bios_vendor": "Maker"})
    unseen = firmware(around(tmp_path)).unseen
    assert [(u.subject, u.why) for u in unseen] == [("tpm", "not_offered")]


@pytest.mark.parametrize(
    ("content", "state"), [(b"\6\0\0\0\1", True), (b"\6\0\0\0\0", False), (b"", None)]
)
def test_secure_boot_is_read_from_its_variable(tmp_path, content, state):
    name = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    files = {f"sys/firmware/efi/efivars/{name}": content}
    assert lock(tmp_path, files).secure_boot is state
