"""Which erasure for which medium, and the class that may be written for it.

Classes are those of NIST SP 800-88 (Clear, Purge, Destroy). Where that text and
IEEE 2883 disagree the lower class is written: an overwrite, ATA SECURITY ERASE in
both its forms and NVMe Format are Clear, whatever the vendor says of them. TRIM,
UNMAP and `blkdiscard` are hints to the drive, so they are not listed at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Medium(models.TextChoices):
    """What the data lie on. A drive that cannot be reached directly is UNKNOWN."""

    HDD = "hdd", _("Hard disk (SATA, IDE)")
    SATA_SSD = "sata_ssd", _("SSD (SATA, mSATA, M.2 SATA)")
    NVME = "nvme", _("SSD (NVMe)")
    EMMC = "emmc", _("Soldered flash (eMMC)")
    UFS = "ufs", _("Soldered flash (UFS)")
    SAS_HDD = "sas_hdd", _("Hard disk (SAS, SCSI)")
    SAS_SSD = "sas_ssd", _("SSD (SAS)")
    USB_FLASH = "usb_flash", _("USB stick or memory card")
    UNKNOWN = "unknown", _("Unknown (RAID, adapter, not identified)")


class ErasureClass(models.TextChoices):
    CLEAR = "clear", _("Clear")
    PURGE = "purge", _("Purge")
    DESTROY = "destroy", _("Destroy")

    def reaches(self, required: ErasureClass) -> bool:
        """Whether this class is at least the required one."""
        ranks = list(ErasureClass)
        return ranks.index(self) >= ranks.index(required)


class ErasurePolicy(models.TextChoices):
    """The least class that a donor accepts."""

    STANDARD = "standard", _("Standard: Clear for hard disks, Purge for flash")
    CLEAR = "clear", _("Clear accepted for every drive")
    PURGE = "purge", _("Purge for every drive")


class Technique(models.TextChoices):
    OVERWRITE = "overwrite", _("Overwrite")
    ATA_SANITIZE_BLOCK_ERASE = (
        "ata_sanitize_block_erase",
        _("ATA Sanitize, block erase"),
    )
    ATA_SANITIZE_CRYPTO = "ata_sanitize_crypto", _("ATA Sanitize, crypto scramble")
    ATA_SANITIZE_OVERWRITE = "ata_sanitize_overwrite", _("ATA Sanitize, overwrite")
    ATA_SECURE_ERASE = "ata_secure_erase", _("ATA Security Erase")
    ATA_SECURE_ERASE_ENHANCED = (
        "ata_secure_erase_enhanced",
        _("ATA Security Erase, enhanced"),
    )
    NVME_SANITIZE_BLOCK = "nvme_sanitize_block", _("NVMe Sanitize, block erase")
    NVME_SANITIZE_CRYPTO = "nvme_sanitize_crypto", _("NVMe Sanitize, crypto erase")
    NVME_FORMAT_USER_DATA = "nvme_format_user_data", _("NVMe Format, user data erase")
    NVME_FORMAT_CRYPTO = "nvme_format_crypto", _("NVMe Format, crypto erase")
    EMMC_ERASE_SANITIZE = "emmc_erase_sanitize", _("eMMC erase and sanitize")
    UFS_PURGE = "ufs_purge", _("UFS unmap and purge")
    SCSI_SANITIZE_BLOCK = "scsi_sanitize_block", _("SCSI Sanitize, block erase")
    SCSI_SANITIZE_CRYPTO = "scsi_sanitize_crypto", _("SCSI Sanitize, crypto erase")
    SCSI_SANITIZE_OVERWRITE = "scsi_sanitize_overwrite", _("SCSI Sanitize, overwrite")
    SCSI_FORMAT_UNIT = "scsi_format_unit", _("SCSI Format Unit")
    PSID_REVERT = "psid_revert", _("Revert with the PSID of the label (Opal)")
    FACTORY_RESET = "factory_reset", _("Factory reset")


class Verification(models.TextChoices):
    """How the outcome was looked at, from least to most."""

    NONE = "none", _("Not verified")
    STATUS = "status", _("Status reported, nothing read back")
    LOOKED = "looked", _("Looked through by a person, nothing read back")
    SAMPLED = "sampled", _("Status and samples read back")
    FULL = "full", _("Whole drive read back")

    def reaches(self, required: Verification) -> bool:
        ranks = list(Verification)
        return ranks.index(self) >= ranks.index(required)


class VerificationPolicy(models.TextChoices):
    """The least verification that a donor accepts, where a method asks for less."""

    SAMPLED = "sampled", _("Samples read back")
    FULL = "full", _("Whole drive read back")

    @property
    def least(self) -> Verification:
        return Verification(self.value)


class UnfitTechnique(ValueError):
    """The technique does not exist for this medium."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a technique gives on a medium, once this much of it was verified."""

    erasure_class: ErasureClass
    verification: Verification


_PURGE = _Outcome(ErasureClass.PURGE, Verification.SAMPLED)
_CLEAR = _Outcome(ErasureClass.CLEAR, Verification.SAMPLED)
_CLEAR_IF_LOOKED_AT = _Outcome(ErasureClass.CLEAR, Verification.LOOKED)
# Overwriting flash does not say which cells were written: every address is read.
_CLEAR_IF_READ_IN_FULL = _Outcome(ErasureClass.CLEAR, Verification.FULL)

