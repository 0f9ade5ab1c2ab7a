"""The receipt of a return (D13): what came back, how, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.models import Document, DocumentKind, User
from backoffice.core.paper import (
    Block,
    DocumentSpec,
    Facts,
    Organisation,
    Paragraph,
    Signatures,
    Table,
)
from inventory import codes
from inventory.documents.words import day, label
from inventory.models import Storage
from inventory.tags import display
from lending.models import HandOver, Loan, PackLine
from lending.states import Condition, HandOverMode, LineNature, ReturnReason

# Of what is drawn here; another layout is another number, and this one stays.
TEMPLATE = 1
# Of a hand-over that came back: its own papers are those of “handover”.
SUBJECT = "return"


@dataclass(frozen=True, slots=True)
class Back:
    """One line of a pack that came back, or did not."""

    line: PackLine
    condition: Condition
    # How many of a counted thing; 1 for what has a label, 0 where it is missing.
    count: int


def return_content(
    handover: HandOver,
    loan: Loan | None,
    lines: Iterable[Back],
    *,
    reason: ReturnReason,
    by: User,
) -> dict[str, Any]:
    """What a receipt says, frozen: first name and initial, codes, no structure."""
    signed, out = handover.signed_at, (loan or handover).condition_out
    lines = list(lines)
    return {
        "organisation": {
            part.name: settings.ORGANISATION[part.name] for part in fields(Organisation)
        },
        "site": handover.site.name,
        "pack": handover.pack.tag,
        "template": str(handover.pack.version.template),
        "person": handover.beneficiary.short_name if handover.beneficiary else "",
        "code": handover.beneficiary.code if handover.beneficiary else "",
        "mode": handover.mode,
        "handed_over_on": _iso(timezone.localdate(signed) if signed else None),
        "due_on": _iso(loan.due_on if loan else None),
        "returned_on": timezone.localdate().isoformat(),
        "reason": reason.value,
        "received_by": by.name,
        "lines": [_line(back, out) for back in lines],
        "to_erase": [
            display(back.line.device.tag)
            for back in lines
            if back.line.device and back.count and _holds_data(back.line)
        ],
    }


def return_spec(document: Document) -> DocumentSpec:
    """The receipt as it is drawn, in its own language."""
    said: Mapping[str, Any] = document.content
    with translation.override(document.language):
        address = reverse("lending:return-receipt", args=[document.uuid])
        return DocumentSpec(
            organisation=Organisation(**said["organisation"]),
            title=_("Return receipt"),
            number=document.number,
            issued_on=timezone.localdate(document.issued_at),
            language=document.language,
            template_version=document.template_version,
            sha256=document.sha256,
            verification=_("To verify this document: %(address)s")
            % {"address": settings.BASE_URL + address},
            blocks=_blocks(said),
        )


def _blocks(said: Mapping[str, Any]) -> tuple[Block, ...]:
    organisation = said["organisation"]["name"]
    return (
        Paragraph(
            _("%(organisation)s has taken back what is listed here.")
            % {"organisation": organisation}
        ),
        _facts(said),
        _table(said),
        *_missing(said),
        *_erasure(said),
        Signatures(
            (_("The person"), _("For %(name)s") % {"name": organisation}),
            hint=_("Name, date and signature"),
        ),
    )


def _facts(said: Mapping[str, Any]) -> Facts:
    lent = said["mode"] == HandOverMode.LOAN
    due = said["due_on"]
    until = day(due) if due else _("no date agreed")
    return Facts(
        "",
        (
            (_("Person"), f"{said['person']} · {said['code']}".strip(" ·")),
            (_("Pack"), f"{display(said['pack'])} · {said['template']}"),
            (_("Handed over on"), _day(said["handed_over_on"])),
            (_("Lent until"), until if lent else ""),
            (_("Came back on"), day(said["returned_on"])),
            (_("Reason"), label(ReturnReason)(said["reason"])),
            (_("Received by"), f"{said['received_by']}, {said['site']}"),
        ),
    )


def _table(said: Mapping[str, Any]) -> Table:
    condition = label(Condition)
    return Table(
        heading=_("What came back"),
        columns=(
            pgettext("of a pack", "Item"),
            _("Tag or number"),
            _("Quantity"),
            _("When it went out"),
            _("When it came back"),
        ),
        rows=tuple(
            (
                line["what"],
                line["number"],
                _of(line),
                condition(line["out"]) if line["out"] else _("not noted"),
                condition(line["in"]),
            )
            for line in said["lines"]
        ),
        shares=(34, 24, 12, 15, 15),
        numeric=frozenset({2}),
    )


def _missing(said: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    """What did not come back, once more in words: it is what people look for."""
    missing = [line["what"] for line in said["lines"] if line["count"] < line["of"]]
    text = ", ".join(missing) if missing else _("Nothing is missing.")
    return (Paragraph(text, heading=_("What is missing")),)


def _erasure(said: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    if not said["to_erase"]:
        return ()
    return (
        Paragraph(
            _(
                "Erasure is planned: everything that is still on %(devices)s will be "
                "erased for good, before anybody else receives it."
            )
            % {"devices": ", ".join(said["to_erase"])},
            heading=_("What becomes of it"),
        ),
    )


def _line(back: Back, out: Mapping[str, str]) -> dict[str, Any]:
    line = back.line
    return {
        "line": str(line.uuid),
        "what": _what(line),
        "number": _number(line),
        "of": line.quantity or 1,
        "count": back.count,
        "out": out.get(str(line.uuid), ""),
        "in": back.condition.value,
    }


def _what(line: PackLine) -> str:
    """What the line is called; of a machine its make and model too."""
    if line.device is None:
        return str(line.wanted)
    made = " ".join(part for part in (line.device.make, line.device.model) if part)
    return f"{line.wanted} · {made}" if made else str(line.wanted)


def _number(line: PackLine) -> str:
    if line.device is not None:
        serial = line.device.serial
        shown = "" if not serial or codes.is_placeholder(serial) else f" · {serial}"
        return f"{display(line.device.tag)}{shown}"
    if line.sim is not None:
        return f"{display(line.sim.tag)} · {line.sim.iccid}"
    return display(line.modem.tag) if line.modem is not None else ""


def _of(line: Mapping[str, Any]) -> str:
    return f"{line['count']} / {line['of']}"


def _holds_data(line: PackLine) -> bool:
    device = line.device
    return (
        line.nature in {LineNature.MAIN, LineNature.DEVICE}
        and device is not None
        and device.storage not in {Storage.NONE, Storage.NOT_APPLICABLE}
    )


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> str:
    return day(text) if text else ""


def receipts_of(handovers: Any) -> QuerySet[Document]:
    """The receipts of returns of these hand-overs: their uuids, or a query of them."""
    return Document.objects.filter(
        kind=DocumentKind.RETURN_RECEIPT, subject=SUBJECT, subject_uuid__in=handovers
    )
