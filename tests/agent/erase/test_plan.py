from __future__ import annotations

import dataclasses
import re
import uuid

import pytest

from agent import wire
from agent.erase.plan import plan
from agent.methods import ErasureClass, Technique, Verification
from agent.proofs import Run
from agent.words import Words
from tests.agent.erase.machines import (
    ATA_TREE,
    EMMC_TREE,
    NVME_TREE,
    Ata,
    Clock,
    Nvme,
    ata_drive,
    nvme_drive,
)
from tests.agent.trees import Tools, around, disk, grow

ENGLISH = Words(is_french=False)
EXT_CSD = b"Secure Feature support [SEC_FEATURE_SUPPORT: 0x55]\n"
T = Technique


def run(least=ErasureClass.PURGE, verify=Verification.SAMPLED):
    return Run(
        run_id=uuid.UUID(int=1), token="t" * 32, cycle=1, least=least, verify=verify
    )


def made(tmp_path, drive, tools, order=None, tree=None, words=ENGLISH):
    tree = tree or (NVME_TREE if drive.bus is wire.Bus.NVME else ATA_TREE)
    return plan(around(grow(tmp_path, tree), tools), drive, order, words)


def techniques(found):
    return [method.technique for method in found.methods]


def test_an_ssd_is_asked_for_a_purge_first_and_overwritten_last(tmp_path):
    found = made(tmp_path, ata_drive(), Ata(Clock()), run())
    assert techniques(found) == [
        T.ATA_SANITIZE_BLOCK_ERASE,
        T.ATA_SANITIZE_CRYPTO,
        T.ATA_SECURE_ERASE_ENHANCED,
        T.ATA_SECURE_ERASE,
        T.OVERWRITE,
    ]
    assert (found.erasure_class, found.is_frozen) == ("purge", False)


def test_a_plan_changes_nothing_and_shows_the_exact_commands(tmp_path):
    ata = Ata(Clock())
    found = made(tmp_path, ata_drive(), ata, run())
    assert {argv[1] for argv in ata.asked} == {"-I", "--sanitize-status"}
    assert found.lines[:3] == (
        "/dev/sda: FICTIF SSD 850 EVO 64 FICTIFSSD1, 67\u202fMB, SATA SSD",
        "1. ATA Sanitize, block erase – Purge; read back: samples",
        "hdparm --yes-i-know-what-i-am-doing --sanitize-block-erase /dev/sda",
    )
    shown = "\n".join(found.lines)
    for method in found.methods:
        assert method.technique is T.OVERWRITE or "hdparm" in shown
    assert "--security-set-pass NULL" in shown
    assert max(map(len, found.lines)) <= 128


@pytest.mark.parametrize(
    ("least", "first"),
    [
        (ErasureClass.CLEAR, T.OVERWRITE),
        (ErasureClass.PURGE, T.ATA_SANITIZE_OVERWRITE),
    ],
)
def test_a_hard_disk_is_overwritten_by_us_or_by_itself(tmp_path, least, first):
    drive = ata_drive(medium=wire.Medium.HDD)
    assert techniques(made(tmp_path, drive, Ata(Clock()), run(least)))[0] is first


def test_a_hard_disk_that_cannot_purge_is_cleared_and_that_is_said(tmp_path):
    drive = ata_drive(medium=wire.Medium.HDD)
    found = made(tmp_path, drive, Ata(Clock(), sanitizes=()), run())
    assert techniques(found)[0] is T.OVERWRITE
    assert found.erasure_class == "clear"
    sentence = "Nothing on this drive reaches Purge. It is done as Clear."
    assert found.lines[1] == sentence
    assert "– ATA Sanitize, overwrite: the drive does not offer it" in found.lines


def test_a_frozen_ssd_without_sanitize_is_overwritten_as_clear_and_may_be_thawed(
    tmp_path,
):
    ata = Ata(Clock(), is_frozen=True, sanitizes=())
    found = made(tmp_path, ata_drive(), ata, run())
    assert techniques(found) == [T.OVERWRITE]
    assert (found.erasure_class, found.is_frozen) == ("clear", True)
    reason = "the machine’s firmware froze the drive"
    assert f"– ATA Security Erase: {reason}" in found.lines
    assert any("read back: the whole drive" in line for line in found.lines)


