"""The summary of a lot for its donor: how many drives, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.models import Document
from backoffice.core.paper import Block, DocumentSpec, Facts, Table, Verdict
from inventory.documents.drives import drives_table
from inventory.documents.issuing import (
    Issue,
    check_hint,
    donation_rows,
    head_of,
    issue_facts,
    key_facts,
    sheet,
)
from inventory.documents.words import Content, whole
from inventory.models import Lot
from inventory.states import DriveStatus


@dataclass(frozen=True, slots=True)
class Machines:
    """How many came in; of those that hold and held no drive, what is known of why."""

    received: int
    # Somebody looked, and says so.
    without_drives: int
    # Things that cannot hold data.
    no_data: int
    # Nobody knows what is inside.
    unseen: int


def lot_content(
    lot: Lot, lines: list[dict[str, Any]], *, machines: Machines, issue: Issue
) -> dict[str, Any]:
    return {
        **head_of(issue, lot),
        "label": lot.label,
        "machines": machines.received,
        "without_drives": machines.without_drives,
        "no_data": machines.no_data,
        "unseen": machines.unseen,
        "drives": lines,
    }


def lot_spec(document: Document) -> DocumentSpec:
    content: Content = document.content
    blocks: tuple[Block, ...] = (
        _verdict(content),
        Facts(
            _("The lot"),
            (*donation_rows(content), *issue_facts(content), *key_facts(content)),
        ),
        _balance(content),
        drives_table(_("Every drive"), content["drives"], machines=True),
    )
    return sheet(document, _("Summary of the erasures of a lot"), blocks)


def _verdict(content: Content) -> Verdict:
    lines, unseen = content["drives"], content.get("unseen", 0)
    proven = sum(line["proven"] for line in lines)
    text = ngettext(
        "%(proven)d of %(count)d drive proven",
        "%(proven)d of %(count)d drives proven",
        len(lines),
    ) % {"proven": proven, "count": len(lines)}
    if not lines and "unseen" in content:
        text = _("No drive found")
    is_good = proven == len(lines) and not unseen
    details = (unseen_machines(unseen),) if unseen else ()
    return Verdict(text, details, is_good, content["check"], check_hint())


def unseen_machines(count: int) -> str:
    return ngettext(
        "Nobody has looked yet whether %(count)d machine holds a drive",
        "Nobody has looked yet whether %(count)d machines hold a drive",
        count,
    ) % {"count": count}


def _balance(content: Content) -> Table:
    """Counts that add up to the number of drives."""
    lines = content["drives"]

    def count(**wanted: object) -> str:
        return whole(
            sum(all(line[k] == v for k, v in wanted.items()) for line in lines)
        )

    unproven = sum(not line["proven"] for line in lines)
    new = DriveStatus.INSTALLED_NEW.value
    return Table(
        heading=_("Balance"),
        columns=(_("What became of the drives"), _("Quantity")),
        rows=(
            (_("Erased, class Purge"), count(proven=True, **{"class": "purge"})),
            (_("Erased, class Clear"), count(proven=True, **{"class": "clear"})),
            (_("Drives destroyed"), count(proven=True, **{"class": "destroy"})),
            (_("Bought new"), count(status=new)),
            (_("Not proven yet"), whole(unproven)),
            (_("Machines received"), whole(content["machines"])),
            *_bare(content),
        ),
        shares=(4, 1),
        numeric=frozenset({1}),
    )


def _bare(content: Content) -> tuple[tuple[str, str], ...]:
    """The machines without a drive: before the third version nobody asked why."""
    if "unseen" not in content:
        return ((_("Machines without a drive"), whole(content["without_drives"])),)
    return (
        (
            _("Machines without a drive, as seen by somebody"),
            whole(content["without_drives"]),
        ),
        (_("Machines that cannot hold data"), whole(content["no_data"])),
        (_("Machines that nobody has looked into yet"), whole(content["unseen"])),
    )
