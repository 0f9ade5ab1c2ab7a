"""The donor’s receipt: what was given, by whom, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format
from backoffice.core.paper import (
    Block,
    DocumentSpec,
    Facts,
    Organisation,
    Paragraph,
    Signatures,
    Table,
)
from inventory.methods import ErasurePolicy
from inventory.models import DeviceKind
from inventory.tags import display


@dataclass(frozen=True, slots=True)
class DonorFacts:
    name: str
    registration: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One line of the annex; `serial` is empty where the device has none."""

    tag: str
    kind: DeviceKind
    title: str
    serial: str


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """A donation as it was received, and the identity of the receipt given for it."""

    organisation: Organisation
    number: str
    issued_on: dt.date
    language: str
    template_version: int
    sha256: str
    verification: str
    donor: DonorFacts
    site: str
    received_on: dt.date
    reference: str
    erasure_policy: ErasurePolicy
    lots: tuple[str, ...]
    quantities: tuple[tuple[DeviceKind, int], ...]
    devices: tuple[DeviceFacts, ...]


def receipt_spec(facts: ReceiptFacts) -> DocumentSpec:
    """The donor's receipt (D3): who gave what, when, and what becomes of it.

    It is not a tax receipt, and says so: only the donor may put a value on a gift.
    """
    with translation.override(facts.language):
        blocks: tuple[Block, ...] = (
            Paragraph(
                _(
                    "%(organisation)s certifies that it has received, as a donation, "
                    "the equipment described below."
                )
                % {"organisation": facts.organisation.name}
            ),
            _donation(facts),
            _quantities(facts),
            *_destination(facts),
            Signatures(
                (_("For %(name)s") % {"name": facts.organisation.name},),
                hint=_("Name, date and signature"),
            ),
            _annex(facts),
        )
        return DocumentSpec(
            organisation=facts.organisation,
            title=_("Donation receipt"),
            number=facts.number,
            issued_on=facts.issued_on,
            language=facts.language,
            template_version=facts.template_version,
            sha256=facts.sha256,
            verification=facts.verification,
            blocks=blocks,
        )


def _donation(facts: ReceiptFacts) -> Facts:
    donor = facts.donor
    return Facts(
        "",
        (
            (_("Donor"), donor.name),
            (_("Registration number"), donor.registration),
            (_("Address"), donor.address),
            (_("Contact"), donor.contact),
            (_("Received on"), date_format(facts.received_on, "j F Y")),
            (_("Received at"), facts.site),
            (_("Donor’s reference"), facts.reference),
            (_("Lots"), ", ".join(facts.lots)),
        ),
    )


def _quantities(facts: ReceiptFacts) -> Table:
    total = sum(count for _kind, count in facts.quantities)
    return Table(
        heading=_("Equipment received"),
        columns=(_("Nature"), _("Quantity")),
        rows=tuple(
            (str(DeviceKind(kind).label), str(count))
            for kind, count in facts.quantities
        ),
        shares=(4, 1),
        numeric=frozenset({1}),
        total=(_("Total"), str(total)),
    )


def _destination(facts: ReceiptFacts) -> tuple[Paragraph, ...]:
    return (
        Paragraph(
            _(
                "The equipment is repaired and passed on for a second life. What cannot "
                "be used again serves for parts or goes to an approved recycling channel."
            ),
            heading=_("What becomes of it"),
        ),
        Paragraph(
            _(
                "No device leaves the workshop before every drive in it has been erased "
                "or destroyed, with proof. The erasure agreed with the donor "
                "(%(policy)s) is the least that is done."
            )
            % {"policy": ErasurePolicy(facts.erasure_policy).label}
        ),
        Paragraph(_("This document is not a tax receipt.")),
    )


def _annex(facts: ReceiptFacts) -> Table:
    return Table(
        heading=_("Annex: devices and serial numbers"),
        columns=(_("Tag"), _("Nature"), _("Make and model"), _("Serial number")),
        rows=tuple(
            (
                display(device.tag),
                str(DeviceKind(device.kind).label),
                device.title,
                device.serial or _("none"),
            )
            for device in facts.devices
        ),
        shares=(22, 23, 40, 30),
        on_new_page=True,
    )
