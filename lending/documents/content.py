"""What a person signs for, as plain data: frozen in the papers, shown before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from backoffice.core import chain
from inventory import codes
from inventory.models import Certificate, Device
from lending.conditions import VERSION, conditions_in
from lending.models import HandOver, PackLine
from lending.states import HandOverMode

Content = Mapping[str, Any]


def draft_content(
    handover: HandOver, lines: Iterable[PackLine], *, value_cents: int, who: str
) -> dict[str, Any]:
    """Everything but the signature: what the page before it shows.

    `value_cents` is what the things are worth at most, `who` hands them over. A
    structure whose name says something of the people it helps is not named (INV-P4).
    """
    person = handover.beneficiary
    request, programme = handover.request, handover.programme
    structure = handover.structure
    return {
        "organisation": dict(settings.ORGANISATION),
        "site": handover.site.name,
        "handover": str(handover.uuid),
        "mode": handover.mode,
        "price_cents": handover.price_cents,
        "value_cents": value_cents,
        "pack": handover.pack.tag,
        "recipe": str(handover.pack.version),
        "request": request.number if request else "",
        "programme": programme.name if programme else "",
        "funders": programme.funders if programme else "",
        "structure": "" if structure.is_sensitive else structure.name,
        "person": name_of(handover),
        "code": person.code if person else "",
        "guardian": handover.guardian_name,
        "identity_check": handover.identity_check,
        "where": handover.where,
        "who": who,
        "due_on": _loan_end(handover),
        "language": handover.language,
        "conditions": conditions_of(handover.language, HandOverMode(handover.mode)),
        "lines": [line_content(line, handover.condition_out) for line in lines],
    }


def draft_hash(content: Content) -> str:
    """SHA-256 of what is shown before the signature, and signed."""
    return hashlib.sha256(chain.canonical(dict(content))).hexdigest()


def name_of(handover: HandOver) -> str:
    person = handover.beneficiary
    return f"{person.first_name} {person.last_name}".strip() if person else ""


def line_content(line: PackLine, conditions: Mapping[str, str]) -> dict[str, Any]:
    """One thing of the pack; numbers that identify it, and what proves it is erased."""
    return {
        "line": str(line.uuid),
        "nature": line.nature,
        "label": line.wanted.label,
        "quantity": line.quantity or 1,
        "condition": conditions.get(str(line.uuid), ""),
        "environment": line.environment,
        **_unit(line),
    }


def _unit(line: PackLine) -> dict[str, Any]:
    if line.device is not None:
        return _device(line.device)
    if line.sim is not None:
        plan = line.sim.plan
        return {
            "what": f"{line.sim.operator} {plan.name if plan else ''}".strip(),
            "tag": line.sim.tag,
            "serial": line.sim.iccid,
            "until": line.sim.plan_ends_on.isoformat() if line.sim.plan_ends_on else "",
        }
    if line.modem is not None:
        return {
            "what": f"{line.modem.make} {line.modem.model}".strip(),
            "tag": line.modem.tag,
            "serial": line.modem.imei,
        }
    kind = line.counted_kind
    return {"what": kind.name if kind else "", "tag": "", "serial": ""}


def _device(device: Device) -> dict[str, Any]:
    proofs = Certificate.objects.filter(drive__in=device.drives.gated())
    live = proofs.filter(cancelled_at=None, erasure__isnull=False)
    return {
        "what": f"{device.make} {device.model}".strip(),
        "kind": device.kind,
        "tag": device.tag,
        "serial": "" if codes.is_placeholder(device.serial) else device.serial,
        "data": device.data_state,
        "certificates": sorted(
            live.values_list("document__number", flat=True).distinct()
        ),
    }


def conditions_of(language: str, mode: HandOverMode) -> dict[str, Any]:
    """The French text counts; beside it the language in which it was explained."""
    texts = {"fr": list(conditions_in("fr", mode))}
    other = conditions_in(language, mode)
    if other and language != "fr":
        texts[language] = list(other)
    return {"version": VERSION, "texts": texts}


def _loan_end(handover: HandOver) -> str:
    if handover.mode != HandOverMode.LOAN or handover.due_on is None:
        return ""
    return handover.due_on.isoformat()
