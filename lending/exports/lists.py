"""What each list says of its rows, once it is a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lending.exports.sheet import Cell
from lending.kinds import Capability
from lending.models import (
    EquipmentRequest,
    HandOver,
    Loan,
    Pack,
    PackLine,
    Structure,
)
from lending.models.desk import Listing
from lending.states import HandOverMode

Row: TypeAlias = Callable[[Any], Sequence[Cell]]
_AT_ONCE = 500


def header_of(listing: Listing) -> Sequence[str]:
    return _HEADERS[listing]()


def rows_of(listing: Listing, found: Any) -> Iterator[Sequence[Cell]]:
    """The rows of a list, in the language of whoever asked.

    They are made while the file is sent, when the request’s own language is gone.
    """
    language = translation.get_language() or ""
    each = _fetched(listing, found).iterator(chunk_size=_AT_ONCE)

    def rows() -> Iterator[Sequence[Cell]]:
        for row in each:
            with translation.override(language):
                cells = _ROWS[listing](row)
            yield cells

    return rows()


def structure_cells(structure: Structure | None) -> tuple[str, str]:
    """Name and kind; of a sensitive kind, that it is another one, and no more."""
    if structure is None:
        return "", ""
    if structure.is_sensitive:
        return _("Another structure"), _("Other")
    return structure.name, structure.get_kind_display()


def _fetched(listing: Listing, found: Any) -> Any:
    if listing is Listing.PACKS:
        lines = PackLine.machines()
        machines = Prefetch("lines", queryset=lines, to_attr="machines")
        return found.prefetch_related(None).prefetch_related(machines)
    if listing is Listing.HANDOVERS:
        return found.select_related(
            *("pack__version__template", "structure", "site"),
            *("beneficiary", "programme", "request"),
        )
    return found


def _requests_header() -> Sequence[str]:
    return [
        *(_("Number"), _("State"), _("In this state since"), _("Structure")),
        *(_("Kind of structure"), _("Programme"), _("Person’s code"), _("Packs")),
        *(_("What it must do"), _("Urgency"), _("Wanted for"), _("Sent on")),
        *(_("Decided on"), _("How it leaves"), _("Reason"), _("Site")),
    ]


def _request(request: EquipmentRequest) -> Sequence[Cell]:
    asked = [
        str(Capability(code).label)
        for code in request.capabilities
        if code in Capability.values
    ]
    reason = request.get_refusal_reason_display() or request.get_end_reason_display()
    return [
        *(request.number, request.get_status_display(), _day(request.status_since)),
        *structure_cells(request.structure),
        request.programme.name if request.programme else "",
        *(_code(request), request.quantity, ", ".join(asked)),
        *(request.get_urgency_display(), _day(request.wanted_on)),
        *(_day(request.submitted_at), _day(request.decided_at)),
        *(request.get_mode_display(), reason, request.site.name),
    ]


def _packs_header() -> Sequence[str]:
    return [
        *(_("Tag"), _("State"), _("In this state since"), _("Template"), _("Version")),
        *(_("Machine"), _("Request"), _("Structure"), _("Kind of structure")),
        *(_("Site"), _("Place"), _("Something missing since")),
    ]


def _pack(pack: Pack) -> Sequence[Cell]:
    machines: Iterable[PackLine] = pack.machines  # type: ignore[attr-defined]
    return [
        *(str(pack), pack.get_status_display(), _day(pack.status_since)),
        *(pack.version.template.name, pack.version.number),
        ", ".join(str(line.device) for line in machines if line.device),
        pack.request.number if pack.request else "",
        *structure_cells(pack.request.structure if pack.request else None),
        *(pack.site.name, pack.stands_in.name if pack.stands_in else ""),
        _day(pack.short_since),
    ]


def _handovers_header() -> Sequence[str]:
    return [
        *(_("Pack"), _("State"), _("In this state since"), _("Appointment")),
        *(_("How"), _("Price (€)"), _("Structure"), _("Kind of structure")),
        *(_("Programme"), _("Request"), _("Person’s code"), _("Signed on")),
        *(_("Site"),),
    ]


def _handover(handover: HandOver) -> Sequence[Cell]:
    return [
        *(str(handover.pack), handover.get_status_display()),
        *(_day(handover.status_since), _moment(handover.planned_at)),
        *(handover.get_mode_display(), _price(handover)),
        *structure_cells(handover.structure),
        handover.programme.name if handover.programme else "",
        handover.request.number if handover.request else "",
        *(_code(handover), _day(handover.signed_at), handover.site.name),
    ]


def _price(handover: HandOver) -> Cell:
    """In euros; a loan and a gift have none."""
    if handover.mode != HandOverMode.SOLIDARITY_PRICE:
        return ""
    return Decimal(handover.price_cents) / 100


def _loans_header() -> Sequence[str]:
    return [
        *(_("Pack"), _("State"), _("Lent on"), _("Until"), _("Days overdue")),
        *(_("Renewals"), _("Structure"), _("Kind of structure")),
        *(_("Person’s code"), _("Came back on"), _("Reason"), _("Site")),
    ]


def _loan(loan: Loan) -> Sequence[Cell]:
    handover = loan.handover
    return [
        *(str(handover.pack), loan.get_status_display(), _day(loan.starts_on)),
        *(_day(loan.due_on), _overdue(loan), loan.renewals),
        *structure_cells(handover.structure),
        *(_code(handover), _day(loan.returned_at)),
        *(loan.get_return_reason_display(), handover.site.name),
    ]


def _overdue(loan: Loan) -> Cell:
    if loan.due_on is None or loan.returned_at is not None:
        return ""
    return max((timezone.localdate() - loan.due_on).days, 0) or ""


def _code(row: EquipmentRequest | HandOver) -> str:
    return row.beneficiary.code if row.beneficiary else ""


def _day(value: dt.date | None) -> str:
    if isinstance(value, dt.datetime):
        value = timezone.localdate(value)
    return value.isoformat() if value else ""


def _moment(value: dt.datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


_HEADERS: Mapping[Listing, Callable[[], Sequence[str]]] = {
    Listing.REQUESTS: _requests_header,
    Listing.PACKS: _packs_header,
    Listing.HANDOVERS: _handovers_header,
    Listing.LOANS: _loans_header,
}
_ROWS: Mapping[Listing, Row] = {
    Listing.REQUESTS: _request,
    Listing.PACKS: _pack,
    Listing.HANDOVERS: _handover,
    Listing.LOANS: _loan,
}
