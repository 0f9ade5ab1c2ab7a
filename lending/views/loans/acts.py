"""What is done about one loan: a page with what to know, a form, one act."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.loans import renewals_used_up
from lending.actions.status import is_so_already
from lending.actions.taking_back import things_out
from lending.forms.act import ActForm
from lending.forms.loans import ConfirmForm, DamagedForm, RenewForm, StolenForm
from lending.models import Loan
from lending.states import Damage
from lending.views.loans.lists import lends

FORM_METHODS = ["GET", "HEAD", "POST"]


@dataclasses.dataclass(frozen=True)
class Act:
    """What stands around the form; `done` is said afterwards."""

    heading: str
    note: str
    submit: str
    icon: str
    done: str
    is_final: bool = False


@lends
@require_http_methods(FORM_METHODS)
def loan_renew(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    found = _loan(request, loan)
    left = found.max_renewals - found.renewals
    act = Act(
        heading=_("Lend for longer"),
        note=_("Renewals left: %(left)s.") % {"left": left}
        if found.due_on
        else _("It has no day of return yet: the first one is no renewal."),
        submit=_("Lend until that day"),
        icon="calendar",
        done=_("The loan runs until the day you chose."),
    )
    used_up = renewals_used_up(found)
    if used_up and request.method != "POST":
        context = {"act": act, "loan": found, "refusal": used_up}
        return render(request, "lending/loans/renewed_no_more.html", context)
    form = RenewForm(request.POST or None, loan=found)
    return _answer(request, found, act, form, actions.renew_loan)


@lends
@require_http_methods(FORM_METHODS)
def loan_give(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    act = Act(
        heading=_("Turn into a gift"),
        note=_(
            "Everything in the pack becomes the person’s own, for good. A deed of gift "
            "is issued; print it and have it signed."
        ),
        submit=_("Give it"),
        icon="gift",
        done=_("The pack is the person’s own now: its deed is ready to print."),
        is_final=True,
    )
    return _confirmed(request, loan, act, actions.turn_into_gift)


@lends
@require_http_methods(FORM_METHODS)
def loan_lost(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    act = Act(
        heading=_("Report as lost"),
        note=_(
            "The whole pack is lost, its cards too: have them blocked by the operator. "
            "If it turns up, take it back as any other."
        ),
        submit=_("It is lost"),
        icon="help-circle",
        done=_("Written down as lost."),
    )
    return _confirmed(request, loan, act, actions.report_lost)


@lends
@require_http_methods(FORM_METHODS)
def loan_stolen(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    found = _loan(request, loan)
    act = Act(
        heading=_("Report as stolen"),
        note=_("The whole pack was stolen, its cards too: have them blocked."),
        submit=_("It was stolen"),
        icon="alert-triangle",
        done=_("Written down as stolen."),
    )
    form = StolenForm(request.POST or None)
    return _answer(request, found, act, form, actions.report_stolen)


@lends
@require_http_methods(FORM_METHODS)
def loan_damaged(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    found = _loan(request, loan)
    act = Act(
        heading=_("Something broke"),
        note=_("It stays with the person: this is written down, nothing else changes."),
        submit=_("Write it down"),
        icon="tool",
        done=_("Written down."),
    )
    lines = things_out(found.handover.pack)
    form = DamagedForm(request.POST or None, lines=lines)

    def report(*, loan: Loan, line: str, damage: str, by: Any) -> Loan:
        return actions.report_damaged(
            loan=loan, line=uuid.UUID(line), damage=Damage(damage), by=by
        )

    return _answer(request, found, act, form, report)


@lends
@require_http_methods(FORM_METHODS)
def loan_write_off(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    act = Act(
        heading=_("Write off"),
        note=_("Nobody expects the pack any more. This is not taken back."),
        submit=_("Write it off"),
        icon="x",
        done=_("The loan is written off."),
        is_final=True,
    )
    return _confirmed(request, loan, act, actions.write_off_loan)


@lends
@require_http_methods(FORM_METHODS)
def loan_close(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    act = Act(
        heading=_("Close the loan"),
        note=_("Everything that came back was looked at; nothing is left to do."),
        submit=_("Close it"),
        icon="check",
        done=_("The loan is closed."),
    )
    return _confirmed(request, loan, act, actions.close_loan)


def _confirmed(
    request: UserRequest, loan: uuid.UUID, act: Act, do: Callable[..., object]
) -> HttpResponse:
    """Nothing to type: the page says what will happen, the button does it."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    return _answer(request, _loan(request, loan), act, form, do)


def _answer(
    request: UserRequest,
    loan: Loan,
    act: Act,
    form: ActForm,
    do: Callable[..., object],
) -> HttpResponse:
    if form.is_valid():
        facts: Mapping[str, Any] = form.cleaned_data
        try:
            do(loan=loan, **facts, by=acting(request))
        except DomainError as refusal:
            if is_so_already(refusal):
                messages.info(
                    request, _("It was written down already: nothing changed.")
                )
                return redirect("lending:loan-detail", loan=loan.uuid)
            form.refuse(refusal)
        else:
            messages.success(request, act.done)
            return redirect("lending:loan-detail", loan=loan.uuid)
    context = {"act": act, "form": form, "loan": loan}
    return render(request, "lending/loans/act.html", context, status=form.status)


def _loan(request: UserRequest, public_id: uuid.UUID) -> Loan:
    found = Loan.objects.visible_to(request.user).for_list()
    return get_object_or_404(found, uuid=public_id)
