"""How much memory the system can use, and what is fitted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agent import facts
from agent.collect.around import Around, Seen, why
from agent.collect.tables import Tables
from agent.parse import dmidecode, loose
from agent.placeholders import known

if TYPE_CHECKING:
    from agent.parse import lshw

MOST_MODULES = 64
CORRECTING = ("single-bit ecc", "multi-bit ecc", "crc")


def memory(around: Around, told: Tables | None = None) -> Seen[facts.Memory | None]:
    """`told` is what the firmware's tables say of the modules."""
    try:
        counted = around.counted()
    except OSError as exc:
        return Seen(None, (facts.Unseen(subject=facts.Subject.MEMORY, why=why(exc)),))
    usable = partial(
        facts.Memory, total_bytes=counted.memory_bytes, swap_bytes=counted.swap_bytes
    )
    if told is None:
        return Seen(usable())
    fitted = _of_dmi(told.dmi) if told.dmi else _of_lshw(told.lshw) if told.lshw else {}
    unseen = told.unseen(facts.Subject.MODULES)
    if not fitted and not unseen:
        unseen = (
            facts.Unseen(subject=facts.Subject.MODULES, why=facts.Why.NOT_OFFERED),
        )
    return Seen(usable(**fitted), unseen)


def _of_dmi(dmi: dmidecode.Dmi) -> dict[str, Any]:
    if not dmi.slots:
        return {}
    kinds = [each.said("Error Correction Type").lower() for each in dmi.arrays]
    most = [
        dmidecode.size_of(each.said("Maximum Capacity")) or 0 for each in dmi.arrays
    ]
    return {
        "installed_bytes": dmi.memory_bytes,
        "most_bytes": sum(most) or None,
        "slots": len(dmi.slots),
        "error_correcting": _correcting(kinds),
        "modules": tuple(_module(slot) for slot in dmi.modules[:MOST_MODULES]),
    }


def _correcting(kinds: list[str]) -> bool | None:
    if any(kind in CORRECTING for kind in kinds):
        return True
    return False if "none" in kinds or "parity" in kinds else None


def _module(slot: dmidecode.Slot) -> facts.Module:
    said = slot.structure.said
    speed = said("Configured Memory Speed") or said("Configured Clock Speed")
    return facts.Module(
        slot=said("Locator") or said("Socket Designation"),
        size_bytes=slot.size_bytes or 0,
        type=known(slot.type),
        form=known(said("Form Factor")),
        speed_mts=loose.grouped(speed) or loose.grouped(said("Speed")),
        make=known(said("Manufacturer")),
        part=known(said("Part Number")),
        serial=known(said("Serial Number")),
    )


def _of_lshw(said: lshw.Lshw) -> dict[str, Any]:
    if not said.banks:
        return {}
    fitted = [bank for bank in said.banks if bank.size_bytes]
    return {
        "installed_bytes": said.banks_bytes,
        "slots": len(said.banks),
        "modules": tuple(
            facts.Module(
                slot=bank.slot,
                size_bytes=bank.size_bytes or 0,
                make=known(bank.make),
                part=known(bank.part),
                serial=known(bank.serial),
            )
            for bank in fitted[:MOST_MODULES]
        ),
    }
