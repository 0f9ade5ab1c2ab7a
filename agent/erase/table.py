"""Which technique for which medium, in what order, and what each is worth.

The table of `inventory.methods`, which decides in the end; a test compares them. What
only a person can do (a revert with the PSID, a factory reset) is not here. TRIM and
`blkdiscard` are hints to the drive, so they are nowhere.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple

from agent import wire
from agent.methods import ErasureClass, Technique, Verification


class Medium(enum.StrEnum):
    """What the data lie on, in the server's words."""

    HDD = "hdd"
    SATA_SSD = "sata_ssd"
    NVME = "nvme"
    EMMC = "emmc"
    UFS = "ufs"
    SAS_HDD = "sas_hdd"
    SAS_SSD = "sas_ssd"
    USB_FLASH = "usb_flash"
    UNKNOWN = "unknown"


class Rung(NamedTuple):
    """One technique on one medium: its class, and what has to be looked at for it."""

    technique: Technique
    erasure_class: ErasureClass
    verification: Verification


def _purge(technique: Technique) -> Rung:
    return Rung(technique, ErasureClass.PURGE, Verification.SAMPLED)


def _clear(technique: Technique) -> Rung:
    return Rung(technique, ErasureClass.CLEAR, Verification.SAMPLED)


def _clear_if_read(technique: Technique) -> Rung:
    """Flash does not say which cells were written, so every address is read."""
    return Rung(technique, ErasureClass.CLEAR, Verification.FULL)


T = Technique
# In order of preference. ATA SECURITY ERASE and NVMe Format are Clear, whatever the
# vendor says of them: NIST and IEEE disagree, and the lower class is written.
TABLE: Final[Mapping[Medium, tuple[Rung, ...]]] = {
    Medium.HDD: (
        _clear(T.OVERWRITE),
        _purge(T.ATA_SANITIZE_OVERWRITE),
        _clear(T.ATA_SECURE_ERASE_ENHANCED),
        _clear(T.ATA_SECURE_ERASE),
    ),
    Medium.SATA_SSD: (
        _purge(T.ATA_SANITIZE_BLOCK_ERASE),
        _purge(T.ATA_SANITIZE_CRYPTO),
        _clear(T.ATA_SECURE_ERASE_ENHANCED),
        _clear(T.ATA_SECURE_ERASE),
        _clear_if_read(T.OVERWRITE),
    ),
    Medium.NVME: (
        _purge(T.NVME_SANITIZE_BLOCK),
        _purge(T.NVME_SANITIZE_CRYPTO),
        _clear(T.NVME_FORMAT_CRYPTO),
        _clear(T.NVME_FORMAT_USER_DATA),
        _clear_if_read(T.OVERWRITE),
    ),
    Medium.EMMC: (
        _clear_if_read(T.EMMC_ERASE_SANITIZE),
        _clear_if_read(T.OVERWRITE),
    ),
    Medium.UFS: (_purge(T.UFS_PURGE), _clear(T.OVERWRITE)),
    Medium.SAS_HDD: (
        _purge(T.SCSI_SANITIZE_OVERWRITE),
        _purge(T.SCSI_SANITIZE_CRYPTO),
        _clear(T.SCSI_FORMAT_UNIT),
        _clear(T.OVERWRITE),
    ),
    Medium.SAS_SSD: (
        _purge(T.SCSI_SANITIZE_BLOCK),
        _purge(T.SCSI_SANITIZE_CRYPTO),
        _clear(T.SCSI_FORMAT_UNIT),
        _clear_if_read(T.OVERWRITE),
    ),
    Medium.USB_FLASH: (_clear_if_read(T.OVERWRITE),),
    Medium.UNKNOWN: (_clear_if_read(T.OVERWRITE),),
}
_OF_WIRE = {
    wire.Medium.HDD: Medium.HDD,
    wire.Medium.SSD: Medium.SATA_SSD,
    wire.Medium.NVME: Medium.NVME,
    wire.Medium.EMMC: Medium.EMMC,
    wire.Medium.FLASH: Medium.USB_FLASH,
}
_RANKS = (ErasureClass.CLEAR, ErasureClass.PURGE)
_LOOKS = (
    Verification.NONE,
    Verification.STATUS,
    Verification.SAMPLED,
    Verification.FULL,
)


def medium_of(drive: wire.Drive) -> Medium:
    """The medium as the server will read it from this drive's report.

    What a volume of a RAID controller lies on nobody knows.
    """
    if drive.behind is wire.Behind.RAID:
        return Medium.UNKNOWN
    if drive.bus is wire.Bus.SAS:
        spins = drive.medium is wire.Medium.HDD
        return Medium.SAS_HDD if spins else Medium.SAS_SSD
    return _OF_WIRE.get(drive.medium, Medium.UNKNOWN)


def reaches(reached: ErasureClass, least: ErasureClass) -> bool:
    """Whether a class is at least another. One that is not known here never is."""
    if reached not in _RANKS or least not in _RANKS:
        return False
    return _RANKS.index(reached) >= _RANKS.index(least)


def ladder(medium: Medium, least: ErasureClass) -> tuple[Rung, ...]:
    """Every technique: first those that reach the class, then the others.

    The next is for when one is not offered or fails.
    """
    rungs = TABLE[medium]
    good = [rung for rung in rungs if reaches(rung.erasure_class, least)]
    return (*good, *(rung for rung in rungs if rung not in good))


def rung_of(medium: Medium, technique: Technique) -> Rung:
    """What a technique is worth on a medium: nothing where the table has no line."""
    found = [rung for rung in TABLE[medium] if rung.technique is technique]
    unfit = Rung(technique, ErasureClass.UNKNOWN, Verification.FULL)
    return found[0] if found else unfit


def more_of(one: Verification, other: Verification) -> Verification:
    """The stricter of two; a word of tomorrow is taken as the strictest of today."""
    if one not in _LOOKS or other not in _LOOKS:
        return Verification.FULL
    return max(one, other, key=_LOOKS.index)


def look_for(rung: Rung, drive: wire.Drive, asked: Verification) -> Verification:
    """How much has to be read back for a technique on a drive.

    Whatever stands between the drive and the system may have lost a write.
    """
    if drive.behind is not wire.Behind.NOTHING:
        return Verification.FULL
    return more_of(rung.verification, asked)
