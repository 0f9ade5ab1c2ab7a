"""The words of erasure: how a drive is erased, what that is worth, how it ended.

The server has the same words in `inventory.methods`; a test compares them.
"""

from __future__ import annotations

import enum


class Technique(enum.StrEnum):
    """How a drive is erased. TRIM and its like are hints, and not listed."""

    OVERWRITE = "overwrite"
    ATA_SANITIZE_BLOCK_ERASE = "ata_sanitize_block_erase"
    ATA_SANITIZE_CRYPTO = "ata_sanitize_crypto"
    ATA_SANITIZE_OVERWRITE = "ata_sanitize_overwrite"
    ATA_SECURE_ERASE = "ata_secure_erase"
    ATA_SECURE_ERASE_ENHANCED = "ata_secure_erase_enhanced"
    NVME_SANITIZE_BLOCK = "nvme_sanitize_block"
    NVME_SANITIZE_CRYPTO = "nvme_sanitize_crypto"
    NVME_FORMAT_USER_DATA = "nvme_format_user_data"
    NVME_FORMAT_CRYPTO = "nvme_format_crypto"
    EMMC_ERASE_SANITIZE = "emmc_erase_sanitize"
    UFS_PURGE = "ufs_purge"
    SCSI_SANITIZE_BLOCK = "scsi_sanitize_block"
    SCSI_SANITIZE_CRYPTO = "scsi_sanitize_crypto"
    SCSI_SANITIZE_OVERWRITE = "scsi_sanitize_overwrite"
    SCSI_FORMAT_UNIT = "scsi_format_unit"
    UNKNOWN = "unknown"


class ErasureClass(enum.StrEnum):
    """What an erasure is worth (NIST SP 800-88)."""

    CLEAR = "clear"
    PURGE = "purge"
    UNKNOWN = "unknown"


class Verification(enum.StrEnum):
    """How the outcome was looked at, from least to most."""

    NONE = "none"
    STATUS = "status"
    SAMPLED = "sampled"
    FULL = "full"
    UNKNOWN = "unknown"


class Ended(enum.StrEnum):
    """How the erasure of one drive ended."""

    ERASED = "erased"
    ERASED_WITH_EXCEPTIONS = "erased_with_exceptions"
    FAILED = "failed"
    ABORTED = "aborted"
    NOT_ATTEMPTED = "not_attempted"
    UNKNOWN = "unknown"


class Exceptional(enum.StrEnum):
    """What was not as it should be, though the erasure ended."""

    REALLOCATED_SECTORS = "reallocated_sectors"
    HIDDEN_AREA_UNKNOWN = "hidden_area_unknown"
    HIDDEN_AREA_LEFT = "hidden_area_left"
    SERIAL_THROUGH_BRIDGE = "serial_through_bridge"
    SERIAL_MISSING = "serial_missing"
    UNKNOWN = "unknown"


class Hidden(enum.StrEnum):
    """What is known of a part of a drive that it does not show."""

    NONE = "none"
    REMOVED = "removed"
    LEFT = "left"
    NOT_OFFERED = "not_offered"
    UNKNOWN = "unknown"
