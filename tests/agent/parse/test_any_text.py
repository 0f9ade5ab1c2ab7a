"""Whatever a program prints, its reader says something of it or that it cannot."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parse import (
    Unreadable,
    cpuinfo,
    dmidecode,
    edid,
    extcsd,
    hdparm,
    hiddenareas,
    lsblk,
    lshw,
    nvme,
    nvmeformat,
    pciids,
    power,
    sanitizing,
    scsi,
    smartctl,
    smarttext,
)
from agent.run import Ran

OF_TEXT = {
    "cpuinfo": cpuinfo.parse,
    "dmidecode": lambda text: _whole(dmidecode.parse(text)),
    "extcsd": extcsd.parse,
    "hdparm": lambda text: hdparm.parse(text).may_be_erased,
    "hdparm-N": lambda text: hiddenareas.max_sectors(text, 512),
    "dco": lambda text: hiddenareas.real_sectors(text, 512),
    "sanitize-status": sanitizing.ata,
    "readcap": scsi.capacity,
    "smarttext": smarttext.parse,
    "uevent": lambda text: power.uevent(text).health_percent,
    "upower": power.upower,
    "acpi": lambda text: (power.acpi(text), power.acpi_names(text)),
}
OF_BYTES = {
    "edid": edid.parse,
    "lsblk": lsblk.entries,
    "lshw": lshw.parse,
    "id-ctrl": nvme.id_ctrl,
    "smart-log": nvme.smart_log,
    "nvme-list": nvme.namespaces,
    "id-ns": nvmeformat.parse,
    "sanitize-log": sanitizing.nvme,
    "sense": scsi.standing,
    "opcodes": scsi.is_supported,
    "serial": scsi.serial,
    "pci.ids": lambda content: pciids.Ids(content).named("8086", "0a16"),
    "smartctl": lambda content: smartctl.read(
        Ran(("smartctl",), exit_code=0, stdout=content)
    ),
}
# Lines that a reader knows, to be cut, mixed and filled with nonsense.
LINES = [
    "Handle 0x0011, DMI type 17, 40 bytes",
    "Handle 0x0010, DMI type 99999999999999999999, 5 bytes",
    "Memory Device",
    "\tSize: 99999999999999999999 TB",
    "\tSize: 8 GB",
    "\tArray Handle: 0x0010",
    "\t\titem",
    "processor\t: 0",
    "physical id\t: \u00b2",
    "cpu cores\t: 99999999999999999999999999",
    "flags\t: lm sse2",
    "Security: ",
    "\tnot\tlocked",
    "\t\tfrozen",
    "\tSerial Number:      FICTIF1",
    " max sectors = 1/999999999999999999, HPA is enabled",
    " max sectors = 1/1(999999999999999999?), HPA setting seems invalid",
    "\tReal max sectors: 999999999999999999",
    "    State:    SD2 Sanitize operation In Process",
    "    Progress: 0xffff (100%)",
    "Sanitize Status (SSTAT) :  0xffffffff",
    "Sanitize Progress (SPROG) :  9999999999",
    "Secure Feature support [SEC_FEATURE_SUPPORT: 0xffffffff]",
    "POWER_SUPPLY_ENERGY_FULL=99999999999999999999",
    "POWER_SUPPLY_CHARGE_FULL=\u0663",
    "  native-path:  BAT0",
    "  battery",
    "    energy-full:  9,99e9 Wh",
    "Battery 0: design capacity 0 mAh, last full capacity 1 mAh = 1%",
    "  5 Reallocated_Sector_Ct   PO--CK   100   100   010    NOW  0x0",
    "999 Reallocated_Sector_Ct   PO--CK   100   100   010    -  12",
    "Critical Warning: 0xfffff",
    "User Capacity:    999,999,999,999,999,999,999,999 bytes [256 GB]",
    "Device Model:     FICTIF",
    "# 1  Short offline  Completed: read failure  90%  \u0663  1",
    "     loop1 | 99999999999999999999 | 0 | 0",
    "",
]
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "blockdevices",
                    "children",
                    "name",
                    "kname",
                    "type",
                    "size",
                    "mountpoints",
                    "class",
                    "id",
                    "configuration",
                    "logicalname",
                    "description",
                    "mn",
                    "tnvmcap",
                    "oacs",
                    "sanicap",
                    "nvme0",
                    "sstat",
                    "sprog",
                    "cdw10_info",
                    "flbas",
                    "nlbaf",
                    "nsze",
                    "lbafs",
                    "ds",
                    "dps",
                    "fpi",
                    "Devices",
                    "Subsystems",
                    "Controllers",
                    "Namespaces",
                    "DevicePath",
                    "PhysicalSize",
                    "temperature",
                    "critical_warning",
                    "data_units_written",
                    "smartctl",
                    "exit_status",
                    "messages",
                    "ata_smart_attributes",
                    "table",
                    "raw",
                    "value",
                    "string",
                    "ata_security",
                    "ata_smart_self_test_log",
                    "standard",
                    "count",
                    "status",
                    "user_capacity",
                    "bytes",
                    "scsi_error_counter_log",
                    "read",
                    "total_uncorrected_errors",
                    "version",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


def _whole(dmi: dmidecode.Dmi) -> object:
    return (dmi.board, dmi.memory_bytes, dmi.slots, dmi.arrays)


def stands(reader, said):
    """The reader gives an answer or says that it has none."""
    try:
        reader(said)
    except Unreadable:
        return


@pytest.mark.parametrize("name", OF_TEXT)
@given(text=st.text() | st.lists(st.sampled_from(LINES) | st.text()).map("\n".join))
def test_any_text_is_read_or_unreadable(name, text):
    stands(OF_TEXT[name], text)


@pytest.mark.parametrize("name", OF_BYTES)
@given(
    content=st.binary(max_size=300)
    | anything.map(lambda raw: json.dumps(raw).encode())
    | st.binary(min_size=120, max_size=140).map(lambda rest: edid.HEADER + rest)
)
def test_any_bytes_are_read_or_unreadable(name, content):
    stands(OF_BYTES[name], content)


@pytest.mark.parametrize("name", OF_BYTES)
@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b'{"a":' * 100_000], ids=len)
def test_a_hostile_depth_is_unreadable(name, content):
    stands(OF_BYTES[name], content)


def test_every_real_dump_cut_anywhere_is_still_read(shared_data):
    """A full disk, a killed tool, a limit on its output: a dump may end anywhere."""
    for path in sorted((shared_data / "hardware").glob("*/*")):
        content = path.read_bytes()
        for part in range(10):
            cut = content[: len(content) * part // 10]
            for text_reader in OF_TEXT.values():
                stands(text_reader, cut.decode(errors="replace"))
            for reader in OF_BYTES.values():
                stands(reader, cut)
