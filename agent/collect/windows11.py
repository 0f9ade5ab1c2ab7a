"""Whether Windows 11 would be supported: Microsoft's published needs, offline.

The processor is known by family and model numbers rather than by a list of names:
a generation has few numbers and hundreds of names. What the numbers leave open is
said to be unknown.
"""

from __future__ import annotations

import re

from agent import facts
from agent.facts import Need

MEMORY_BYTES = 4 * 2**30
# the system cannot use all that is fitted: graphics and firmware take their share
USABLE_BYTES = 3 * 2**30
DRIVE_BYTES = 64 * 10**9
MHZ = 1000
INSIDE = frozenset({facts.Bus.SATA, facts.Bus.NVME, facts.Bus.EMMC, facts.Bus.SAS})

# Intel family 6: Kaby Lake-R and Coffee Lake share numbers with older ones and are
# told by their stepping (Linux, arch/x86/include/asm/intel-family.h).
INTEL_BY_STEPPING = {0x8E: 10, 0x9E: 10}
AMBER_LAKE = re.compile(r"-8\d00Y\b")  # the eighth generation with a seventh's stepping
INTEL_SINCE_8 = frozenset(
    {0x66, 0x7A, 0x7D, 0x7E, 0x8A, 0x8C, 0x8D, 0x96, 0x97, 0x9A, 0x9C, 0xA5, 0xA6}
    | {0xA7, 0xAA, 0xAC, 0xB5, 0xB7, 0xBA, 0xBD, 0xBE, 0xBF, 0xC5, 0xC6, 0xCC}
)
INTEL_LAST_OLD = 0x65  # laptop and desktop models up to here are of before 2017
INTEL_SERVERS = frozenset({0x55, 0x6A, 0x6C, 0x8F, 0xCF, 0xAD, 0xAE, 0xAF, 0xB6})
# AMD family 17h: Zen and Raven Ridge are left out, Zen+ and later are supported.
AMD_ZEN = 0x17
AMD_LEFT_OUT = frozenset({0x01, 0x11})


def windows_11(
    cpu: facts.Cpu | None,
    memory: facts.Memory | None,
    drives: tuple[facts.Drive, ...],
    firmware: facts.Firmware | None,
    saw_tpm: bool,
) -> facts.Windows11:
    """The answer, from what was found; pure."""
    answers = {
        Need.PROCESSOR: supported(cpu) if cpu else None,
        Need.CORES: cpu.cores >= 2 if cpu and cpu.cores else None,
        Need.SPEED: cpu.max_mhz >= MHZ if cpu and cpu.max_mhz else None,
        Need.MEMORY: _memory(memory),
        Need.STORAGE: _storage(drives),
        Need.UEFI: _uefi(firmware),
        Need.TPM_2: _tpm(firmware, saw_tpm),
    }
    missing = tuple(need for need, answer in answers.items() if answer is False)
    unknown = tuple(need for need, answer in answers.items() if answer is None)
    eligible = False if missing else None if unknown else True
    return facts.Windows11(eligible=eligible, missing=missing, unknown=unknown)


def supported(cpu: facts.Cpu) -> bool | None:
    """Whether the processor is of a generation that is; None where that is open."""
    if cpu.is_64_bit is False:
        return False
    if cpu.family is None or cpu.model_number is None:
        return None
    if cpu.make == "GenuineIntel":
        if AMBER_LAKE.search(cpu.model):
            return True
        return _intel(cpu.family, cpu.model_number, cpu.stepping)
    if cpu.make == "AuthenticAMD":
        if cpu.family == AMD_ZEN:
            return cpu.model_number not in AMD_LEFT_OUT
        return cpu.family > AMD_ZEN and cpu.family != 0x18
    return None


def _intel(family: int, model: int, stepping: int | None) -> bool | None:
    if family != 6:
        return False if family == 15 else None
    if model in INTEL_BY_STEPPING:
        least = INTEL_BY_STEPPING[model]
        return None if stepping is None else stepping >= least
    if model in INTEL_SINCE_8:
        return True
    if model in INTEL_SERVERS:
        return None
    return False if model <= INTEL_LAST_OLD else None


def _memory(memory: facts.Memory | None) -> bool | None:
    if memory is None:
        return None
    if memory.installed_bytes is not None:
        return memory.installed_bytes >= MEMORY_BYTES
    return memory.total_bytes >= USABLE_BYTES


def _storage(drives: tuple[facts.Drive, ...]) -> bool | None:
    """A drive inside; where none was seen (taken out, or hidden) it stays open."""
    inside = [each.size_bytes for each in drives if each.bus in INSIDE]
    return max(inside) >= DRIVE_BYTES if inside else None


def _uefi(firmware: facts.Firmware | None) -> bool | None:
    """Started as UEFI proves it; started as BIOS proves nothing."""
    return True if firmware and firmware.boot is facts.Boot.UEFI else None


def _tpm(firmware: facts.Firmware | None, saw_tpm: bool) -> bool | None:
    """None at all may be one that is switched off in the firmware."""
    version = firmware.tpm_version if firmware and saw_tpm else ""
    return None if not version else version.startswith("2")
