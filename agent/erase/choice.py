"""Which techniques a drive takes now, and why it does not take the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from agent.collect.around import Around
from agent.erase.contract import Method
from agent.erase.firmware.ata_sanitize import AtaSanitize
from agent.erase.firmware.ata_security import AtaSecurityErase
from agent.erase.firmware.emmc import EmmcEraseWithAreas, OverwriteWithAreas
from agent.erase.firmware.nvme_format import NvmeFormat
from agent.erase.firmware.nvme_sanitize import NvmeSanitize
from agent.erase.firmware.pace import Pace
from agent.erase.firmware.scsi import ScsiErase
from agent.erase.leftout import LeftOut
from agent.erase.overwrite import Overwrite
from agent.erase.probe import Probed
from agent.erase.table import Medium, Rung, ladder
from agent.methods import ErasureClass, Technique
from agent.parse.sanitizing import State

T = Technique
ATA_SANITIZES = {
    T.ATA_SANITIZE_BLOCK_ERASE: "sanitize_block",
    T.ATA_SANITIZE_CRYPTO: "sanitize_crypto",
    T.ATA_SANITIZE_OVERWRITE: "sanitize_overwrite",
}
ATA_ERASES = {
    T.ATA_SECURE_ERASE: "security",
    T.ATA_SECURE_ERASE_ENHANCED: "enhanced_erase",
}
NVME_SANITIZES = {
    T.NVME_SANITIZE_BLOCK: "sanitize_block",
    T.NVME_SANITIZE_CRYPTO: "sanitize_crypto",
}
NVME_FORMATS = {
    T.NVME_FORMAT_USER_DATA: "format_user_data",
    T.NVME_FORMAT_CRYPTO: "format_crypto",
}
SCSI_SANITIZES = {
    T.SCSI_SANITIZE_BLOCK: "sanitize_block",
    T.SCSI_SANITIZE_CRYPTO: "sanitize_crypto",
    T.SCSI_SANITIZE_OVERWRITE: "sanitize_overwrite",
}
SCSI_FORMATS = {T.SCSI_FORMAT_UNIT: "format_user_data"}
ABILITIES: Mapping[Technique, str] = {
    **ATA_SANITIZES,
    **ATA_ERASES,
    **NVME_SANITIZES,
    **NVME_FORMATS,
    **SCSI_SANITIZES,
    **SCSI_FORMATS,
}
ACTIONS = {2: T.NVME_SANITIZE_BLOCK, 4: T.NVME_SANITIZE_CRYPTO}


class Chosen(NamedTuple):
    """One step of the ladder: what it is worth, and how it is done or why it is not."""

    rung: Rung
    method: Method | None
    why: LeftOut | None = None


def choose(
    around: Around, found: Probed, least: ErasureClass, pace: Pace
) -> list[Chosen]:
    """Every technique of the drive's medium, in the order in which they are tried."""
    return [_choose(around, rung, found, pace) for rung in _order(found, least)]


def _order(found: Probed, least: ErasureClass) -> list[Rung]:
    """The ladder of the table; but a drive that is busy with itself, or failed at it,
    or is locked, takes nothing else before.
    """
    rungs = list(ladder(found.medium, least))
    stands = found.sanitizing
    first: set[Technique] = set()
    if stands.state in {State.RUNNING, State.FAILED}:
        all_of_them = {*ATA_SANITIZES, *NVME_SANITIZES, *SCSI_SANITIZES}
        running = ACTIONS.get(stands.action or 0)
        first = {running} if running else all_of_them
    elif found.abilities.security_locked:
        first = set(ATA_ERASES)
    return sorted(rungs, key=lambda rung: rung.technique not in first)


def _choose(around: Around, rung: Rung, found: Probed, pace: Pace) -> Chosen:
    why = _why_not(rung.technique, found)
    if why:
        return Chosen(rung, None, why)
    return Chosen(rung, _method(around, rung.technique, found, pace))


def _why_not(technique: Technique, found: Probed) -> LeftOut | None:
    """Why a technique is not used on this drive; None where it is."""
    if technique is T.OVERWRITE:
        return None
    if technique not in _BUILDERS:
        return LeftOut.NO_COMMANDS
    if found.unfit:
        return found.unfit
    if technique is T.EMMC_ERASE_SANITIZE:
        can = found.emmc.secure_erase or found.emmc.sanitize
        return None if can else LeftOut.NOT_OFFERED
    if not getattr(found.abilities, ABILITIES[technique]):
        return LeftOut.NOT_OFFERED
    if technique in NVME_FORMATS:
        return None if found.format.number is not None else LeftOut.SILENT
    return _what_holds(technique, found)


def _what_holds(technique: Technique, found: Probed) -> LeftOut | None:
    """The state of a drive that offers a technique and does not take it now."""
    can, state = found.abilities, found.sanitizing.state
    if technique in ATA_ERASES:
        if can.security_frozen is not False:
            return LeftOut.FROZEN
        return LeftOut.EXPIRED if can.security_expired else None
    held = {
        State.FROZEN: LeftOut.SANITIZE_FROZEN,
        State.UNKNOWN: LeftOut.SILENT,
        State.NOT_OFFERED: LeftOut.NOT_OFFERED,
    }
    return held.get(state, LeftOut.LOCKED if can.security_locked else None)


Builder = Callable[[Around, Technique, Probed, Pace], Method]


def _method(around: Around, technique: Technique, found: Probed, pace: Pace) -> Method:
    if technique is T.OVERWRITE:
        on_emmc = found.medium is Medium.EMMC
        return OverwriteWithAreas(around=around) if on_emmc else Overwrite()
    return _BUILDERS[technique](around, technique, found, pace)


def _ata_sanitize(around: Around, one: Technique, found: Probed, pace: Pace) -> Method:
    return AtaSanitize(around, one, pace)


def _ata_erase(around: Around, one: Technique, found: Probed, pace: Pace) -> Method:
    return AtaSecurityErase(around, one, pace)


def _nvme_sanitize(around: Around, one: Technique, found: Probed, pace: Pace) -> Method:
    return NvmeSanitize(around, one, pace)


def _nvme_format(around: Around, one: Technique, found: Probed, pace: Pace) -> Method:
    return NvmeFormat(around, one, found.format, pace)


def _scsi(around: Around, one: Technique, found: Probed, pace: Pace) -> Method:
    return ScsiErase(around, one, pace)


def _emmc(around: Around, one: Technique, found: Probed, pace: Pace) -> Method:
    return EmmcEraseWithAreas(around, found.emmc, pace)


_BUILDERS: Mapping[Technique, Builder] = {
    **dict.fromkeys(ATA_SANITIZES, _ata_sanitize),
    **dict.fromkeys(ATA_ERASES, _ata_erase),
    **dict.fromkeys(NVME_SANITIZES, _nvme_sanitize),
    **dict.fromkeys(NVME_FORMATS, _nvme_format),
    **dict.fromkeys((*SCSI_SANITIZES, *SCSI_FORMATS), _scsi),
    T.EMMC_ERASE_SANITIZE: _emmc,
}
