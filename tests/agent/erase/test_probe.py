from __future__ import annotations

import json

import pytest

from agent import wire
from agent.collect.blocks import blocks
from agent.erase import probe
from agent.erase.leftout import LeftOut
from agent.erase.table import Medium
from agent.parse import hdparm
from agent.parse.sanitizing import State
from agent.run import Ran
from tests.agent.erase.machines import (
    ATA_TREE,
    EMMC_TREE,
    NVME_TREE,
    SECTORS,
    Ata,
    Clock,
    Nvme,
    ata_drive,
    nvme_drive,
)
from tests.agent.trees import Tools, around, disk, grow

EXT_CSD = b"Secure Feature support [SEC_FEATURE_SUPPORT: 0x55]\n"
STRANGE = {"serial": "OTHER1", "model": "OTHER SSD", "visible": SECTORS * 2}


def look(tmp_path, tree, tools, drive):
    return probe.probe(around(grow(tmp_path, tree), tools), drive)


def test_an_ata_drive_says_itself_what_it_can(tmp_path):
    found = look(tmp_path, ATA_TREE, Ata(Clock()), ata_drive())
    assert (found.unfit, found.medium) == (None, Medium.SATA_SSD)
    assert found.abilities.sanitize_block
    assert found.abilities.enhanced_erase_minutes == 4
    assert found.sanitizing.state is State.IDLE


@pytest.mark.parametrize("fact", STRANGE)
def test_a_drive_that_answers_for_another_is_not_spoken_to(tmp_path, fact):
    ata = Ata(Clock(), **{fact: STRANGE[fact]})
    found = look(tmp_path, ATA_TREE, ata, ata_drive())
    assert found.unfit is LeftOut.OTHER_DRIVE
    assert found.abilities == wire.Abilities()
    assert not ata.commands("--sanitize-status")


def test_the_garbage_of_a_raid_controller_is_no_drive(tmp_path, shared_data):
    """Its Security section is well-formed, and says that nothing is frozen or locked."""
    (file,) = (shared_data / "hardware/hdparm").glob("raid-*-frozen*")
    said = file.read_bytes()
    assert hdparm.parse(said.decode()).abilities is not None
    found = look(tmp_path, ATA_TREE, Tools(hdparm=said), ata_drive())
    assert (found.unfit, found.abilities) == (LeftOut.OTHER_DRIVE, wire.Abilities())


def test_without_the_kernel_s_word_for_its_serial_no_drive_is_spoken_to(tmp_path):
    tree = {k: v for k, v in ATA_TREE.items() if not k.endswith("vpd_pg80")}
    found = look(tmp_path, tree, Ata(Clock()), ata_drive())
    assert found.unfit is LeftOut.OTHER_DRIVE


@pytest.mark.parametrize(
    ("behind", "unfit"),
    [
        (wire.Behind.USB_BRIDGE, LeftOut.BRIDGE),
        (wire.Behind.RAID, LeftOut.RAID),
        (wire.Behind.VIRTUAL, LeftOut.VIRTUAL),
        (wire.Behind.UNKNOWN, LeftOut.UNKNOWN_PATH),
    ],
)
def test_through_anything_else_no_command_is_sent(tmp_path, behind, unfit):
    ata = Ata(Clock())
    found = look(tmp_path, ATA_TREE, ata, ata_drive(behind=behind))
    assert (found.unfit, ata.asked) == (unfit, [])


@pytest.mark.parametrize(
    ("tools", "unfit"),
    [
        (Tools(), LeftOut.TOOL_MISSING),
        (Tools(hdparm=Ran((), 5, b"", b"HDIO_DRIVE_CMD failed")), LeftOut.SILENT),
    ],
)
def test_why_a_drive_says_nothing_is_kept(tmp_path, tools, unfit):
    assert look(tmp_path, ATA_TREE, tools, ata_drive()).unfit is unfit


def test_an_nvme_drive_is_asked_at_its_controller(tmp_path):
    nvme = Nvme(Clock())
    found = look(tmp_path, NVME_TREE, nvme, nvme_drive())
    assert (found.unfit, found.format.number) == (None, 1)
    assert found.abilities.sanitize_crypto
    assert found.sanitizing.state is State.IDLE
    asked = [argv[-1] for argv in nvme.asked]
    assert asked == ["/dev/nvme0", "/dev/nvme0", "/dev/nvme0n1"]