def test_an_order_that_takes_nothing_less_leaves_the_drive_as_it_is(tmp_path):
    order = dataclasses.replace(run(), not_below=True)
    ata = Ata(Clock(), is_frozen=True, sanitizes=())
    found = made(tmp_path, ata_drive(), ata, order)
    sentence = "Nothing on this drive reaches Purge, and no less is to be done."
    assert (found.refusal, found.methods) == (sentence, ())
    assert not found.is_frozen


def test_an_order_that_takes_nothing_less_never_falls_to_less(tmp_path):
    order = dataclasses.replace(run(), not_below=True)
    found = made(tmp_path, ata_drive(), Ata(Clock()), order)
    assert techniques(found) == [T.ATA_SANITIZE_BLOCK_ERASE, T.ATA_SANITIZE_CRYPTO]


def test_a_frozen_ssd_with_sanitize_needs_no_thaw(tmp_path):
    found = made(tmp_path, ata_drive(), Ata(Clock(), is_frozen=True), run())
    assert techniques(found)[:2] == [T.ATA_SANITIZE_BLOCK_ERASE, T.ATA_SANITIZE_CRYPTO]
    assert not found.is_frozen


def test_sanitize_that_is_locked_may_be_thawed_too(tmp_path):
    found = made(tmp_path, ata_drive(), Ata(Clock(), is_sanitize_frozen=True), run())
    assert techniques(found)[0] is T.ATA_SECURE_ERASE_ENHANCED
    assert found.is_frozen


def test_a_locked_drive_is_freed_before_anything_else(tmp_path):
    ata = Ata(Clock(), is_enabled=True, is_locked=True, password="NULL")
    found = made(tmp_path, ata_drive(), ata, run())
    assert techniques(found)[0] is T.ATA_SECURE_ERASE_ENHANCED
    assert T.ATA_SANITIZE_CRYPTO not in techniques(found)


@pytest.mark.parametrize("facts", [{"running_until": 60.0}, {"is_failed": True}])
def test_a_drive_that_is_busy_with_itself_takes_nothing_else(tmp_path, facts):
    drive = ata_drive(medium=wire.Medium.HDD)
    found = made(tmp_path, drive, Ata(Clock(), **facts), run(ErasureClass.CLEAR))
    assert techniques(found)[0] is T.ATA_SANITIZE_OVERWRITE


def test_the_operation_that_an_nvme_drive_is_busy_with_comes_first(tmp_path):
    nvme = Nvme(Clock(), status=2, action=4, running_until=60.0)
    found = made(tmp_path, nvme_drive(), nvme, run())
    assert techniques(found)[0] is T.NVME_SANITIZE_CRYPTO


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {},
            [
                T.NVME_SANITIZE_BLOCK,
                T.NVME_SANITIZE_CRYPTO,
                T.NVME_FORMAT_CRYPTO,
                T.NVME_FORMAT_USER_DATA,
                T.OVERWRITE,
            ],
        ),
        ({"sanicap": 0, "fna": 0}, [T.NVME_FORMAT_USER_DATA, T.OVERWRITE]),
        ({"sanicap": 1, "oacs": 0}, [T.NVME_SANITIZE_CRYPTO, T.OVERWRITE]),
        ({"sanicap": 0, "oacs": 0}, [T.OVERWRITE]),
    ],
)
def test_an_nvme_drive_is_told_what_it_offers(tmp_path, facts, expected):
    found = made(tmp_path, nvme_drive(), Nvme(Clock(), **facts), run())
    assert techniques(found) == expected
    assert not found.is_frozen


@pytest.mark.parametrize(
    ("behind", "reason"),
    [
        (wire.Behind.USB_BRIDGE, "behind a USB adapter"),
        (wire.Behind.VIRTUAL, "an emulated drive"),
        (wire.Behind.UNKNOWN, "it is not known what stands between"),
    ],
)
def test_through_anything_a_drive_is_overwritten_and_read_in_full(
    tmp_path, behind, reason
):
    drive = ata_drive(medium=wire.Medium.HDD, behind=behind)
    ata = Ata(Clock())
    found = made(tmp_path, drive, ata, run(ErasureClass.CLEAR))
    assert (techniques(found), ata.asked) == ([T.OVERWRITE], [])
    assert found.lines[1] == "1. Overwrite – Clear; read back: the whole drive"
    assert sum(reason in line for line in found.lines) == 3


