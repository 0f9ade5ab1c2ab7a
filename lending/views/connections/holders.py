"""The register of who holds which card, where a country asks for it (Belgium, S42)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice.core.dates import date_format
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest
from inventory.exports import BYTE_ORDER_MARK, plain_cell
from lending.models import SimHolding, TopUpRules

sees_people = permission_required("lending.view_beneficiary", raise_exception=True)


@sees_people
@never_cache
@require_safe
def sim_holders(request: UserRequest) -> HttpResponse:
    """Who holds a card today; on request, everybody who ever did."""
    whole = request.GET.get("who") == "all"
    register = register_of(request.user)
    rows = register if whole else register.filter(until_on=None)
    context = {
        "page": Slice(rows, request.GET.get("page")),
        "whole": whole,
        "countries": ", ".join(str(rules) for rules in _keeping(request.user)),
    }
    return render(request, "lending/connections/holders.html", context)


@sees_people
@never_cache
@require_safe
def sim_holders_export(request: UserRequest) -> StreamingHttpResponse:
    """The whole register as CSV; its last line says who took it out, and when."""
    lines = _lines(register_of(request.user), request.user)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"sim-holders-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def register_of(user: User) -> QuerySet[SimHolding]:
    """The lines of the sites whose country asks for the register."""
    seen = SimHolding.objects.visible_to(user).for_register()
    return seen.filter(
        sim__site__country__in=[rules.country for rules in _keeping(user)]
    )


def _keeping(user: User) -> QuerySet[TopUpRules]:
    return TopUpRules.objects.visible_to(user).filter(keeps_holders=True)


def _lines(rows: QuerySet[SimHolding], user: User) -> Iterator[str]:
    """Words are looked up before the first line leaves, in the reader’s language."""
    header = [
        *(_("Card"), _("ICCID"), _("Telephone number"), _("Operator"), _("Site")),
        *(
            _("Person"),
            _("Code of the person"),
            _("Structure"),
            _("Held since"),
            _("Until"),
        ),
    ]
    now = date_format(timezone.localtime(), "DATETIME_FORMAT")
    taken = _("Taken out by %(person)s on %(now)s") % {"person": user, "now": now}
    delimiter = ";" if (get_language() or "").startswith("fr") else ","

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + _line(header, delimiter)
        for row in rows.iterator(chunk_size=500):
            yield _line(_cells(row), delimiter)
        yield _line([taken], delimiter)

    return lines()


def _cells(row: SimHolding) -> list[str]:
    card, person = row.sim, row.beneficiary
    return [
        str(card),
        f"{card.iccid} ",
        f"{card.msisdn} " if card.msisdn else "",
        card.operator,
        str(card.site),
        str(person.merged_into or person),
        person.code,
        str(person.structure),
        row.since_on.isoformat(),
        row.until_on.isoformat() if row.until_on else "",
    ]


def _line(cells: list[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow([plain_cell(c) for c in cells])
    return out.getvalue()
