"""The delivery note: the packs that a structure received in one go, and what is in each.

The structure keeps it, and hands the packs over from it; no person stands on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.models import Document, DocumentKind
from backoffice.core.paper import (
    Block,
    DocumentSpec,
    Facts,
    Organisation,
    Paragraph,
    Signatures,
    Table,
)
from inventory.documents.words import day
from inventory.tags import display
from lending.documents.content import line_content
from lending.models import Pack, PackLine, Structure
from lending.states import LineNature

# Of what is drawn here; another layout is another number, and this one stays.
TEMPLATE = 1
SUBJECT = "delivery"


def delivery_content(
    structure: Structure,
    packs: Iterable[tuple[Pack, Iterable[PackLine]]],
    *,
    who: str,
) -> dict[str, Any]:
    """What a note says, frozen.

    A structure whose name says something of the people it helps is not named (INV-P4).
    """
    return {
        "organisation": {
            part.name: settings.ORGANISATION[part.name] for part in fields(Organisation)
        },
        "site": structure.site.name,
        "structure": "" if structure.is_sensitive else structure.name,
        "delivered_on": timezone.localdate().isoformat(),
        "who": who,
        "packs": [_pack(pack, lines) for pack, lines in packs],
    }


def delivery_spec(document: Document) -> DocumentSpec:
    """The note as it is drawn, in its own language."""
    said: Mapping[str, Any] = document.content
    with translation.override(document.language):
        address = reverse("lending:delivery-note", args=[document.uuid])
        return DocumentSpec(
            organisation=Organisation(**said["organisation"]),
            title=_("Delivery note"),
            number=document.number,
            issued_on=timezone.localdate(document.issued_at),
            language=document.language,
            template_version=document.template_version,
            sha256=document.sha256,
            verification=_("To verify this document: %(address)s")
            % {"address": settings.BASE_URL + address},
            blocks=_blocks(said),
        )


def notes_of(structures: Any) -> QuerySet[Document]:
    """The delivery notes of these structures: their uuids, or a query of them."""
    return Document.objects.filter(
        kind=DocumentKind.DELIVERY_NOTE, subject=SUBJECT, subject_uuid__in=structures
    )


def _blocks(said: Mapping[str, Any]) -> tuple[Block, ...]:
    packs, organisation = said["packs"], said["organisation"]["name"]
    count = ngettext("%(count)d pack", "%(count)d packs", len(packs))
    return (
        Facts(
            _("The delivery"),
            (
                (_("Delivered to"), said["structure"] or _("the structure that asked")),
                (_("On"), day(said["delivered_on"])),
                (_("By"), f"{said['who']}, {said['site']}"),
                (_("Delivered"), count % {"count": len(packs)}),
            ),
            columns=2,
        ),
        *(_table(pack) for pack in packs),
        Paragraph(
            _(
                "Keep this note. Each pack is handed over to a person from your pages, "
                "under “Hand-overs”: the person then signs a slip of their own. A pack "
                "that nobody needs comes back to us."
            ),
            heading=_("What to do next"),
        ),
        Signatures(
            (_("For %(name)s") % {"name": organisation}, _("For the structure")),
            hint=_("Name, date and signature"),
        ),
    )


def _table(pack: Mapping[str, Any]) -> Table:
    named = [display(pack["pack"]), pack["recipe"], pack["request"]]
    return Table(
        heading=" · ".join(part for part in named if part),
        columns=(_("Object"), _("Tag"), _("Serial number"), _("How many")),
        rows=tuple(
            (
                _named(line),
                display(line["tag"]) if line["tag"] else "",
                line["serial"],
                str(line["quantity"]),
            )
            for line in pack["lines"]
        ),
        shares=(44, 20, 32, 12),
        numeric=frozenset({3}),
    )


def _pack(pack: Pack, lines: Iterable[PackLine]) -> dict[str, Any]:
    return {
        "pack": pack.tag,
        "recipe": str(pack.version.template),
        "request": pack.request.number if pack.request else "",
        "lines": [
            line_content(line, {})
            for line in lines
            if line.is_filled
            and line.quantity
            and line.nature != LineNature.ENVIRONMENT
        ],
    }


def _named(line: Mapping[str, Any]) -> str:
    what, label = line["what"], line["label"]
    return f"{label} · {what}" if what and what != label else label
