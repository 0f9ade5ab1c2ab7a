"""What techniques, classes and media are called, for the person who reads a plan."""

from __future__ import annotations

from agent.erase.table import Medium
from agent.methods import Ended, ErasureClass, Exceptional, Technique, Verification
from agent.proofs import ErasureRecord
from agent.words import Words

T, M, V = Technique, Medium, Verification
TECHNIQUES = {
    T.OVERWRITE: ("Overwrite", "Réécriture"),
    T.ATA_SANITIZE_BLOCK_ERASE: (
        "ATA Sanitize, block erase",
        "ATA Sanitize, effacement de blocs",
    ),
    T.ATA_SANITIZE_CRYPTO: (
        "ATA Sanitize, crypto scramble",
        "ATA Sanitize, brouillage de la clé",
    ),
    T.ATA_SANITIZE_OVERWRITE: (
        "ATA Sanitize, overwrite",
        "ATA Sanitize, réécriture",
    ),
    T.ATA_SECURE_ERASE: ("ATA Security Erase", "ATA Security Erase"),
    T.ATA_SECURE_ERASE_ENHANCED: (
        "ATA Security Erase, enhanced",
        "ATA Security Erase, renforcé",
    ),
    T.NVME_SANITIZE_BLOCK: (
        "NVMe Sanitize, block erase",
        "NVMe Sanitize, effacement de blocs",
    ),
    T.NVME_SANITIZE_CRYPTO: (
        "NVMe Sanitize, crypto erase",
        "NVMe Sanitize, effacement de la clé",
    ),
    T.NVME_FORMAT_USER_DATA: (
        "NVMe Format, user data erase",
        "NVMe Format, effacement des données",
    ),
    T.NVME_FORMAT_CRYPTO: (
        "NVMe Format, crypto erase",
        "NVMe Format, effacement de la clé",
    ),
    T.EMMC_ERASE_SANITIZE: ("eMMC erase and sanitize", "eMMC Erase et Sanitize"),
    T.UFS_PURGE: ("UFS unmap and purge", "UFS Unmap et Purge"),
    T.SCSI_SANITIZE_BLOCK: (
        "SCSI Sanitize, block erase",
        "SCSI Sanitize, effacement de blocs",
    ),
    T.SCSI_SANITIZE_CRYPTO: (
        "SCSI Sanitize, crypto erase",
        "SCSI Sanitize, effacement de la clé",
    ),
    T.SCSI_SANITIZE_OVERWRITE: (
        "SCSI Sanitize, overwrite",
        "SCSI Sanitize, réécriture",
    ),
    T.SCSI_FORMAT_UNIT: ("SCSI Format Unit", "SCSI Format Unit"),
    T.UNKNOWN: ("Unknown", "Inconnue"),
}
# The standard's own words, in any language.
CLASSES = {
    ErasureClass.CLEAR: ("Clear", "Clear"),
    ErasureClass.PURGE: ("Purge", "Purge"),
    ErasureClass.UNKNOWN: ("no class", "aucune classe"),
}
LOOKS = {
    V.NONE: ("nothing", "rien"),
    V.STATUS: ("the drive’s own word", "ce qu’en dit le disque"),
    V.SAMPLED: ("samples", "des échantillons"),
    V.FULL: ("the whole drive", "tout le disque"),
    V.UNKNOWN: ("the whole drive", "tout le disque"),
}
MEDIA = {
    M.HDD: ("hard disk", "disque dur"),
    M.SATA_SSD: ("SATA SSD", "SSD SATA"),
    M.NVME: ("NVMe SSD", "SSD NVMe"),
    M.EMMC: ("eMMC", "eMMC"),
    M.UFS: ("UFS", "UFS"),
    M.SAS_HDD: ("SAS hard disk", "disque dur SAS"),
    M.SAS_SSD: ("SAS SSD", "SSD SAS"),
    M.USB_FLASH: ("stick or card", "clé ou carte"),
    M.UNKNOWN: ("of unknown kind", "de nature inconnue"),
}

RESULTS = {
    Ended.ERASED: ("erased", "effacé"),
    Ended.ERASED_WITH_EXCEPTIONS: (
        "erased, with exceptions",
        "effacé, avec des exceptions",
    ),
    Ended.FAILED: ("FAILED", "ÉCHEC"),
    Ended.ABORTED: ("aborted", "interrompu"),
    Ended.NOT_ATTEMPTED: ("not attempted", "non tenté"),
    Ended.UNKNOWN: ("unknown", "inconnu"),
}

EXCEPTIONS = {
    Exceptional.REALLOCATED_SECTORS: (
        "sectors were replaced long ago, with what they held",
        "des secteurs ont été remplacés il y a longtemps, avec ce qu’ils contenaient",
    ),
    Exceptional.HIDDEN_AREA_UNKNOWN: (
        "it is not known whether a part of it is hidden",
        "on ne sait pas si une partie en est cachée",
    ),
    Exceptional.HIDDEN_AREA_LEFT: (
        "a hidden part of it was not erased",
        "une partie cachée n’en a pas été effacée",
    ),
    Exceptional.SERIAL_THROUGH_BRIDGE: (
        "its serial number came through an adapter",
        "son numéro de série est passé par un adaptateur",
    ),
    Exceptional.SERIAL_MISSING: (
        "it has no serial number",
        "il n’a pas de numéro de série",
    ),
    Exceptional.UNKNOWN: ("something else", "autre chose"),
}


def technique(words: Words, one: Technique) -> str:
    return TECHNIQUES[one][words.is_french]


def erasure_class(words: Words, one: ErasureClass) -> str:
    return CLASSES[one][words.is_french]


def look(words: Words, one: Verification) -> str:
    """What is read back."""
    return LOOKS[one][words.is_french]


def medium(words: Words, one: Medium) -> str:
    return MEDIA[one][words.is_french]


def result(words: Words, one: Ended) -> str:
    return RESULTS[one][words.is_french]


def why(words: Words, record: ErasureRecord) -> str:
    """Why an erasure is not simply one: its reason, or what was odd about it."""
    odd = (EXCEPTIONS[each][words.is_french] for each in record.exceptions)
    return record.reason or ", ".join(odd)
