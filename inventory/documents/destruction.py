"""The record of a destruction (D6): which drive, how, where, and two people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from backoffice.core.models import Document
from backoffice.core.paper import DocumentSpec, Facts, Paragraph, Verdict
from inventory.documents.issuing import (
    Issue,
    check_hint,
    head_of,
    issue_facts,
    machine_facts,
    machine_of,
    sheet,
)
from inventory.documents.words import Content, day, label, said, size
from inventory.methods import Medium
from inventory.models import Bus, Destruction, DestructionMethod


def destruction_content(destruction: Destruction, issue: Issue) -> dict[str, Any]:
    drive = destruction.drive
    approved = destruction.approved_by
    return {
        **head_of(issue, destruction.device.lot),
        "machine": machine_of(destruction.device),
        "drive": {
            "make": drive.make,
            "model": drive.model,
            "serial": drive.serial,
            "medium": drive.medium,
            "bus": drive.bus,
            "size_bytes": drive.size_bytes,
            "tag": drive.tag or "",
        },
        "destruction": {
            "uuid": str(destruction.uuid),
            "method": destruction.method,
            "place": destruction.place.name,
            "destroyed_on": destruction.destroyed_on.isoformat(),
        },
        "people": {
            "performed": destruction.operator.name,
            "approved": approved.name if approved else "",
        },
    }


def destruction_spec(document: Document) -> DocumentSpec:
    content: Content = document.content
    drive, done, people = content["drive"], content["destruction"], content["people"]
    method = label(DestructionMethod)(done["method"])
    named = " ".join(part for part in (drive["make"], drive["model"]) if part)
    verdict = Verdict(
        _("Destroyed: %(method)s") % {"method": method},
        (
            f"{named or label(Medium)(drive['medium'])} · {said(drive, 'serial')}",
            _("Destroyed on %(date)s") % {"date": day(done["destroyed_on"])},
        ),
        is_good=True,
        address=content["check"],
        hint=check_hint(),
    )
    facts = Facts(
        _("The drive"),
        (
            (_("Make"), said(drive, "make")),
            (_("Model"), said(drive, "model")),
            (_("Serial number"), said(drive, "serial")),
            (_("Kind"), said(drive, "medium", label(Medium))),
            (_("Connection"), said(drive, "bus", label(Bus))),
            (_("Capacity"), said(drive, "size_bytes", size)),
            (_("Tag"), drive["tag"]),
        ),
        columns=2,
    )
    act = Facts(
        _("The destruction"),
        (
            (_("Method"), method),
            (_("Place"), f"{done['place']}, {content['site']}"),
            (_("Destroyed on"), day(done["destroyed_on"])),
            (_("Destroyed by"), people["performed"]),
            (_("Confirmed by a second person"), people["approved"]),
            (_("Reference of the record"), done["uuid"]),
            *issue_facts(content)[::2],
        ),
    )
    after = Paragraph(
        _("What is left of it goes to an approved recycling channel."),
        heading=_("What becomes of it"),
    )
    title = _("Record of destruction")
    return sheet(document, title, (verdict, facts, machine_facts(content), act, after))