T = Technique
# In order of preference. A PSID revert is a Purge only on a drive known to have
# encrypted since manufacture; nothing here records that, so it counts as Clear. After
# a factory reset a person looks for the former owner's data: nothing can be read back,
# so it is always an exception that a second person accepts.
_TABLE: Mapping[Medium, Mapping[Technique, _Outcome]] = {
    Medium.HDD: {
        T.OVERWRITE: _CLEAR,
        T.ATA_SANITIZE_OVERWRITE: _PURGE,
        T.ATA_SECURE_ERASE_ENHANCED: _CLEAR,
        T.ATA_SECURE_ERASE: _CLEAR,
        T.PSID_REVERT: _CLEAR,
    },
    Medium.SATA_SSD: {
        T.ATA_SANITIZE_BLOCK_ERASE: _PURGE,
        T.ATA_SANITIZE_CRYPTO: _PURGE,
        T.ATA_SECURE_ERASE_ENHANCED: _CLEAR,
        T.ATA_SECURE_ERASE: _CLEAR,
        T.PSID_REVERT: _CLEAR,
        T.OVERWRITE: _CLEAR_IF_READ_IN_FULL,
    },
    Medium.NVME: {
        T.NVME_SANITIZE_BLOCK: _PURGE,
        T.NVME_SANITIZE_CRYPTO: _PURGE,
        T.NVME_FORMAT_CRYPTO: _CLEAR,
        T.NVME_FORMAT_USER_DATA: _CLEAR,
        T.PSID_REVERT: _CLEAR,
        T.OVERWRITE: _CLEAR_IF_READ_IN_FULL,
    },
    Medium.EMMC: {
        T.EMMC_ERASE_SANITIZE: _CLEAR_IF_READ_IN_FULL,
        T.OVERWRITE: _CLEAR_IF_READ_IN_FULL,
        T.FACTORY_RESET: _CLEAR_IF_LOOKED_AT,
    },
    Medium.UFS: {
        T.UFS_PURGE: _PURGE,
        T.OVERWRITE: _CLEAR,
        T.FACTORY_RESET: _CLEAR_IF_LOOKED_AT,
    },
    Medium.SAS_HDD: {
        T.SCSI_SANITIZE_OVERWRITE: _PURGE,
        T.SCSI_SANITIZE_CRYPTO: _PURGE,
        T.SCSI_FORMAT_UNIT: _CLEAR,
        T.OVERWRITE: _CLEAR,
        T.PSID_REVERT: _CLEAR,
    },
    Medium.SAS_SSD: {
        T.SCSI_SANITIZE_BLOCK: _PURGE,
        T.SCSI_SANITIZE_CRYPTO: _PURGE,
        T.SCSI_FORMAT_UNIT: _CLEAR,
        T.PSID_REVERT: _CLEAR,
        T.OVERWRITE: _CLEAR_IF_READ_IN_FULL,
    },
    Medium.USB_FLASH: {T.OVERWRITE: _CLEAR_IF_READ_IN_FULL},
    Medium.UNKNOWN: {T.OVERWRITE: _CLEAR_IF_READ_IN_FULL},
}
SPINNING = frozenset({Medium.HDD, Medium.SAS_HDD})


def techniques_for(medium: Medium) -> tuple[Technique, ...]:
    """What can be done to this medium, best first."""
    return tuple(_TABLE[medium])


def techniques_reaching(
    medium: Medium, required: ErasureClass
) -> tuple[Technique, ...]:
    """The techniques that give at least this class, best first.

    Empty where only destroying the drive does (eMMC when Purge is asked).
    """
    return tuple(
        technique
        for technique, outcome in _TABLE[medium].items()
        if outcome.erasure_class.reaches(required)
    )


def class_of(medium: Medium, technique: Technique) -> ErasureClass:
    """The class that may be written for this technique on this medium.

    Raises UnfitTechnique where the table has no such line.
    """
    return _outcome(medium, technique).erasure_class


def required_class(policy: ErasurePolicy, medium: Medium) -> ErasureClass:
    """The least class that proves a drive of this medium; unknown counts as flash."""
    if policy == ErasurePolicy.PURGE:
        return ErasureClass.PURGE
    if policy == ErasurePolicy.CLEAR or medium in SPINNING:
        return ErasureClass.CLEAR
    return ErasureClass.PURGE


def verification_needed(medium: Medium, technique: Technique) -> Verification:
    """The least verification with which this erasure is a success.

    Raises UnfitTechnique.
    """
    return _outcome(medium, technique).verification


def verification_enough(
    medium: Medium, technique: Technique, verification: Verification
) -> bool:
    """Whether this verification makes the erasure a success. Raises UnfitTechnique."""
    return Verification(verification).reaches(verification_needed(medium, technique))


def as_asked(
    technique: Technique, verification: Verification, asked: Verification
) -> bool:
    """Whether this is as much as a donor asks (at least samples, whom all ask).

    Nobody reads samples after a factory reset: looking through counts for them there,
    and nowhere else.
    """
    if technique is Technique.FACTORY_RESET and asked is Verification.SAMPLED:
        return verification.reaches(Verification.LOOKED)
    return verification.reaches(asked)


def _outcome(medium: Medium, technique: Technique) -> _Outcome:
    try:
        return _TABLE[medium][technique]
    except KeyError:
        message = f"{technique} does not exist for {medium}"
        raise UnfitTechnique(message) from None
