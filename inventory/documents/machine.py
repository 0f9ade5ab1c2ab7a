"""The sheet of one machine: every drive that it holds or held, and what proves it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.models import Document
from backoffice.core.paper import Block, DocumentSpec, Facts, Paragraph, Verdict
from inventory.documents.drives import drives_table
from inventory.documents.issuing import (
    Issue,
    check_hint,
    head_of,
    issue_facts,
    key_facts,
    machine_facts,
    machine_of,
    sheet,
)
from inventory.documents.words import Content, label
from inventory.models import Device, Storage


def machine_content(
    device: Device, lines: list[dict[str, Any]], issue: Issue
) -> dict[str, Any]:
    seen_by = device.storage_seen_by
    return {
        **head_of(issue, device.lot),
        "machine": machine_of(device),
        "storage": device.storage,
        "storage_seen_by": seen_by.name if seen_by else "",
        "drives": lines,
    }


def machine_spec(document: Document) -> DocumentSpec:
    content: Content = document.content
    lines = content["drives"]
    blocks: tuple[Block, ...] = (
        _verdict(content, since_three=document.template_version > 2),
        machine_facts(content),
        drives_table(_("Drives"), lines, machines=False)
        if lines
        else Paragraph(_storage(content), heading=_("Drives")),
        Facts(_("People"), (*issue_facts(content), *key_facts(content))),
    )
    return sheet(document, _("Sheet of a machine and its drives"), blocks)


def _verdict(content: Content, *, since_three: bool) -> Verdict:
    lines = content["drives"]
    proven = sum(line["proven"] for line in lines)
    is_good = proven == len(lines) and bool(lines or content["storage_seen_by"])
    if lines:
        text = ngettext(
            "%(proven)d of %(count)d drive proven",
            "%(proven)d of %(count)d drives proven",
            len(lines),
        ) % {"proven": proven, "count": len(lines)}
    elif since_three and not is_good:
        dataless = content["storage"] == Storage.NOT_APPLICABLE
        is_good = dataless
        text = _storage(content) if dataless else _("Nobody has looked for drives yet")
    else:
        text = _("No drive found")
    return Verdict(text, (), is_good, content["check"], check_hint())


def _storage(content: Content) -> str:
    """Absence is a statement of somebody, not an empty list."""
    said = label(Storage)(content["storage"])
    if content["storage_seen_by"]:
        return _("%(said)s, as seen by %(who)s.") % {
            "said": said,
            "who": content["storage_seen_by"],
        }
    return said
