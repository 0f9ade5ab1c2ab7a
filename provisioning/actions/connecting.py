"""A machine says which card is in it: kept, and compared with what its pack asks."""

from __future__ import annotations

from agent import wire
from agent.connected import Connection
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory.models import Device, DeviceEvent
from inventory.states import IN_A_PACK
from provisioning.actions.assignments import raise_difference
from provisioning.models import (
    Agent,
    Assignment,
    ConnectionLook,
    DifferenceKind,
    LineVerdict,
    Report,
)

# What every way of printing and reading a card’s number shares.
KEY_DIGITS = 18


def note_connection(
    kept: Report, report: wire.Report, agent: Agent, device: Device | None
) -> None:
    """Keep one look of a held machine at its modems: a step."""
    require_transaction()
    said = report.connection
    if said is None:
        return
    tried = said.modems[0] if said.modems else None
    look = ConnectionLook.objects.create(
        report=kept,
        agent=agent,
        device=device,
        verdict=LineVerdict(said.verdict.value),
        iccid=(tried.card.iccid or "") if tried else "",
        operator=tried.operator if tried else "",
        technology=tried.technology if tried else "",
        signal_dbm=tried.signal_dbm if tried else None,
        bytes=said.link.bytes if said.link else 0,
        received_at=kept.received_at,
    )
    if device is None:
        return
    by = Machine(str(agent.uuid))
    data = {"verdict": look.verdict, "report": str(kept.report_id)}
    DeviceEvent.append(device, "connection_tried", by=by, data=data)
    _compare(device, said, kept, by=by)


def _compare(device: Device, said: Connection, kept: Report, *, by: Machine) -> None:
    """Tick the card that the pack asks for, or raise that another one is there: a step.

    A machine that shows no card says nothing of it: a hotspot keeps its card to itself.
    """
    require_transaction()
    asked = Assignment.objects.in_force().filter(device=device).first()
    if asked is None or device.status not in IN_A_PACK:
        return
    seen = [modem.card.iccid for modem in said.modems if modem.card.iccid]
    if not asked.iccid or not seen:
        return
    if any(number[:KEY_DIGITS] == asked.iccid[:KEY_DIGITS] for number in seen):
        asked.card_seen_at = kept.received_at
        asked.answered_at = asked.answered_at or kept.received_at
        asked.save(update_fields=["card_seen_at", "answered_at"])
        return
    raise_difference(
        asked,
        DifferenceKind.CARD_OTHER,
        iccid=seen[0],
        report=kept,
        at=kept.received_at,
        by=by,
    )


def asks_for_pin(agent: Agent, iccid: str) -> bool:
    """Whether this machine last said that this very card waits for its PIN."""
    last = Report.objects.filter(agent=agent, kind=wire.Kind.CONNECTION.value)
    kept = last.filter(kept__isnull=False).order_by("-seq").first()
    said = wire.Report.from_bytes(kept.payload).connection if kept else None
    return said is not None and any(
        modem.card.lock == "sim-pin"
        and (modem.card.iccid or "")[:KEY_DIGITS] == iccid[:KEY_DIGITS]
        for modem in said.modems
    )
