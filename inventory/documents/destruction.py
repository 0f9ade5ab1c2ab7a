"""The record of a destruction (D6): which drive, how, where, and two people."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.models import Document
from backoffice.core.paper import (
    Block,
    DocumentSpec,
    Facts,
    Paragraph,
    Picture,
    Verdict,
)
from inventory.documents.circumstances import chain_of, roles_of, titled
from inventory.documents.issuing import (
    Issue,
    check_hint,
    head_of,
    is_second,
    issue_facts,
    key_facts,
    machine_facts,
    machine_of,
    sheet,
    since_two,
)
from inventory.documents.words import Content, day, instant, label, said, size
from inventory.methods import Medium
from inventory.models import Bus, Destruction, DestructionMethod, Evidence


def destruction_content(destruction: Destruction, issue: Issue) -> dict[str, Any]:
    drive = destruction.drive
    approved, approved_at = destruction.approved_by, destruction.approved_at
    site = destruction.device.lot.donation.site
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
            "photo": destruction.photo.sha256 if destruction.photo else "",
        },
        "people": {
            "performed": destruction.operator.name,
            "performed_roles": roles_of(destruction.operator, site),
            "approved": approved.name if approved else "",
            "approved_roles": roles_of(approved, site),
            "approved_at": approved_at.isoformat(timespec="seconds")
            if approved_at
            else "",
        },
        "journal": chain_of(drive),
    }


def destruction_spec(document: Document) -> DocumentSpec:
    content: Content = document.content
    drive, done = content["drive"], content["destruction"]
    confirmed_at = content["people"].get("approved_at", "")
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
            (_("Destroyed by"), _named(content, "performed")),
            (_("Confirmed by a second person"), _named(content, "approved")),
            *since_two(content, (_("Photo"), "" if done.get("photo") else _("none"))),
            (_("Confirmed at"), confirmed_at and instant(confirmed_at)),
        ),
    )
    after = Paragraph(
        _("What is left of it goes to an approved recycling channel."),
        heading=_("What becomes of it"),
    )
    title = _("Record of destruction")
    source = machine_facts(content)
    blocks = (verdict, act, facts, source, after, *_photo(done), _evidence(content))
    return sheet(document, title, blocks)


def _evidence(content: Content) -> Facts:
    return Facts(
        _("People and evidence"),
        (
            *(row for row in issue_facts(content) if row[0] != _("Site")),
            *key_facts(content),
            (_("Reference of the record"), content["destruction"]["uuid"]),
        ),
    )


def _photo(done: Content) -> tuple[Block, ...]:
    """What was left of the drive; the hash says which photo it was."""
    if not done.get("photo"):
        return ()
    kept = Evidence.objects.get(sha256=done["photo"])
    return (
        Picture(
            heading=_("Photo of what is left"),
            jpeg=bytes(kept.body),
            caption=_("SHA-256 of the photo: %(hash)s") % {"hash": kept.sha256},
            address=reverse("inventory:destruction-photo", args=[done["uuid"]]),
        ),
    )


def _named(content: Content, part: str) -> str:
    """A person, with title and organisation since the second version."""
    people = content["people"]
    if not is_second(content):
        return str(people[part])
    roles = people[f"{part}_roles"]
    return titled(people[part], roles, content["organisation"]["name"])
