"""The class written on a proof is never higher than the technique gives."""

import pytest

from inventory.methods import (
    ErasureClass,
    ErasurePolicy,
    Medium,
    Technique,
    UnfitTechnique,
    Verification,
    class_of,
    required_class,
    techniques_for,
    techniques_reaching,
    verification_enough,
    verification_needed,
)

EVERY_LINE = [(m, t) for m in Medium for t in techniques_for(m)]
CLEAR, PURGE, DESTROY = ErasureClass


@pytest.mark.parametrize(("medium", "technique"), EVERY_LINE)
def test_only_a_sanitize_or_purge_command_gives_purge(medium, technique):
    commands = ("_sanitize_block", "_sanitize_crypto", "_sanitize_overwrite", "_purge")
    is_purge = any(command in technique for command in commands)
    assert class_of(medium, technique) == (PURGE if is_purge else CLEAR)


@pytest.mark.parametrize("medium", Medium)
def test_overwriting_is_clear_wherever_it_is_done(medium):
    assert class_of(medium, Technique.OVERWRITE) is CLEAR


@pytest.mark.parametrize("medium", [Medium.HDD, Medium.SATA_SSD])
def test_ata_security_erase_is_clear_even_enhanced(medium):
    assert class_of(medium, Technique.ATA_SECURE_ERASE) is CLEAR
    assert class_of(medium, Technique.ATA_SECURE_ERASE_ENHANCED) is CLEAR


def test_nvme_format_is_clear_even_by_crypto_erase():
    assert class_of(Medium.NVME, Technique.NVME_FORMAT_CRYPTO) is CLEAR


def test_a_psid_revert_is_not_written_as_purge():
    assert class_of(Medium.SATA_SSD, Technique.PSID_REVERT) is CLEAR


def test_the_best_technique_comes_first():
    assert techniques_for(Medium.HDD)[0] is Technique.OVERWRITE
    assert techniques_for(Medium.SATA_SSD)[0] is Technique.ATA_SANITIZE_BLOCK_ERASE
    assert techniques_for(Medium.NVME)[0] is Technique.NVME_SANITIZE_BLOCK


def test_every_technique_fits_some_medium():
    assert {technique for _, technique in EVERY_LINE} == set(Technique)


@pytest.mark.parametrize(
    ("medium", "technique"),
    [
        (Medium.HDD, Technique.NVME_FORMAT_CRYPTO),
        (Medium.HDD, Technique.ATA_SANITIZE_BLOCK_ERASE),
        (Medium.SAS_HDD, Technique.SCSI_SANITIZE_BLOCK),
        (Medium.NVME, Technique.ATA_SECURE_ERASE),
        (Medium.UNKNOWN, Technique.ATA_SECURE_ERASE),
        (Medium.USB_FLASH, Technique.FACTORY_RESET),
    ],
)
def test_a_technique_that_the_medium_does_not_have_is_refused(medium, technique):
    with pytest.raises(UnfitTechnique):
        class_of(medium, technique)
    with pytest.raises(UnfitTechnique):
        verification_enough(medium, technique, Verification.FULL)


@pytest.mark.parametrize("medium", Medium)
def test_the_standard_policy_asks_purge_of_all_that_does_not_spin(medium):
    spins = medium in {Medium.HDD, Medium.SAS_HDD}
    assert required_class(ErasurePolicy.STANDARD, medium) == (CLEAR if spins else PURGE)


@pytest.mark.parametrize("medium", Medium)
def test_a_donor_may_accept_clear_or_ask_purge_of_every_drive(medium):
    assert required_class(ErasurePolicy.CLEAR, medium) is CLEAR
    assert required_class(ErasurePolicy.PURGE, medium) is PURGE


def test_classes_are_ordered_by_what_they_prove():
    assert PURGE.reaches(CLEAR)
    assert DESTROY.reaches(PURGE)
    assert CLEAR.reaches(CLEAR)
    assert not CLEAR.reaches(PURGE)
    assert not PURGE.reaches(DESTROY)


def test_nothing_but_destruction_purges_an_emmc():
    assert techniques_reaching(Medium.EMMC, PURGE) == ()


def test_a_hard_disk_is_purged_by_sanitize_alone():
    assert techniques_reaching(Medium.HDD, PURGE) == (Technique.ATA_SANITIZE_OVERWRITE,)


@pytest.mark.parametrize(("medium", "technique"), EVERY_LINE)
def test_no_erasure_succeeds_unverified_or_on_status_alone(medium, technique):
    assert not verification_enough(medium, technique, Verification.NONE)
    assert not verification_enough(medium, technique, Verification.STATUS)
    assert verification_enough(medium, technique, Verification.FULL)


def test_samples_suffice_after_an_overwrite_of_a_hard_disk():
    assert verification_enough(Medium.HDD, Technique.OVERWRITE, Verification.SAMPLED)


@pytest.mark.parametrize(
    "medium", [Medium.SATA_SSD, Medium.NVME, Medium.EMMC, Medium.USB_FLASH]
)
def test_overwritten_flash_is_read_in_full(medium):
    assert verification_needed(medium, Technique.OVERWRITE) is Verification.FULL
    assert not verification_enough(medium, Technique.OVERWRITE, Verification.SAMPLED)
