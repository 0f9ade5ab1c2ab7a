"""What every signed document about drives holds, and how its head is drawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.models import Document, User
from backoffice.core.paper import Block, DocumentSpec, Facts, Organisation
from inventory import codes
from inventory.documents.circumstances import roles_of, titled
from inventory.documents.words import Content, day, instant, said
from inventory.methods import ErasurePolicy
from inventory.models import Device, DeviceKind, Lot
from inventory.tags import display


@dataclass(frozen=True, slots=True)
class Issue:
    """How a document is being issued: by whom, where it is checked, what it replaces."""

    by: User
    public_id: str
    issued_at: str
    # SHA-256 of the certificate whose key signs it.
    key: str
    replaces: str = ""


def head_of(issue: Issue, lot: Lot) -> dict[str, Any]:
    """The part of the content that all of them share. Reads the lot’s donation."""
    donation = lot.donation
    return {
        "organisation": dict(settings.ORGANISATION),
        "site": donation.site.name,
        "check": f"{settings.BASE_URL}/v/{issue.public_id}",
        "replaces": issue.replaces,
        "issued_by": issue.by.name,
        "issued_by_roles": roles_of(issue.by, donation.site),
        "issued_at": issue.issued_at,
        "key": issue.key,
        "donor": {
            "name": donation.donor.name,
            "registration": donation.donor.registration,
        },
        "lot": lot.code,
        "reference": donation.reference,
        "received_on": donation.received_on.isoformat(),
        "policy": donation.erasure_policy,
        "verification_policy": donation.verification_policy,
    }


def machine_of(device: Device) -> dict[str, str]:
    return {
        "tag": device.tag,
        "kind": device.kind,
        "make": device.make,
        "model": device.model,
        "serial": "" if codes.is_placeholder(device.serial) else device.serial,
    }


def machine_facts(content: Content) -> Facts:
    """Where it came from: machine, lot and donor."""
    machine = content["machine"]
    return Facts(
        _("Where it came from"),
        (
            (_("Machine"), f"{display(machine['tag'])} · {_kind(machine['kind'])}"),
            (_("Make and model"), _pair(machine) or _("unknown")),
            (_("Machine’s serial number"), machine["serial"] or _("none")),
            *donation_rows(content),
        ),
        columns=2,
    )


def donation_rows(content: Content) -> tuple[tuple[str, str], ...]:
    donor = content["donor"]
    return (
        (_("Donor"), donor["name"]),
        (_("Registration number"), donor["registration"]),
        (_("Donor’s reference"), content["reference"]),
        (_("Lot"), content["lot"]),
        (_("Received on"), day(content["received_on"])),
        (_("Minimum erasure"), str(ErasurePolicy(content["policy"]).label)),
    )


def since_two(content: Content, *rows: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Rows that the first version of the templates did not have."""
    return rows if is_second(content) else ()


def is_second(content: Content) -> bool:
    """Whether it was made for the second version of the templates."""
    return "issued_at" in content


def issue_facts(content: Content) -> tuple[tuple[str, str], ...]:
    organisation = content["organisation"]
    roles = content.get("issued_by_roles", [])
    return (
        (_("Issued by"), titled(content["issued_by"], roles, organisation["name"])),
        *since_two(content, (_("Issued at"), said(content, "issued_at", instant))),
        (_("Site"), content["site"]),
        *since_two(content, (_("Contact"), organisation["contact"])),
        (_("Replaces"), content["replaces"]),
    )


def key_facts(content: Content) -> tuple[tuple[str, str], ...]:
    """With which key it is signed, and after what in the drive’s journal."""
    chain = content.get("journal", {})
    entry = _("entry %(number)s: %(hash)s") % {
        "number": chain.get("sequence", ""),
        "hash": chain.get("hash", ""),
    }
    return since_two(
        content,
        (_("Last entry of the drive’s journal"), entry if chain else ""),
        (_("Signed with the certificate (SHA-256)"), content.get("key", "")),
    )


def sheet(document: Document, title: str, blocks: tuple[Block, ...]) -> DocumentSpec:
    """A document around its blocks, in the language that is active."""
    content: Content = document.content
    return DocumentSpec(
        organisation=Organisation(**content["organisation"]),
        title=title,
        number=document.number,
        issued_on=_issued_on(document),
        language=document.language,
        template_version=document.template_version,
        sha256=document.sha256,
        verification=_("To verify this document: %(address)s")
        % {"address": content["check"]},
        blocks=blocks,
    )


def check_hint() -> str:
    return _("Check this document")


def _issued_on(document: Document) -> dt.date:
    return timezone.localdate(document.issued_at)


def _kind(kind: str) -> str:
    return str(DeviceKind(kind).label)


def _pair(machine: Content) -> str:
    return " ".join(part for part in (machine["make"], machine["model"]) if part)