@pytest.mark.parametrize("facts", [{"serial": "OTHER"}, {"model": "OTHER"}])
def test_another_controller_s_word_is_not_taken(tmp_path, facts):
    nvme = Nvme(Clock(), **facts)
    found = look(tmp_path, NVME_TREE, nvme, nvme_drive())
    assert (found.unfit, len(nvme.asked)) == (LeftOut.OTHER_DRIVE, 1)


def test_a_second_namespace_would_be_erased_too_so_nothing_is(tmp_path):
    other = disk("nvme0n2", place="pci0000:00/0000:00:1d.0/nvme/nvme0", number="259:1")
    found = look(tmp_path, {**NVME_TREE, **other}, Nvme(Clock()), nvme_drive())
    assert found.unfit is LeftOut.OTHER_NAMESPACES


def test_another_controller_is_no_second_namespace(tmp_path):
    other = disk("nvme1n1", place="pci0000:00/0000:00:1e.0/nvme/nvme1", number="259:1")
    found = look(tmp_path, {**NVME_TREE, **other}, Nvme(Clock()), nvme_drive())
    assert found.unfit is None


def test_an_emmc_says_what_its_register_allows(tmp_path):
    drive = ata_drive(name="mmcblk0", path="/dev/mmcblk0", bus=wire.Bus.EMMC)
    found = look(tmp_path, EMMC_TREE, Tools(mmc=EXT_CSD), drive)
    assert (found.unfit, found.emmc.secure_erase, found.emmc.sanitize) == (
        None,
        True,
        True,
    )


def test_a_stick_has_no_commands_of_its_own(tmp_path):
    drive = ata_drive(bus=wire.Bus.USB, medium=wire.Medium.FLASH)
    assert look(tmp_path, ATA_TREE, Ata(Clock()), drive).unfit is LeftOut.NO_COMMANDS


def test_a_drive_that_went_away_is_silent(tmp_path):
    found = look(tmp_path, ATA_TREE, Ata(Clock()), ata_drive(name="sdz"))
    assert found.unfit is LeftOut.SILENT


def test_what_a_drive_counts_of_its_faults(tmp_path):
    rows = [
        {"id": number, "raw": {"value": raw, "string": str(raw)}}
        for number, raw in ((5, 3), (197, 2), (198, 1))
    ]
    said = {"ata_smart_attributes": {"table": rows}}
    tools = Tools(smartctl={"/dev/sda": said})
    found = probe.counters(around(tmp_path, tools), ata_drive())
    assert (found.reallocated, found.pending, found.uncorrectable) == (3, 2, 1)
    assert found.media_errors is None


def test_an_nvme_drive_counts_the_errors_of_its_media(tmp_path):
    said = {"nvme_smart_health_information_log": {"media_errors": 4}}
    tools = Tools(smartctl={"/dev/nvme0n1": said})
    assert probe.counters(around(tmp_path, tools), nvme_drive()).media_errors == 4


def test_a_drive_without_a_count_has_no_zero(tmp_path):
    found = probe.counters(around(tmp_path, Tools()), ata_drive())
    assert set(json.loads(found.to_bytes()).values()) <= {None}


def test_the_tools_say_their_versions(tmp_path):
    tools = Tools(
        hdparm=b"hdparm v9.65\n",
        nvme=b"nvme version 2.3 (git 2.3)\nlibnvme version 1.3 (git 1.3)\n",
    )
    assert probe.tools(around(tmp_path, tools)) == ("hdparm 9.65", "nvme 2.3")
    tools = Tools(sg_format=b"sg_format version: 1.62 20201223\n")
    assert probe.tools(around(tmp_path, tools)) == ("sg_format 1.62",)


def test_the_kernel_s_words_are_the_first_witness(tmp_path):
    seen = around(grow(tmp_path, ATA_TREE))
    (block,) = blocks(seen)
    assert (block.model, block.serial) == ("FICTIF SSD 850 E", "FICTIFSSD1")
