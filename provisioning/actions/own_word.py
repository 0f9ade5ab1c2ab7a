"""The drive’s own word after it erased itself, per technique; docs/erasure.md lists them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.methods import Technique

_ATA_SANITIZED = re.compile(
    r"SD[04] [A-Za-z ]*; Last Sanitize Operation Completed Without Error$"
)
_ATA_FREE = re.compile(r"Security: not enabled$")
# The three low bits of SSTAT: completed, or completed and deallocated.
_NVME_SANITIZED = re.compile(r"SSTAT 0x[0-9a-f]{0,4}[149c], SPROG (?:65535|None)$")
_NVME_FORMATTED = re.compile(r"lbaf \d+, \d+ bytes, left (?:0|None) %$")
_SCSI_DONE = re.compile(r"sense 0/00/00$")
_SCSI_FORMATTED = re.compile(r"sense 0/00/00, \d+ blocks of \d+$")
_EMMC_READ = re.compile(r"EXT_CSD read again: \d+ sectors$")

# What is not here cannot be shown to have been done: UFS tells nobody.
WORDS: Mapping[Technique, re.Pattern[str]] = {
    Technique.ATA_SANITIZE_BLOCK_ERASE: _ATA_SANITIZED,
    Technique.ATA_SANITIZE_CRYPTO: _ATA_SANITIZED,
    Technique.ATA_SANITIZE_OVERWRITE: _ATA_SANITIZED,
    Technique.ATA_SECURE_ERASE: _ATA_FREE,
    Technique.ATA_SECURE_ERASE_ENHANCED: _ATA_FREE,
    Technique.NVME_SANITIZE_BLOCK: _NVME_SANITIZED,
    Technique.NVME_SANITIZE_CRYPTO: _NVME_SANITIZED,
    Technique.NVME_FORMAT_USER_DATA: _NVME_FORMATTED,
    Technique.NVME_FORMAT_CRYPTO: _NVME_FORMATTED,
    Technique.EMMC_ERASE_SANITIZE: _EMMC_READ,
    Technique.SCSI_SANITIZE_BLOCK: _SCSI_DONE,
    Technique.SCSI_SANITIZE_CRYPTO: _SCSI_DONE,
    Technique.SCSI_SANITIZE_OVERWRITE: _SCSI_DONE,
    Technique.SCSI_FORMAT_UNIT: _SCSI_FORMATTED,
}


def says_done(technique: Technique, status: str) -> bool:
    """Whether this word, re-read, is that of a drive that has erased itself."""
    word = WORDS.get(technique)
    return word is not None and word.match(status) is not None
