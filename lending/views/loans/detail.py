"""One loan: its facts, what is in the pack, what may be done, what happened."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.handover_papers import papers_of
from lending.actions.loans import plans_ending_before
from lending.actions.taking_back import things_out
from lending.models import Loan, PackLine
from lending.states import LOAN_OPEN, Condition, LoanStatus, SubstitutionReason
from lending.views.loans.history import history_of
from lending.views.loans.lists import with_reminders
from lending.views.return_photos import photos_of
from lending.views.sides import attempt, partners, two_sided


@two_sided("lending.view_handover")
@require_safe
def loan_detail(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    """For the staff; and for members of the structure, to read and to ask."""
    seen = Loan.objects.visible_to(request.user)
    found = get_object_or_404(with_reminders(seen.for_list()), uuid=loan)
    lines = _lines(found)
    names = {str(line.uuid): str(line.wanted) for line in lines}
    events, holds = history_of(found, names)
    context = {
        "loan": found,
        "things": [_thing(found, line) for line in lines],
        "today": timezone.localdate(),
        "events": events,
        "holds": holds,
        "papers": papers_of(found.handover),
        "photos": photos_of(found.handover, request.user),
        **_open_to(request, found),
    }
    return render(request, "lending/loans/detail.html", context)


@partners
@require_POST
def loan_ask_renewal(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    """A member of the structure asks to keep the pack for longer."""
    found = get_object_or_404(Loan.objects.visible_to(request.user), uuid=loan)
    attempt(
        request,
        lambda: actions.ask_for_renewal(loan=found, by=acting(request)),
        _("The association has been told: it will answer you."),
    )
    return redirect("lending:loan-detail", loan=found.uuid)


def _open_to(request: UserRequest, loan: Loan) -> dict[str, Any]:
    """What this person may do about this loan now."""
    sites = request.user.site_ids("lending.hand_over")
    site = loan.handover.site_id
    acts = sites is None or site in sites
    is_out = loan.status in LOAN_OPEN
    is_active = loan.status == LoanStatus.ACTIVE
    pack = loan.handover.pack
    staff = request.user.has_perm("lending.view_handover")
    return {
        "may_act": acts,
        "may_ask": is_active and not staff,
        "is_out": is_out,
        "is_active": is_active,
        "is_late": is_active and _is_late(loan),
        "days_late": _days_late(loan),
        "missing": []
        if is_out or loan.status == LoanStatus.GIVEN
        else things_out(pack),
        "short_plans": plans_ending_before(pack, loan.due_on)
        if is_active and staff
        else [],
    }


def _is_late(loan: Loan) -> bool:
    return loan.due_on is not None and loan.due_on < timezone.localdate()


def _days_late(loan: Loan) -> int:
    return (timezone.localdate() - loan.due_on).days if loan.due_on else 0


def _lines(loan: Loan) -> list[PackLine]:
    """What left with the pack: not what was taken out while it was made, nor left out."""
    # A hand-over brought from elsewhere may know no hour.
    left_at = loan.handover.signed_at or loan.status_since
    lines = loan.handover.pack.lines.filter(
        Q(released_at=None) | Q(released_at__gt=left_at),
        filled_at__isnull=False,
    ).exclude(substitution=SubstitutionReason.LEFT_OUT)
    return list(
        lines.select_related("wanted", "device", "sim", "modem", "counted_kind")
    )


def _thing(loan: Loan, line: PackLine) -> dict[str, Any]:
    """A line of the pack with how it went out and came in, in words."""
    key = str(line.uuid)
    return {
        "line": line,
        "out": _condition(loan.condition_out.get(key, "")),
        "back": _condition(loan.condition_in.get(key, "")),
    }


def _condition(code: str) -> str:
    return str(Condition(code).label) if code in Condition.values else ""
