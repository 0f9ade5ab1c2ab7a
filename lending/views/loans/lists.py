"""The packs that are out: due soon, overdue, lost; a reminder at one click."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory.tags import BadTag, parse_tag
from lending import actions
from lending.forms.loans import LoanFilter
from lending.models import Loan
from lending.models.handover import LoanQuerySet
from lending.views.portal.current import current_membership
from lending.views.sides import attempt, two_sided

LEND = "lending.hand_over"
lends = permission_required(LEND, raise_exception=True)


@two_sided("lending.view_handover")
@require_safe
def loan_list(request: UserRequest) -> HttpResponse:
    """For the staff of the sites, and for the members of a structure: their own."""
    form = LoanFilter(request.GET)
    form.is_valid()
    found = chosen_loans(_listed(request), form)
    context = {
        "form": form,
        "page": Slice(
            with_reminders(found.for_list()), request.GET.get("page"), keys_first=True
        ),
        "today": timezone.localdate(),
        "is_narrowed": any(form.cleaned_data.values()),
        "shows_structures": request.user.has_perm("lending.view_handover"),
    }
    return render(request, "lending/loans/list.html", context)


def _listed(request: UserRequest) -> LoanQuerySet:
    """Of somebody who belongs to several structures: those of the one they work in."""
    seen = Loan.objects.visible_to(request.user)
    if request.user.has_perm("lending.view_handover"):
        return seen
    mine = current_membership(request)
    return seen.filter(handover__structure=mine.structure) if mine else seen.none()


@lends
@require_POST
def loan_remind(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    """One click: whoever has the pack, or knows them, is written to."""
    found = get_object_or_404(Loan.objects.visible_to(request.user), uuid=loan)
    attempt(
        request,
        lambda: actions.send_reminder_now(loan=found, by=acting(request)),
        _("The reminder is on its way."),
    )
    back = request.POST.get("back", "")
    allowed = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    if allowed and back.startswith("/loans/"):
        return redirect(back)
    return redirect(reverse("lending:loan-detail", args=[found.uuid]))


def with_reminders(loans: LoanQuerySet) -> LoanQuerySet:
    """With the day of the last reminder, and of the last time somebody asked to renew."""
    return loans.with_last(
        reminded_at="reminded", asked_at="renewal_asked", renewed_at="renewed"
    )


def chosen_loans(loans: LoanQuerySet, form: LoanFilter) -> LoanQuerySet:
    """What was understood of the filter, which has been read."""
    told = form.cleaned_data
    return _coded(_shown(loans, told.get("show", "")), told.get("code", ""))


def _shown(loans: LoanQuerySet, show: str) -> LoanQuerySet:
    today = timezone.localdate()
    match show:
        case "due_soon":
            return loans.due_soon(today)
        case "overdue":
            return loans.overdue(today)
        case "open_ended":
            return loans.open_ended()
        case "gone":
            return loans.gone()
        case "to_look_at":
            return loans.to_look_at()
        case "all":
            return loans
    return loans.open()


def _coded(loans: LoanQuerySet, code: str) -> LoanQuerySet:
    if not code:
        return loans
    try:
        pack = Q(handover__pack__tag=parse_tag(code).text)
    except BadTag:
        pack = Q(pk=None)
    return loans.filter(pack | Q(handover__beneficiary__code=code.upper()))