def test_a_volume_of_raid_is_left_as_it_is(tmp_path):
    """Its members hold more than it shows; the server would not believe it either."""
    drive = ata_drive(medium=wire.Medium.HDD, behind=wire.Behind.RAID)
    ata = Ata(Clock())
    found = made(tmp_path, drive, ata, run(ErasureClass.CLEAR))
    assert (found.methods, ata.asked) == ((), [])
    assert "switch the controller to AHCI" in found.refusal


def test_another_namespace_is_not_erased_along_with_it(tmp_path):
    other = disk("nvme0n2", place="pci0000:00/0000:00:1d.0/nvme/nvme0", number="259:1")
    tree = {**NVME_TREE, **other}
    found = made(tmp_path, nvme_drive(), Nvme(Clock()), run(), tree)
    assert techniques(found) == [T.OVERWRITE]
    assert any("other namespaces" in line for line in found.lines)


def test_a_sas_drive_that_nobody_can_ask_is_overwritten(tmp_path):
    drive = ata_drive(bus=wire.Bus.SAS, medium=wire.Medium.HDD)
    found = made(tmp_path, drive, Tools(), run())
    assert techniques(found) == [T.OVERWRITE]
    assert any("the tool for it is not installed" in line for line in found.lines)


def test_an_emmc_is_erased_with_its_boot_areas(tmp_path):
    boot = {"sys/block/mmcblk0boot0/size": "8192", "sys/block/mmcblk0rpmb/size": "8192"}
    drive = ata_drive(
        name="mmcblk0",
        path="/dev/mmcblk0",
        bus=wire.Bus.EMMC,
        medium=wire.Medium.EMMC,
    )
    tools = Tools(mmc=EXT_CSD)
    found = made(tmp_path, drive, tools, run(), {**EMMC_TREE, **boot})
    assert techniques(found) == [T.EMMC_ERASE_SANITIZE, T.OVERWRITE]
    shown = "\n".join(found.lines)
    assert "mmc erase secure-erase 0x0 0x1ffff /dev/mmcblk0\n" in shown
    assert "mmc sanitize /dev/mmcblk0\nwrite zeros: /dev/mmcblk0boot0\n" in shown
    assert "rpmb" not in shown


@pytest.mark.parametrize(
    ("medium", "reached"), [(wire.Medium.SSD, "purge"), (wire.Medium.HDD, "clear")]
)
def test_without_an_order_the_standard_of_donors_is_asked(tmp_path, medium, reached):
    found = made(tmp_path, ata_drive(medium=medium), Ata(Clock()))
    assert found.erasure_class == reached


@pytest.mark.parametrize(
    ("drive", "order"),
    [
        (ata_drive(logical_block_bytes=520), run()),
        (ata_drive(), run(ErasureClass.UNKNOWN)),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_offered(tmp_path, drive, order):
    found = made(tmp_path, drive, Ata(Clock()), order)
    assert found.refusal
    assert (found.methods, found.lines) == ((), ())


def test_a_plan_is_read_in_french_first_and_fits_its_lines(tmp_path):
    ata = Ata(Clock(), is_frozen=True, is_sanitize_frozen=True)
    found = made(tmp_path, ata_drive(), ata, run(), words=None)
    spoken = [line for line in found.lines if not line.startswith(("hdparm", "write"))]
    assert "relu\u202f: tout le disque" in "".join(spoken)
    assert [line for line in spoken if re.search(r"[^\u202f][:;]( |$)", line)] == []
    assert max(map(len, found.lines)) <= 128


def test_the_donor_s_stricter_look_is_shown(tmp_path):
    order = run(verify=Verification.FULL)
    found = made(tmp_path, ata_drive(), Ata(Clock()), order)
    assert "read back: the whole drive" in found.lines[1]
